import { type Access, type Right, accessOf, inOrder } from './access.ts'
import { type Entitlement, lastMoment } from './entitlement.ts'
import type { Instant } from './instant.ts'
import { hasEnded } from './state.ts'
import type { UserState } from './user-state.ts'

/** Everything needed to answer any check for one user at one version, without asking anyone. */
export interface Snapshot {
  readonly userId: string
  readonly version: number
  /** When the user's object last said that this version is the newest. */
  readonly confirmedAt: Instant
  /** By feature, in the order in which rights win: what is live or to come, and the one that ended nearest. */
  readonly features: Readonly<Record<string, readonly Right[]>>
}

/** The snapshot of a state, confirmed at `now`. */
export function snapshotOf(state: UserState, now: Instant): Snapshot {
  return { userId: state.userId, version: state.version, confirmedAt: now, features: rightsOf(state, now) }
}

/** What a snapshot says of one feature at `now`. */
export function accessFrom(snapshot: Snapshot, feature: string, now: Instant): Access {
  const { features } = snapshot
  return accessOf(Object.hasOwn(features, feature) ? features[feature] : undefined, now)
}

function rightsOf(state: UserState, now: Instant): Snapshot['features'] {
  const given = [...state.entitlements.values()].filter(({ withdrawn }) => !withdrawn)
  const byFeature = Map.groupBy(given, ({ feature }) => feature)
  const rights = [...byFeature].map(([feature, entitlements]) => {
    const live = entitlements.filter((entitlement) => !hasEnded(entitlement, now))
    const ended = entitlements.filter((entitlement) => hasEnded(entitlement, now))
    const [lastEnded] = ended.toSorted(nearestEndFirst)
    const kept = lastEnded === undefined ? live : [...live, lastEnded]
    return [feature, kept.toSorted(inOrder).map(rightOf)] as const
  })
  return Object.fromEntries(rights)
}

/** Of rights that ended, one that ran out is a nearer miss than one that was revoked; then the latest. */
function nearestEndFirst(a: Entitlement, b: Entitlement): number {
  const byKind = Number(a.revokedAt !== null) - Number(b.revokedAt !== null)
  return byKind || endOf(b) - endOf(a) || inOrder(a, b)
}

function endOf(entitlement: Entitlement): Instant {
  return entitlement.revokedAt ?? lastMoment(entitlement) ?? 0
}

function rightOf(entitlement: Entitlement): Right {
  const { id, allowance, startsAt, endsAt, graceEndsAt, trial, suspendedAt, revokedAt, held } = entitlement
  return { id, allowance, startsAt, endsAt, graceEndsAt, trial, suspendedAt, revokedAt, held }
}
