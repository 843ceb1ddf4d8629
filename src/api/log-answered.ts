import { log } from '../ledger/log.ts'
import type { UserHash } from './user-hash.ts'

/** What is logged of a request that was answered. */
export interface Answered {
  /** Of HTTP; `RPC` at the other door. */
  readonly method: string
  readonly operation: string | null
  readonly status: number
  readonly durationMs: number
  /** Where the answers of checks came from. */
  readonly sources: readonly string[]
  readonly userId: string | null
}

/** Writes the one line of a request. */
export async function logAnswered(
  { sources, userId, ...facts }: Answered,
  hashUser: UserHash,
): Promise<void> {
  log('info', 'answered', {
    ...facts,
    ...(sources.length === 0 ? {} : { source: sources.join(' ') }),
    ...(userId === null ? {} : { user: await hashUser(userId) }),
  })
}
