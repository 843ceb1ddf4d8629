import type { Entry } from '../../../domain/user/entry.ts'
import { fold } from '../../../domain/user/fold.ts'
import { lapseAt } from '../../../domain/user/leases.ts'
import type { UserState } from '../../../domain/user/user-state.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { entryOf, momentAt } from './entry-of.ts'

type LapseEntry = Extract<Entry, { type: 'leases_lapsed' }>

/**
 * The entry that closes the leases which have lapsed by now, and the state after it; `null` where none has. It goes before any
 * other: by the bytes alone, which know no ends of leases, the same is reckoned then as with them.
 */
export function decideLapse(
  state: UserState,
  now: Instant,
): { readonly entry: LapseEntry; readonly state: UserState } | null {
  const lapse = lapseAt(state, momentAt(state, now))
  if (lapse === null) return null
  const cause = { kind: 'lease', ref: `lapse:${state.version + 1}` }
  const entry = entryOf(state, lapse, { commandId: cause.ref, cause, effectiveAt: null }, now)
  return { entry, state: fold(state, entry, null) }
}
