import type { Entitlement } from '../entitlements/entitlement.ts'
import type { Register } from '../purchases/register/register.ts'
import type { SourceKey } from '../purchases/register/source-key.ts'
import type { Usage } from '../usage/lot.ts'
import type { ReservedData } from '../usage/usage-change.ts'
import type { EntitlementId, Seq, UserId } from '../values/ids.ts'
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

/** An amount that is held until it is committed, released, or lapses at `endsAt`. */
export interface Reservation extends Omit<ReservedData, 'everyone'> {
  readonly seq: Seq
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
  }
}
