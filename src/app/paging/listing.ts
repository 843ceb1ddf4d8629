import { cursorKey } from '../../ledger/store/cursor-key.ts'
import { Cursors } from './cursors.ts'

/** What is listed from, and what seals places in it. */
export interface Listing {
  readonly db: D1Database
  readonly cursors: Cursors
}

/** What lists of a database go by. */
export function listingOf(db: D1Database): Listing {
  return { db, cursors: new Cursors(() => cursorKey(db)) }
}
