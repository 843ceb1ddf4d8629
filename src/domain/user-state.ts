import type { Register } from './checkout/register.ts'
import type { SourceKey } from './command.ts'
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
  /** By `sourceId`. */
  readonly sources: ReadonlyMap<string, KnownSource>
}

/** A checkout source of which something is known. */
export interface KnownSource {
  readonly source: SourceKey
  readonly register: Register
  /** The `seq` of the last entry that touched it. */
  readonly version: number
}

/** A user of whom nothing is recorded yet. */
export function emptyState(userId: string): UserState {
  return { userId, version: 0, recordedAt: 0, entitlements: new Map(), sources: new Map() }
}

/** One name for a source: no provider and no account has a space. */
export function sourceId({ provider, account, ref }: SourceKey): string {
  return `${provider} ${account} ${ref}`
}
