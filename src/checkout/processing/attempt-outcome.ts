import type { UserId } from '../../domain/values/ids.ts'
import type { NOT_PAID, UNMATCHED } from '../../inbox/conclude.ts'

/** What came of one attempt at an event. */
export interface AttemptOutcome {
  readonly isSaid: boolean
  /** Whether anything was said of a source, rather than only of who a customer is. */
  readonly isAboutSources: boolean
  /** Why somebody should look, or what is missing; the first is shown. */
  readonly quarantined: readonly string[]
  /** Why it rests where nobody has to look: for the purchase that it points at, or for its payment. */
  readonly rests: typeof UNMATCHED | typeof NOT_PAID | null
  /** Why it is tried again by itself. */
  readonly failed: string | null
  readonly userId: UserId | null
  readonly versions: readonly number[]
  readonly flags: readonly string[]
  readonly waitsFor: readonly string[]
  /** Whether it was concluded by the ledger that recorded it, in the same batch. */
  readonly isConcluded: boolean
}

/** Of an attempt that came to nothing. */
export const NOTHING_YET: AttemptOutcome = {
  isSaid: false,
  isAboutSources: false,
  quarantined: [],
  rests: null,
  failed: null,
  userId: null,
  versions: [],
  flags: [],
  waitsFor: [],
  isConcluded: false,
}
