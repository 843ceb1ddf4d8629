import { type Access, type Precedence, type Right, accessOf, byPrecedence } from '../entitlements/access.ts'
import { type Entitlement, isBought, lastMoment } from '../entitlements/entitlement.ts'
import { isMetered } from '../entitlements/feature.ts'
import { hasEnded, standingOf } from '../entitlements/state.ts'
import type { Lot } from '../usage/lot.ts'
import { isOwing, meteredAccess } from '../usage/metered-access.ts'
import type { FeatureKey, Seq, UserId } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { lotsOf } from './user-lots.ts'
import type { UserState } from './user-state.ts'

/** All that any check of one user needs, at one version of their ledger. Its form is stored in KV. */
export interface Snapshot {
  readonly userId: UserId
  readonly version: Seq
  /** When the user's object last confirmed that no later version exists. */
  readonly confirmedAt: Instant
  /** By feature, in order of precedence: the rights that are live or to come, and of those that ended the nearest one. */
  readonly features: Readonly<Record<string, readonly Right[]>>
}

/** Returns the snapshot of a state, confirmed at `now`. */
export function snapshotOf(state: UserState, now: Instant): Snapshot {
  return {
    userId: state.userId,
    version: state.version,
    confirmedAt: now,
    features: rightsByFeature(state, now),
  }
}

/** Returns the access to one feature at `now` by a snapshot, whenever that was made. */
export function accessFrom(snapshot: Snapshot, feature: FeatureKey, now: Instant): Access {
  const { features } = snapshot
  return accessIn(Object.hasOwn(features, feature) ? features[feature] : undefined, now)
}

/** Returns the access to one feature at `now` by a user's state. */
export function accessAt(state: UserState, feature: FeatureKey, now: Instant): Access {
  const entitlements = [...state.entitlements.values()].filter((one) => one.feature === feature)
  return accessIn(rightsOf(state, entitlements, now), now)
}

function accessIn(rights: readonly Right[] | undefined, now: Instant): Access {
  const lots = rights?.filter(isLot) ?? []
  return lots.length === 0 ? accessOf(rights, now) : meteredAccess(lots, now)
}

/** Whether a right is a lot; either all rights to a feature are, or none. */
export function isLot(right: Right): right is Lot {
  return isMetered(right.allowance)
}

function rightsByFeature(state: UserState, now: Instant): Snapshot['features'] {
  const byFeature = Map.groupBy(state.entitlements.values(), ({ feature }) => feature)
  const rights = [...byFeature].flatMap(([feature, entitlements]) => {
    const ofFeature = rightsOf(state, entitlements, now)
    return ofFeature.length === 0 ? [] : [[feature, ofFeature] as const]
  })
  return Object.fromEntries(rights)
}

function rightsOf(state: UserState, entitlements: readonly Entitlement[], now: Instant): readonly Right[] {
  const notWithdrawn = entitlements.filter(({ withdrawn }) => !withdrawn)
  const live = notWithdrawn.filter((entitlement) => !hasEnded(entitlement, now))
  const ended = notWithdrawn.filter((entitlement) => hasEnded(entitlement, now))
  const shown = [...live, ...ended.toSorted(nearestEndFirst).slice(0, 1)]
  const lots = new Map(lotsOf(state, entitlements, now).map((lot) => [lot.id, lot]))
  const rights = shown
    .toSorted(byPrecedence)
    .map((entitlement) => lots.get(entitlement.id) ?? rightOf(entitlement))
  // A withdrawn lot that was spent is owed, and so it lowers the balance.
  return [...rights, ...[...lots.values()].filter((lot) => isOwing(lot, now))]
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
