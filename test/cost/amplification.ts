import type { CountedPlace } from './a-counted-place.ts'
import type { Made } from './made.ts'

/** The dearest that a kind of caller can ask, what it makes, and what bounds that. */
export interface Amplification {
  readonly caller:
    'anybody' | 'a user’s own token' | '`access:check`' | 'a buyer, a sender' | 'an operator' | 'the clock'
  readonly asks: string
  /** The rows that are read depend on how much there is: no more than those. All else is counted exactly. */
  readonly makes: Partial<Made>
  readonly bound: string
  /** Bindings and variables that the place has besides. */
  readonly bindings?: Readonly<Record<string, unknown>>
  /** Makes all that has to be there before, uncounted, and answers the request itself. */
  readonly arrange: (place: CountedPlace) => Promise<() => Promise<unknown>>
}

/** Does the same so often, one after another. */
export async function often(times: number, act: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < times; index += 1) await act(index)
}
