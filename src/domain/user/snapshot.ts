import type { FeatureKey, Seq, UserId } from '../values/ids.ts'
import { type Access, type Precedence, type Right, accessOf, byPrecedence } from '../entitlements/access.ts'
import { type Entitlement, isBought, lastMoment } from '../entitlements/entitlement.ts'
import type { Instant } from '../values/instant.ts'
import { hasEnded, standingOf } from '../entitlements/state.ts'
import { isMetered } from '../entitlements/feature.ts'
import type { Lot } from '../usage/lot.ts'
import { isOwing, meteredAccess } from '../usage/metered-access.ts'
import { lotsOf } from './user-lots.ts'
import type { UserState } from './user-state.ts'

/** Everything needed to answer any check for one user at one version, without asking anyone. */
export interface Snapshot {
  readonly userId: UserId
  readonly version: Seq
  /** When the user's object last said that this version is the newest. */
  readonly confirmedAt: Instant
  /** By feature, in the order in which rights win: what is live or to come, and the one that ended nearest. */
  readonly features: Readonly<Record<string, readonly Right[]>>
}

/** The snapshot of a state, confirmed at `now`. */
export function snapshotOf(state: UserState, now: Instant): Snapshot {
  return {
    userId: state.userId,
    version: state.version,
    confirmedAt: now,
    features: rightsByFeature(state, now),
  }
}

/** What a snapshot says of one feature at `now`. */
export function accessFrom(snapshot: Snapshot, feature: FeatureKey, now: Instant): Access {
  const { features } = snapshot
  return accessIn(Object.hasOwn(features, feature) ? features[feature] : undefined, now)
}

/** What a state says of one feature at `now`. */
export function accessAt(state: UserState, feature: FeatureKey, now: Instant): Access {
  const entitlements = [...state.entitlements.values()].filter((one) => one.feature === feature)
  return accessIn(rightsOf(state, entitlements, now), now)
}

function accessIn(rights: readonly Right[] | undefined, now: Instant): Access {
  const lots = rights?.filter(isLot) ?? []
  return lots.length === 0 ? accessOf(rights, now) : meteredAccess(lots, now)
}

/** All rights to a feature are of its one type. */
export function isLot(right: Right): right is Lot {
  return isMetered(right.allowance)
}

function rightsByFeature(state: UserState, now: Instant): Snapshot['features'] {
  const byFeature = Map.groupBy(state.entitlements.values(), ({ feature }) => feature)
  const rights = [...byFeature].flatMap(([feature, entitlements]) => {
    const kept = rightsOf(state, entitlements, now)
    return kept.length === 0 ? [] : [[feature, kept] as const]
  })
  return Object.fromEntries(rights)
}

function rightsOf(state: UserState, entitlements: readonly Entitlement[], now: Instant): readonly Right[] {
  const given = entitlements.filter(({ withdrawn }) => !withdrawn)
  const live = given.filter((entitlement) => !hasEnded(entitlement, now))
  const ended = given.filter((entitlement) => hasEnded(entitlement, now))
  const kept = [...live, ...ended.toSorted(nearestEndFirst).slice(0, 1)]
  const lots = new Map(lotsOf(state, entitlements, now).map((lot) => [lot.id, lot]))
  const rights = kept
    .toSorted(byPrecedence)
    .map((entitlement) => lots.get(entitlement.id) ?? rightOf(entitlement))
  // What was taken back by its source after it was spent.
  return [...rights, ...[...lots.values()].filter((lot) => isOwing(lot, now))]
}

/** Of rights that ended, one that ran out is a nearer miss than one that was revoked; then the latest. */
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
