import type { Entitlement } from './entitlement.ts'
import type { Instant } from './instant.ts'

/** Everything that is recorded for one user: the fold of their entries. */
export interface UserState {
  readonly userId: string
  /** The `seq` of the last entry; 0 before the first. */
  readonly version: number
  /** When the last entry was recorded. */
  readonly recordedAt: Instant
  readonly entitlements: ReadonlyMap<string, Entitlement>
}

/** A user of whom nothing is recorded yet. */
export function emptyState(userId: string): UserState {
  return { userId, version: 0, recordedAt: 0, entitlements: new Map() }
}
