import type { Change, Entry } from '../../../domain/user/entry.ts'
import type { UserState } from '../../../domain/user/user-state.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { Submission } from '../../submission.ts'

type EntryPlace = Omit<Entry, keyof Change>

/** The entry that a change becomes, as the next one of its user. */
export function entryOf<OfChange extends Change>(
  state: UserState,
  change: OfChange,
  { commandId, cause, effectiveAt }: Pick<Submission, 'commandId' | 'cause' | 'effectiveAt'>,
  now: Instant,
): OfChange & EntryPlace {
  return {
    ...change,
    userId: state.userId,
    seq: state.version + 1,
    commandId,
    cause,
    recordedAt: momentAt(state, now),
    effectiveAt: effectiveAt ?? now,
  }
}

/** The moment at which something is recorded: never before the last entry of the user, whatever the clock says. */
export function momentAt({ recordedAt }: UserState, now: Instant): Instant {
  return Math.max(now, recordedAt)
}
