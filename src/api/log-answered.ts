import { log } from '../ledger/log.ts'
import { sha256 } from '../ledger/sha256.ts'

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
  /** How many of its kind were not written since the last one that was. */
  readonly unsaid?: number
}

/** Writes the one line of a request. */
export async function logAnswered({ sources, userId, unsaid = 0, ...facts }: Answered): Promise<void> {
  log('info', 'answered', {
    ...facts,
    ...(unsaid === 0 ? {} : { unsaid }),
    ...(sources.length === 0 ? {} : { source: sources.join(' ') }),
    ...(userId === null ? {} : { user: await hashed(userId) }),
  })
}

/** Enough to tell users apart in a log, too little to name one. */
async function hashed(userId: string): Promise<string> {
  return (await sha256(userId)).slice(0, 16)
}
