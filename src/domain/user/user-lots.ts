import type { Entitlement } from '../entitlements/entitlement.ts'
import { isMetered } from '../entitlements/feature.ts'
import { sourceKeyText } from '../purchases/register/source-key.ts'
import { type Hold, type Lot, balanceOf, forgivenAt, lotOf, periodAt, usageAt } from '../usage/lot.ts'
import { usageIn } from '../usage/paid-usage.ts'
import { inSpendingOrder } from '../usage/take.ts'
import type { FeatureKey } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import type { UserState } from './user-state.ts'

type OfUsage = Pick<UserState, 'usage' | 'reservations'>
type OfSources = OfUsage & Pick<UserState, 'sources'>

/** Returns the lots of a user for one feature at a moment, withdrawn ones among them. */
export function lotsFor(state: UserState, feature: FeatureKey, now: Instant): readonly Lot[] {
  return lotsOf(
    state,
    [...state.entitlements.values()].filter((one) => one.feature === feature),
    now,
  )
}

/**
 * Returns the lots of entitlements to one metered feature.
 *
 * In a subscription what was used in a paid period stays used, whichever of its items gives the feature: what was used of a
 * withdrawn lot, or of a lot beyond what it gives now, is taken off the other lots of the source, down to zero. Lots of an
 * order stand by themselves: a refund of one line takes nothing from another.
 */
export function lotsOf(state: OfSources, entitlements: readonly Entitlement[], now: Instant): readonly Lot[] {
  const pairs = entitlements.flatMap((entitlement) => {
    const lot = lotIn(state, entitlement)
    return lot === null ? [] : [{ lot, entitlement }]
  })
  const bySource = Map.groupBy(pairs, ({ entitlement: { source } }) => sourceKeyText(source))
  const sharing = [...bySource].flatMap(([source, ofSource]) => {
    const isSubscription = (state.sources.get(source)?.register.subscription ?? null) !== null
    const live = ofSource.flatMap(({ lot }) => (lot.withdrawn ? [] : [lot]))
    const withdrawn = ofSource.flatMap(({ lot, entitlement }) =>
      lot.withdrawn && entitlement.usageStays ? [lot] : [],
    )
    return isSubscription ? shareUsage(live, withdrawn, now) : []
  })
  const byId = new Map(sharing.map((lot) => [lot.id, lot]))
  return pairs.map(({ lot }) => byId.get(lot.id) ?? lot)
}

/** Returns the live lots of one source, each with its part of what was used of the other lots beyond what they give. */
function shareUsage(live: readonly Lot[], withdrawn: readonly Lot[], now: Instant): readonly Lot[] {
  const open = new Map<string, number>()
  return inSpendingOrder(live, now).map((lot) =>
    [...withdrawn, ...live].reduce((sum, other) => {
      if (other.id === lot.id || !isOfOnePeriod(other, lot, now)) return sum
      const key = `${other.id} ${periodAt(lot.allowance, now)}`
      const used =
        open.get(key) ?? (other.withdrawn ? usedAndHeldOf(other, lot, now) : usedBeyondAllowance(other, now))
      const part = Math.min(used, Math.max(0, balanceOf(sum, now).remaining))
      open.set(key, used - part)
      const usage = usageAt(sum, now)
      return part === 0 ? sum : { ...sum, usage: { ...usage, used: usage.used + part } }
    }, lot),
  )
}

/** Whether usage of the first lot counts in the period of the second; a withdrawn lot has usage of several paid periods. */
function isOfOnePeriod({ allowance, withdrawn }: Lot, lot: Lot, now: Instant): boolean {
  if ((allowance.reset === null) !== (lot.allowance.reset === null)) return false
  if (withdrawn && allowance.reset === null) return true
  return periodAt(allowance, now) === periodAt(lot.allowance, now)
}

/** Returns what was used and is held of a withdrawn lot in the period of another. */
function usedAndHeldOf(withdrawn: Lot, lot: Lot, now: Instant): number {
  const periodKey =
    withdrawn.allowance.reset === null ? periodAt(lot.allowance, now) : usageAt(withdrawn, now).name
  const holds = withdrawn.holds.filter((hold) => hold.period === periodKey && now < hold.endsAt)
  return (usageIn(withdrawn, periodKey, now)?.used ?? 0) + holds.reduce((sum, { amount }) => sum + amount, 0)
}

/** Returns what was used of a lot beyond what it gives now; 0 without a period, as it is bought once then. */
function usedBeyondAllowance(lot: Lot, now: Instant): number {
  return periodAt(lot.allowance, now) === null ? 0 : forgivenAt(lot, now)
}

/** Returns the lot of an entitlement by itself, `null` when its feature is not metered. */
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
