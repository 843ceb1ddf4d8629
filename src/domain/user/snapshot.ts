import { withOffers } from '../catalog/everybodys-rights.ts'
import type { Access, Right } from '../entitlements/access.ts'
import type { Count } from '../usage/counting.ts'
import type { FeatureKey, Seq, UserId } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { accessToOwn, lastingSpending } from './lasting-access.ts'

/** All that any check of one user needs, at one version of their ledger. Its form is stored in KV. */
export interface Snapshot {
  readonly userId: UserId
  readonly version: Seq
  /** When the user's object last confirmed that no later version exists. */
  readonly confirmedAt: Instant
  /** By feature, in order of precedence: the rights that are live or to come, and of those that ended the nearest one; spent lots that end alike are one. */
  readonly features: Readonly<Record<string, readonly Right[]>>
  /** What is taken of features that count it as a whole, by feature; absent where nothing is. */
  readonly counts?: Readonly<Record<string, Count>>
  /** The features that it tells of, where it is not of all. Such a part is never kept, and never published. */
  readonly only?: readonly FeatureKey[]
}

/**
 * Returns the access to one feature at `now` by a snapshot alone, whenever that was made: by the user's own rights, as what everybody
 * had when it was recorded is nobody's by now for all that is known without a catalog.
 */
export function accessFrom(snapshot: Snapshot, feature: FeatureKey, now: Instant, amount = 1): Access {
  const { features } = snapshot
  const recorded = Object.hasOwn(features, feature) ? (features[feature] ?? []) : []
  const spending = lastingSpending(withOffers(recorded, []), now, countFrom(snapshot, feature))
  return accessToOwn(spending, undefined, amount)
}

/** Returns what is taken of a feature that counts it as a whole; `null` where nothing is, or its lots count it. */
export function countFrom({ counts }: Snapshot, feature: FeatureKey): Count | null {
  return counts !== undefined && Object.hasOwn(counts, feature) ? (counts[feature] ?? null) : null
}
