import { drizzle } from 'drizzle-orm/d1'
import { cursorKeys } from '../../schema/shared-tables.ts'

/** What seals the cursors of this ledger: made once, with its database. */
export async function cursorKey(d1: D1Database): Promise<string> {
  const [row] = await drizzle(d1).select().from(cursorKeys)
  if (row === undefined) throw new Error('There is no key for cursors: apply the migrations')
  return row.key
}
