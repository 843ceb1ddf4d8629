import type { Entitlement, Terms } from '../entitlements/entitlement.ts'
import type { Register } from '../purchases/register/register.ts'
import type { Usage } from '../usage/lot.ts'
import type { Take } from '../usage/take.ts'
import type { EntitlementId, FeatureKey, UserId } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'

/** What one user left of a source that moves to another. */
export interface HandOver {
  readonly userId: UserId
  readonly moved: MovedSource
}

/** What moves with a source from one user's ledger to another's. It is stored, and sent to the user's object. */
export interface MovedSource {
  readonly register: Register
  /** The rights that were used, are held of, or were stopped by hand; those that are given before those withdrawn. */
  readonly lots: readonly MovedLot[]
  /** What reservations hold of them. */
  readonly holds: readonly MovedHold[]
}

/** A right as the source last gave it, with what was spent of it. */
export interface MovedLot extends Pick<Entitlement, 'feature' | 'held' | 'withdrawn' | 'usageStays'> {
  readonly entitlementId: EntitlementId
  readonly product: string | null
  readonly terms: Terms
  /** `null` where the feature is not metered. */
  readonly usage: Usage | null
  /** What was done to it by hand, `null` where nothing was. */
  readonly stopped: 'suspended' | 'revoked' | null
}

/** What a reservation holds of the moved lots, until it lapses. */
export interface MovedHold {
  readonly feature: FeatureKey
  readonly takes: readonly Take[]
  readonly endsAt: Instant
}
