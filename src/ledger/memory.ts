import type { Features } from '../domain/decide.ts'
import type { UserState } from '../domain/user-state.ts'
import type { Receipt } from './receipt.ts'

/**
 * What a user's object remembers between two commands: a cache of D1, thrown away on any doubt.
 *
 * `receipts` and `features` are what was looked up or written so far; what is absent from them may exist.
 */
export interface Memory {
  readonly state: UserState
  /** The hash of the last entry, or the genesis hash. */
  readonly hash: string
  readonly receipts: ReadonlyMap<string, Receipt>
  readonly features: Features
  /** The version of the catalog that `features` is a part of. */
  readonly catalogVersion: number
}

/** What a group of commands has to have looked up before a "no" may rest on its absence. */
export interface Wanted {
  readonly receiptKeys: readonly string[]
  readonly features: readonly string[]
}

export const NOTHING_WANTED: Wanted = { receiptKeys: [], features: [] }
