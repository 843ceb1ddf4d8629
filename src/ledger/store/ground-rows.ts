import { sql } from 'drizzle-orm'
import { type JsonRow, type Parts, jsonOf, rowsOf } from '../../platform/json-rows.ts'
import { catalog } from '../../schema/catalog-tables.ts'
import { PLACES } from './look-ups/placeholders.ts'
import { RECEIPTS, receiptsIn } from './receipts/receipts-by-key.ts'

interface Head {
  readonly seq: number
  readonly hash: string
  readonly bytes: string
}

/** What any decision rests on, whatever the user has: the last entry, the catalog's version, and the receipts that are wanted. */
export const GROUND: Parts = {
  catalog: { json: jsonOf(catalog), from: sql`catalog` },
  head: {
    json: sql`json_object('seq', seq, 'hash', hash, 'bytes', bytes)`,
    from: sql`(SELECT seq, hash, bytes FROM entries WHERE user_id = ${PLACES.userId} ORDER BY seq DESC LIMIT 1)`,
  },
  receipt: RECEIPTS,
}

export function groundIn(rows: readonly JsonRow[]) {
  const [head] = rowsOf(rows, 'head') as readonly Head[]
  const [known] = rowsOf(rows, 'catalog') as readonly (typeof catalog.$inferSelect)[]
  return { head, catalogVersion: known?.version ?? 0, receipts: receiptsIn(rows) }
}
