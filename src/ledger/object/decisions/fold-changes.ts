import type { Change, Entry } from '../../../domain/user/entry.ts'
import { fold } from '../../../domain/user/fold.ts'
import type { UserState } from '../../../domain/user/user-state.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { Submission } from '../../submission.ts'
import { entryOf } from './entry-of.ts'

/** The entries that changes become, one after another, and the state after them. They have no note. */
export function foldChanges(
  before: UserState,
  changes: readonly Change[],
  submission: Submission,
  now: Instant,
): { readonly entries: readonly Entry[]; readonly state: UserState } {
  let state = before
  const entries: Entry[] = []
  for (const change of changes) {
    const entry = entryOf(state, change, submission, now)
    entries.push(entry)
    state = fold(state, entry, null)
  }
  return { entries, state }
}
