import type { EntitlementId, FeatureKey, UserId } from '../values/ids.ts'
import type { Entitlement, Terms } from '../entitlements/entitlement.ts'
import type { Register } from '../purchases/register/register.ts'
import type { Instant } from '../values/instant.ts'
import type { Usage } from '../usage/lot.ts'
import type { Take } from '../usage/take.ts'

/** What one user has left of a source. */
export interface HandOver {
  readonly userId: UserId
  readonly moved: MovedSource
}

/** What one user's ledger leaves to another of a source. */
export interface MovedSource {
  readonly register: Register
  /** What something was spent or is held of, or was stopped by hand, what the source gives before what it gave. */
  readonly lots: readonly MovedLot[]
  /** What reservations hold of them. */
  readonly holds: readonly MovedHold[]
}

/** A right as the source last gave it, with what was spent of it. */
export interface MovedLot extends Pick<Entitlement, 'feature' | 'held' | 'withdrawn' | 'usageStays'> {
  readonly entitlementId: EntitlementId
  readonly product: string | null
  readonly terms: Terms
  /** `null` where nothing can be spent of it. */
  readonly usage: Usage | null
  /** What was done to it by hand. */
  readonly stopped: 'suspended' | 'revoked' | null
}

export interface MovedHold {
  readonly feature: FeatureKey
  readonly takes: readonly Take[]
  readonly endsAt: Instant
}
