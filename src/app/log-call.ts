import type { UserId } from '../domain/values/ids.ts'
import { log } from '../platform/log.ts'
import type { UserHash } from './user-hash.ts'

/** What is logged of a request that was answered. */
export interface CallRecord {
  /** Of HTTP; `RPC` at the other door. */
  readonly method: string
  readonly operation: string | null
  readonly status: number
  readonly durationMs: number
  /** Where the answers of checks came from. */
  readonly sources: readonly string[]
  readonly userId: UserId | null
  /** How many of its kind were not written since the last one that was. */
  readonly unsaid?: number
}

/** Writes the one line of a request. */
export async function logCall(
  { sources, userId, unsaid = 0, ...facts }: CallRecord,
  hashUser: UserHash,
): Promise<void> {
  log('info', 'answered', {
    ...facts,
    ...(unsaid === 0 ? {} : { unsaid }),
    ...(sources.length === 0 ? {} : { source: sources.join(' ') }),
    ...(userId === null ? {} : { user: await hashUser(userId) }),
  })
}
