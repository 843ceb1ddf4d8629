import { cursorKey } from '../../ledger/store/cursor-key.ts'
import { Cursors } from './cursors.ts'

/** What is listed from, and what seals places in it. */
export interface ListSource {
  readonly db: D1Database
  readonly cursors: Cursors
}

/** What lists of a database go by. */
export function listingOf(db: D1Database): ListSource {
  return { db, cursors: new Cursors(() => cursorKey(db)) }
}
