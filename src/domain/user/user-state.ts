import type { Entitlement } from '../entitlements/entitlement.ts'
import type { Register } from '../purchases/register/register.ts'
import type { SourceKey } from '../purchases/register/source-key.ts'
import type { Usage } from '../usage/lot.ts'
import type { RollingWindow } from '../usage/rolling-window.ts'
import type { ReservedData } from '../usage/usage-change.ts'
import type { EntitlementId, FeatureKey, Seq, UserId } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'

/** All that the entries of one user amount to. */
export interface UserState {
  readonly userId: UserId
  /** The `seq` of the last entry; 0 before the first. */
  readonly version: Seq
  /** When the last entry was recorded. */
  readonly recordedAt: Instant
  readonly entitlements: ReadonlyMap<EntitlementId, Entitlement>
  /** By `sourceKeyText`. */
  readonly sources: ReadonlyMap<string, SourceRecord>
  /** What was spent of lots, by entitlement. */
  readonly usage: ReadonlyMap<EntitlementId, UsageRecord>
  /** The open ones, by the `seq` of the entry that recorded them; some may have lapsed since. */
  readonly reservations: ReadonlyMap<Seq, Reservation>
  /** What is held until it is let go of, by the `seq` of the entry that recorded it. */
  readonly holdings: ReadonlyMap<Seq, Holding>
  /** What was taken of features with a rolling window. */
  readonly windows: ReadonlyMap<FeatureKey, WindowRecord>
}

/** A checkout source whose purchase is this user's. */
export interface SourceRecord {
  readonly source: SourceKey
  readonly register: Register
  /** The `seq` of the last entry that touched it. */
  readonly version: Seq
}

/** What was spent of a lot. */
export interface UsageRecord extends Usage {
  /** The `seq` of the last entry that touched it. */
  readonly version: Seq
}

/**
 * An amount that is held until it is committed, released, or lapses at `endsAt`. The end of a lease is no part of the fold, where
 * it is `Infinity`: an entry says when it has lapsed. Who decides has the real one (`leases.ts`).
 */
export interface Reservation extends Omit<ReservedData, 'everyone'> {
  readonly seq: Seq
  /** Who has a lease; `null` once that was erased, absent of a reservation that is none. */
  readonly holder?: string | null
}

/** What somebody holds of a feature until they let go of it. */
export interface Holding {
  readonly seq: Seq
  readonly feature: FeatureKey
  /** How much was taken first. */
  readonly taken: number
  /** How much of it is still held. */
  readonly amount: number
  /** How much of it was not there when it was taken. */
  readonly overage: number
  /** `null` once that was erased. */
  readonly holder: string | null
  /** The `seq` of the last entry that touched it. */
  readonly version: Seq
}

/** What was taken of a feature within its window. */
export interface WindowRecord extends RollingWindow {
  /** The `seq` of the last entry that touched it. */
  readonly version: Seq
}

/** A user of whom nothing is recorded yet. */
export function emptyState(userId: UserId): UserState {
  return {
    userId,
    version: 0,
    recordedAt: 0,
    entitlements: new Map(),
    sources: new Map(),
    usage: new Map(),
    reservations: new Map(),
    holdings: new Map(),
    windows: new Map(),
  }
}
