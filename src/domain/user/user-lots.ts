import { type Entitlement, isManaged } from '../entitlements/entitlement.ts'
import { sourceKeyText } from '../purchases/register/source-key.ts'
import { type LotAt, lotAt } from '../usage/lot-at.ts'
import { type Lot, balanceOf, forgivenAt, lotOf, periodAt, usageAt } from '../usage/lot.ts'
import { usageIn } from '../usage/paid-usage.ts'
import { inSpendingOrder } from '../usage/take.ts'
import type { FeatureKey } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { entitlementsTo } from './entitlements-by-feature.ts'
import { holdsOf } from './holds-by-lot.ts'
import type { UserState } from './user-state.ts'

type OfUsage = Pick<UserState, 'usage' | 'reservations'>
type OfSources = OfUsage & Pick<UserState, 'sources'>
type OfUser = OfSources & Pick<UserState, 'entitlements'>

/** Returns the lots of a user for one feature at a moment, withdrawn ones among them. */
export function lotsFor(state: OfUser, feature: FeatureKey, now: Instant): readonly Lot[] {
  const { all } = entitlementsTo(state, feature)
  const sharing = lotsSharing(state, all, now)
  return all.flatMap((one) => sharing.get(one.id) ?? lotIn(state, one) ?? [])
}

/**
 * Returns the lots, of entitlements to one metered feature, that share what was used of others, by id.
 *
 * In a subscription what was used in a paid period stays used, whichever of its items gives the feature: what was used of a
 * withdrawn lot, or of a lot beyond what it gives now, is taken off the other lots of the source, down to zero. Lots of an
 * order stand by themselves: a refund of one line takes nothing from another.
 */
export function lotsSharing(
  state: OfSources,
  entitlements: readonly Entitlement[],
  now: Instant,
): ReadonlyMap<string, Lot> {
  const shared = new Map<string, Lot>()
  if (state.sources.size === 0) return shared
  const bySource = Map.groupBy(entitlements.filter(isManaged), ({ source }) => sourceKeyText(source))
  for (const [source, ofSource] of bySource) {
    const isSubscription = (state.sources.get(source)?.register.subscription ?? null) !== null
    if (!isSubscription) continue
    const lotsOf = (some: readonly Entitlement[]) => some.flatMap((one) => lotIn(state, one) ?? [])
    const live = lotsOf(ofSource.filter(({ withdrawn }) => !withdrawn))
    const withdrawn = lotsOf(ofSource.filter(({ withdrawn, usageStays }) => withdrawn && usageStays))
    for (const lot of shareUsage(live, withdrawn, now)) shared.set(lot.id, lot)
  }
  return shared
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

/** Lots that were made, each of what its entitlement was last: of a thousand a change touches one. */
const madeLots = new WeakMap<Entitlement, Lot>()

/** Returns the lot of an entitlement by itself, `null` when its feature is not metered. */
export function lotIn({ usage, reservations }: OfUsage, entitlement: Entitlement): Lot | null {
  const { id } = entitlement
  const [spent, holds] = [usage.get(id) ?? null, holdsOf(reservations, id)]
  const made = madeLots.get(entitlement)
  if (made?.usage === spent && made.holds === holds) return made
  const lot = lotOf(entitlement, spent, holds)
  if (lot !== null) madeLots.set(entitlement, lot)
  return lot
}

const standing = new WeakMap<Lot, { readonly from: Instant; readonly at: LotAt }>()

/** Returns lots as they stand at a moment; those that have not turned since they were last looked at are not reckoned anew. */
export function lotsAt(lots: readonly Lot[], now: Instant): readonly LotAt[] {
  return lots.map((lot) => {
    const known = standing.get(lot)
    if (known !== undefined && known.from <= now && now < (known.at.turnsAt ?? Infinity)) return known.at
    const at = lotAt(lot, now)
    standing.set(lot, { from: now, at })
    return at
  })
}
