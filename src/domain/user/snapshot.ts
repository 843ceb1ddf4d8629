import type { Access, Right } from '../entitlements/access.ts'
import type { FeatureKey, Seq, UserId } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { lastingAccess } from './lasting-access.ts'

/** All that any check of one user needs, at one version of their ledger. Its form is stored in KV. */
export interface Snapshot {
  readonly userId: UserId
  readonly version: Seq
  /** When the user's object last confirmed that no later version exists. */
  readonly confirmedAt: Instant
  /** By feature, in order of precedence: the rights that are live or to come, and of those that ended the nearest one; spent lots that end alike are one. */
  readonly features: Readonly<Record<string, readonly Right[]>>
  /** The features that it tells of, where it is not of all. Such a part is never kept, and never published. */
  readonly only?: readonly FeatureKey[]
}

/** Returns the access to one feature at `now` by a snapshot, whenever that was made. */
export function accessFrom(snapshot: Snapshot, feature: FeatureKey, now: Instant): Access {
  const { features } = snapshot
  return lastingAccess(Object.hasOwn(features, feature) ? features[feature] : undefined, now)
}
