import type { UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import type { InboxState } from './inbox-event.ts'

/** After these nothing is written of an event any more, until it is replayed. */
export const FINAL_STATES: readonly InboxState[] = ['applied', 'ignored', 'superseded']

/** What became of processing an event. */
export interface Conclusion {
  readonly state: InboxState
  readonly reason: string | null
  readonly flags: readonly string[]
  readonly userId: UserId | null
  readonly versions: readonly number[]
  readonly nextAttemptAt: Instant | null
  /** What a quarantined event waits for; if one of them is there by now, it is tried again at `ifKnownAt`. None where it failed. */
  readonly waitsFor: readonly string[]
  readonly ifKnownAt: Instant
  /** Tried again as a replay, with new keys for what is told to ledgers. */
  readonly isReplayed: boolean
  /** Whether the attempt counts towards those after which an event is given up. */
  readonly isCounted: boolean
}
