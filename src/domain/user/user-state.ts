import type { EntitlementId, Seq, UserId } from '../values/ids.ts'
import type { Register } from '../purchases/register/register.ts'
import type { Entitlement } from '../entitlements/entitlement.ts'
import type { Instant } from '../values/instant.ts'
import type { Usage } from '../usage/lot.ts'
import type { ReservedData } from '../usage/usage-change.ts'
import type { SourceKey } from '../purchases/register/source-key.ts'

/** Everything that is recorded for one user: the fold of their entries. */
export interface UserState {
  readonly userId: UserId
  /** The `seq` of the last entry; 0 before the first. */
  readonly version: Seq
  /** When the last entry was recorded. */
  readonly recordedAt: Instant
  readonly entitlements: ReadonlyMap<EntitlementId, Entitlement>
  /** By `sourceId`. */
  readonly sources: ReadonlyMap<string, SourceRecord>
  /** What was spent of lots, by the id of the entitlement. */
  readonly usage: ReadonlyMap<EntitlementId, UsageRecord>
  /** Those that nothing has resolved, by the `seq` of the entry that made them. */
  readonly reservations: ReadonlyMap<Seq, Reservation>
}

/** A checkout source of which something is known. */
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

/** A part of what is there, held until it is spent, released or its time has passed. */
export interface Reservation extends ReservedData {
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
