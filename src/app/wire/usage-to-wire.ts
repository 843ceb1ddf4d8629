import type { Take } from '../../domain/usage/take.ts'
import type { CommandOutcome } from '../../ledger/submission.ts'
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
  const checked = {
    ...accessToWire(feature, access),
    version: head.version,
    asOf: instantToWire(recordedAt),
    source: 'ledger',
  }
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
    case 'reservation_lapsed':
      return { id: reservationId(entry.data.reservation), userId, amount, state: 'released', ...checked }
    case 'consumption_reversed': {
      const { consumption, returns } = entry.data
      const id = { id: reversalId(seq), consumptionId: consumptionId(consumption) }
      const reversed = resolution?.amount ?? amount
      return { ...id, userId, amount, reversed, returns: takesToWire(returns), ...checked }
    }
  }
}

function takesToWire(takes: readonly Take[]) {
  return takes.map(({ entitlementId, amount }) => ({ entitlementId, amount }))
}
