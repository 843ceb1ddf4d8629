import type { FeatureKey } from '../values/ids.ts'
import type { Entitlement } from '../entitlements/entitlement.ts'
import { isMetered } from '../entitlements/feature.ts'
import type { Instant } from '../values/instant.ts'
import { type UserState } from './user-state.ts'
import { type Hold, type Lot, balanceOf, forgivenAt, lotOf, periodAt, usageAt } from '../usage/lot.ts'
import { usageIn } from '../usage/paid-usage.ts'
import { inSpendingOrder } from '../usage/take.ts'
import { sourceKeyText } from '../purchases/register/source-key.ts'

type OfUsage = Pick<UserState, 'usage' | 'reservations'>
type OfSources = OfUsage & Pick<UserState, 'sources'>

/** The lots of a user for one feature at a moment, those that were taken back among them. */
export function lotsFor(state: UserState, feature: FeatureKey, now: Instant): readonly Lot[] {
  return lotsOf(
    state,
    [...state.entitlements.values()].filter((one) => one.feature === feature),
    now,
  )
}

/**
 * The lots of entitlements to one metered feature. What was used in a paid period stays used in its subscription, whichever
 * items give it: what a lot has less because its item is another one, or is smaller, the other lots of that source have less
 * too, and never less than nothing. A line that was bought once stands by itself, whether it gives its amount once or by the
 * calendar: a refund of it takes from no other line.
 */
export function lotsOf(state: OfSources, entitlements: readonly Entitlement[], now: Instant): readonly Lot[] {
  const known = entitlements.flatMap((entitlement) => {
    const lot = lotIn(state, entitlement)
    return lot === null ? [] : [{ lot, entitlement }]
  })
  const bySource = Map.groupBy(known, ({ entitlement: { source } }) => sourceKeyText(source))
  const shared = [...bySource].flatMap(([source, ofSource]) => {
    const isSubscription = (state.sources.get(source)?.register.subscription ?? null) !== null
    const live = ofSource.flatMap(({ lot }) => (lot.withdrawn ? [] : [lot]))
    const gone = ofSource.flatMap(({ lot, entitlement }) =>
      lot.withdrawn && entitlement.usageStays ? [lot] : [],
    )
    return isSubscription ? shareUsage(live, gone, now) : []
  })
  const byId = new Map(shared.map((lot) => [lot.id, lot]))
  return known.map(({ lot }) => byId.get(lot.id) ?? lot)
}

/** Lots of one source, each with its part of what was used beyond what is given of the others. */
function shareUsage(live: readonly Lot[], gone: readonly Lot[], now: Instant): readonly Lot[] {
  const open = new Map<string, number>()
  return inSpendingOrder(live, now).map((lot) =>
    [...gone, ...live].reduce((sum, other) => {
      if (other.id === lot.id || !isOfOnePeriod(other, lot, now)) return sum
      const key = `${other.id} ${periodAt(lot.allowance, now)}`
      const used = open.get(key) ?? (other.withdrawn ? usedAndHeldOf(other, lot, now) : usedBeyondAllowance(other, now))
      const part = Math.min(used, Math.max(0, balanceOf(sum, now).remaining))
      open.set(key, used - part)
      const usage = usageAt(sum, now)
      return part === 0 ? sum : { ...sum, usage: { ...usage, used: usage.used + part } }
    }, lot),
  )
}

/** What is gone may have been used in the period of another while it gave an older one: its usage says so itself. */
function isOfOnePeriod({ allowance, withdrawn }: Lot, lot: Lot, now: Instant): boolean {
  if ((allowance.reset === null) !== (lot.allowance.reset === null)) return false
  if (withdrawn && allowance.reset === null) return true
  return periodAt(allowance, now) === periodAt(lot.allowance, now)
}

/** What was used and is held of a lot that is gone, in the period of another. */
function usedAndHeldOf(gone: Lot, lot: Lot, now: Instant): number {
  const name = gone.allowance.reset === null ? periodAt(lot.allowance, now) : usageAt(gone, now).name
  const held = gone.holds.filter((hold) => hold.period === name && now < hold.endsAt)
  return (usageIn(gone, name, now)?.used ?? 0) + held.reduce((sum, { amount }) => sum + amount, 0)
}

/** What was used of a lot while its item gave more; what has no period was bought once, though it be in a subscription. */
function usedBeyondAllowance(lot: Lot, now: Instant): number {
  return periodAt(lot.allowance, now) === null ? 0 : forgivenAt(lot, now)
}

/** The lot of an entitlement by itself, `null` when its feature is not metered. */
export function lotIn({ usage, reservations }: OfUsage, entitlement: Entitlement): Lot | null {
  const { id } = entitlement
  const holds: Hold[] = []
  if (isMetered(entitlement.allowance)) {
    for (const { takes, endsAt } of reservations.values()) {
      for (const { entitlementId, period, amount } of takes) {
        if (entitlementId === id) holds.push({ period, amount, endsAt })
      }
    }
  }
  return lotOf(entitlement, usage.get(id) ?? null, holds)
}
