import { type Access, type Precedence, type Right, accessOf, byPrecedence } from '../entitlements/access.ts'
import { type Entitlement, isBought, lastMoment } from '../entitlements/entitlement.ts'
import { hasEnded, standingOf } from '../entitlements/state.ts'
import type { Lot } from '../usage/lot.ts'
import { type Spending, isOwing, spendingOf } from '../usage/metered-access.ts'
import { withSpentAsOne } from '../usage/spent-lots.ts'
import type { FeatureKey } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { entitlementsByFeature, entitlementsTo } from './entitlements-by-feature.ts'
import { isLot } from './lasting-access.ts'
import type { Snapshot } from './snapshot.ts'
import { lotIn, lotsAt, lotsSharing } from './user-lots.ts'
import type { UserState } from './user-state.ts'

/** Returns the snapshot of a state, confirmed at `now`; where features are named, the part of it that tells of these. */
export function snapshotOf(state: UserState, now: Instant, only?: readonly FeatureKey[]): Snapshot {
  const { userId, version } = state
  const features = only ?? [...entitlementsByFeature(state).keys()]
  const of = { userId, version, confirmedAt: now, features: rightsByFeature(state, features, now) }
  return only === undefined ? of : { ...of, only }
}

/** Returns the access to one feature at `now` by a user's state. */
export function accessAt(state: UserState, feature: FeatureKey, now: Instant): Access {
  return spendingAt(state, feature, now).access
}

/** What was last asked of a state: a decision asks before it, and again for what has changed. */
const lastSpendings = new WeakMap<
  UserState,
  Spending & { readonly feature: FeatureKey; readonly now: Instant }
>()

/** Returns the access with the lots that may be spent, in their order. */
export function spendingAt(state: UserState, feature: FeatureKey, now: Instant): Spending {
  const last = lastSpendings.get(state)
  if (last?.feature === feature && last.now === now) return last
  const rights = rightsTo(state, feature, now)
  const lots = rights.filter(isLot)
  const spending =
    lots.length === 0 ? { access: accessOf(rights, now), spendable: [] } : spendingOf(lotsAt(lots, now), now)
  lastSpendings.set(state, { ...spending, feature, now })
  return spending
}

function rightsByFeature(
  state: UserState,
  features: readonly FeatureKey[],
  now: Instant,
): Snapshot['features'] {
  const rights = features.flatMap((feature) => {
    const ofFeature = rightsTo(state, feature, now)
    return ofFeature.length === 0 ? [] : [[feature, ofFeature] as const]
  })
  return Object.fromEntries(rights)
}

function rightsTo(state: UserState, feature: FeatureKey, now: Instant): readonly Right[] {
  const { all, byPrecedence } = entitlementsTo(state, feature)
  const sharing = lotsSharing(state, all, now)
  const rightFor = (one: Entitlement) => sharing.get(one.id) ?? lotIn(state, one) ?? rightOf(one)
  const ended = byPrecedence.filter((one) => !one.withdrawn && hasEnded(one, now))
  const [nearest] = ended.toSorted(nearestEndFirst)
  const isShown = (one: Entitlement) => !one.withdrawn && (one === nearest || !hasEnded(one, now))
  // A withdrawn lot that was spent is owed, and so it lowers the balance.
  const withdrawn = all.filter((one) => one.withdrawn).map(rightFor)
  const owing = withdrawn.filter((right) => isLot(right) && isOwing(right, now))
  const shown = byPrecedence.filter(isShown).map(rightFor)
  const lots = shown.filter(isLot)
  if (lots.length === 0) return [...shown, ...owing]
  // Of lots that share what was used, and of one to come, each is looked at alone. At a later moment the same ones stand as one.
  const hasBegun = ({ startsAt }: Lot) => startsAt === null || startsAt <= state.recordedAt
  return [...withSpentAsOne(lots, (lot) => !sharing.has(lot.id) && hasBegun(lot)), ...owing]
}

/** Orders rights that ended: those that ran out before those that were revoked, then the latest first. */
function nearestEndFirst(a: Entitlement, b: Entitlement): number {
  const byKind = Number(a.revokedAt !== null) - Number(b.revokedAt !== null)
  return byKind || endOf(b) - endOf(a) || byPrecedence(a, b)
}

function endOf(entitlement: Entitlement): Instant {
  return entitlement.revokedAt ?? lastMoment(entitlement) ?? 0
}

function rightOf(entitlement: Entitlement): Right {
  const { id, allowance } = entitlement
  return { id, allowance, ...precedenceOf(entitlement), ...standingOf(entitlement) }
}

/** Only of several config rights one gives the answer alone. */
function precedenceOf(entitlement: Entitlement): Precedence {
  switch (entitlement.allowance.type) {
    case 'config':
      return { priority: entitlement.priority, isBought: isBought(entitlement) }
    case 'boolean':
    case 'metered':
      return {}
  }
}
