import type { SourceKey } from '../../../domain/purchases/register/source-key.ts'
import type { Entry, Note } from '../../../domain/user/entry.ts'
import type { HandOver, MovedSource } from '../../../domain/user/hand-over.ts'
import type { UserState } from '../../../domain/user/user-state.ts'
import type { CommandOutcome } from '../../submission.ts'
import type { News } from './news.ts'

/** What a command comes to: what it is answered, the entries that it makes, and the state after them. */
export interface CommandDecision {
  readonly outcome: DecisionOutcome
  readonly entries: readonly Entry[]
  /** Kept beside the first of the entries, which holds only its hash. */
  readonly note: Note | null
  readonly state: UserState
  readonly news: News
  /** Whether another version of the catalog could have led to another decision. */
  readonly dependsOnCatalog: boolean
  /** Whether a source names a reference that the catalog was not asked for. */
  readonly hasUnaskedReference: boolean
  readonly touchedSource: TouchedSource | null
}

/** The head is known once the entries have their hashes. */
export type DecisionOutcome = WithoutHead<
  Exclude<CommandOutcome, { readonly type: 'key_reused' | 'passed_on' | 'fault' }>
>

type WithoutHead<Outcome> = Outcome extends unknown ? Omit<Outcome, 'head'> : never

/** A source that was settled or released, and what goes along with it from one user to another. */
export interface TouchedSource {
  readonly source: SourceKey
  /** What this user leaves of it; `null` when they leave nothing. */
  readonly left: MovedSource | null
  /** What others have left of it, and this user takes over. */
  readonly takenOver: readonly HandOver[]
}

/** What holds of a decision by which nothing changes. */
export const NO_EFFECT = {
  entries: [],
  note: null,
  news: 'nothing',
  dependsOnCatalog: false,
  hasUnaskedReference: false,
  touchedSource: null,
} as const satisfies Partial<CommandDecision>
