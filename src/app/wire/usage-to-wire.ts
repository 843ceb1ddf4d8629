import type { CostOfAnother } from '../../domain/usage/usage-change.ts'
import type { Take } from '../../domain/usage/take.ts'
import type { Access } from '../../domain/entitlements/access.ts'
import type { FeatureKey } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { CommandOutcome, LedgerHead } from '../../ledger/submission.ts'
import { consumptionId, reservationId, reversalId } from './usage-ids.ts'
import { accessToWire, instantToWire } from './wire.ts'

/** What was spent, held or given back, and what a check would answer right after it. */
export function usageToWire({
  userId,
  entry,
  resolution,
  access,
  head,
}: Extract<CommandOutcome, { type: 'used' }>) {
  const { seq, recordedAt } = entry
  const { feature, amount } = entry.data
  const spends = 'spends' in entry.data ? entry.data.spends : undefined
  const checked = checkedToWire({ feature, access, head, spends }, recordedAt)
  switch (entry.type) {
    case 'usage_consumed': {
      const { overage, takes } = entry.data
      return { id: consumptionId(seq), userId, amount, overage, takes: takesToWire(takes), ...checked }
    }
    case 'reservation_committed': {
      const { overage, takes, reservation } = entry.data
      const id = { id: consumptionId(seq), reservationId: reservationId(reservation) }
      return { ...id, userId, amount, overage, takes: takesToWire(takes), ...checked }
    }
    case 'usage_reserved': {
      const { overage, takes, endsAt } = entry.data
      const held = { state: 'open', endsAt: instantToWire(endsAt) }
      return {
        id: reservationId(seq),
        userId,
        amount,
        overage,
        takes: takesToWire(takes),
        ...held,
        ...checked,
      }
    }
    case 'reservation_released':
      return { id: reservationId(entry.data.reservation), userId, amount, state: 'released', ...checked }
    case 'consumption_reversed': {
      const { consumption, returns } = entry.data
      const id = { id: reversalId(seq), consumptionId: consumptionId(consumption) }
      const reversed = resolution?.amount ?? amount
      return { ...id, userId, amount, reversed, returns: takesToWire(returns), ...checked }
    }
  }
}

/** What a holder has already, or a lease that goes on, and what a check would answer now. */
export function possessionToWire(
  { userId, possession, access, head }: Extract<CommandOutcome, { type: 'possession' }>,
  now: Instant,
) {
  if (possession.type === 'holding') {
    const { seq, feature, amount, overage } = possession.holding
    const checked = checkedToWire({ feature, access, head }, now)
    return { id: consumptionId(seq), userId, amount, overage, takes: [], ...checked }
  }
  const { seq, feature, amount, overage, takes, endsAt, spends } = possession.reservation
  const held = { state: 'open', endsAt: instantToWire(endsAt) }
  const checked = checkedToWire({ feature, access, head, spends }, now)
  return { id: reservationId(seq), userId, amount, overage, takes: takesToWire(takes), ...held, ...checked }
}

interface Checked {
  readonly feature: FeatureKey
  readonly access: Access
  readonly head: LedgerHead
  readonly spends?: CostOfAnother | undefined
}

function checkedToWire({ feature, access, head, spends }: Checked, at: Instant) {
  const { spends: _byToday, ...answered } = accessToWire(feature, access)
  return {
    ...answered,
    ...spendsToWire(spends),
    version: head.version,
    asOf: instantToWire(at),
    source: 'ledger',
  }
}

/** What it cost of another feature, by the rate that was in force when it was taken. */
export function spendsToWire(spends: Checked['spends']) {
  return spends === undefined ? {} : { spends: { feature: spends.feature, cost: spends.cost } }
}

export function takesToWire(takes: readonly Take[]) {
  return takes.map(({ entitlementId, amount }) => ({ entitlementId, amount }))
}
