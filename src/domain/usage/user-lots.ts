import type { Entitlement } from '../entitlement.ts'
import type { Instant } from '../instant.ts'
import { orderedText } from '../json.ts'
import type { UserState } from '../user-state.ts'
import { type Hold, type Lot, balanceOf, lotOf, periodAt, usageAt } from './lot.ts'
import { usedIn } from './paid-usage.ts'
import { inSpendingOrder } from './take.ts'

type OfUsage = Pick<UserState, 'usage' | 'reservations'>

/** The lots of a user for one feature at a moment, those that were taken back among them. */
export function lotsFor(state: UserState, feature: string, now: Instant): readonly Lot[] {
  return lotsOf(
    state,
    [...state.entitlements.values()].filter((one) => one.feature === feature),
    now,
  )
}

/**
 * The lots of entitlements to one metered feature. What was used of an item in a paid period stays used in its source when
 * the source gives another item instead: the lots of that source have so much less, and never less than nothing.
 */
export function lotsOf(state: OfUsage, entitlements: readonly Entitlement[], now: Instant): readonly Lot[] {
  const own = new Map(entitlements.map((one) => [one, lotIn(state, one)]))
  const gone = entitlements.filter(({ withdrawn, usageStays }) => withdrawn && usageStays)
  const lots = [...own.values()].filter((lot) => lot !== null)
  if (gone.length === 0) return lots
  const bySource = Map.groupBy(
    entitlements.filter(({ withdrawn }) => !withdrawn),
    keyOf,
  )
  const sharing = [...bySource].flatMap(([key, live]) => {
    const before = gone.filter((one) => keyOf(one) === key).flatMap((one) => own.get(one) ?? [])
    return withWhatWasUsed(
      live.flatMap((one) => own.get(one) ?? []),
      before,
      now,
    )
  })
  const shared = new Map(sharing.map((lot) => [lot.id, lot]))
  return lots.map((lot) => shared.get(lot.id) ?? lot)
}

function keyOf({ source: { provider, account, ref } }: Entitlement): string {
  return orderedText([provider, account, ref])
}

/** Lots of one source, with what was used in their periods of those that it gave before. */
function withWhatWasUsed(lots: readonly Lot[], before: readonly Lot[], now: Instant): readonly Lot[] {
  const left = new Map<string, number>()
  return inSpendingOrder(lots, now).map((lot) => {
    let sum = lot
    for (const gone of before) {
      const period = `${gone.id} ${periodAt(lot.allowance, now)}`
      const used = left.get(period) ?? usedOf(gone, lot, now)
      const charged = Math.min(used, Math.max(0, balanceOf(sum, now).remaining))
      left.set(period, used - charged)
      const usage = usageAt(sum, now)
      if (charged > 0) sum = { ...sum, usage: { ...usage, used: usage.used + charged } }
    }
    return sum
  })
}

/** What was used and is held of one lot in the period of another. */
function usedOf(gone: Lot, lot: Lot, now: Instant): number {
  const period = periodAt(lot.allowance, now)
  if ((gone.allowance.reset === null) !== (lot.allowance.reset === null)) return 0
  if (gone.allowance.reset !== null && periodAt(gone.allowance, now) !== period) return 0
  const name = gone.allowance.reset === null ? period : usageAt(gone, now).name
  const held = gone.holds.filter((hold) => hold.period === name && now < hold.endsAt)
  return (usedIn(gone, name, now)?.used ?? 0) + held.reduce((sum, { amount }) => sum + amount, 0)
}

/** The lot of an entitlement by itself, `null` when its feature is not metered. */
export function lotIn({ usage, reservations }: OfUsage, entitlement: Entitlement): Lot | null {
  const { id } = entitlement
  const holds: Hold[] = []
  if (entitlement.allowance.type === 'metered') {
    for (const { takes, endsAt } of reservations.values()) {
      for (const { entitlementId, period, amount } of takes) {
        if (entitlementId === id) holds.push({ period, amount, endsAt })
      }
    }
  }
  return lotOf(entitlement, usage.get(id) ?? null, holds)
}
