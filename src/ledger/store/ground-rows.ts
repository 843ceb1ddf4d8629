import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { UserId } from '../../domain/values/ids.ts'
import { jsonOf, JSON_ROW, jsonRows, rowsOf } from '../../platform/json-rows.ts'
import { catalog } from '../../schema/catalog-tables.ts'
import type { LookUpRequest } from './memory.ts'
import { windowsIn, windowsOf } from './usage/taken-rows.ts'
import { receiptsIn, receiptsOf } from './receipts/receipts-by-key.ts'

interface Head {
  readonly seq: number
  readonly hash: string
  readonly bytes: string
}

/**
 * What any decision rests on, whatever the user has: the last entry, the catalog's version, and the receipts that are wanted; and
 * what was taken within windows, for which the statement beside it has no room (`jsonRows`).
 */
export function groundQuery(d1: D1Database, userId: UserId, wanted: Pick<LookUpRequest, 'receiptKeys'>) {
  const rows = jsonRows({
    catalog: { json: CATALOG, from: sql`catalog` },
    head: {
      json: sql`json_object('seq', seq, 'hash', hash, 'bytes', bytes)`,
      from: sql`(SELECT seq, hash, bytes FROM entries WHERE user_id = ${userId} ORDER BY seq DESC LIMIT 1)`,
    },
    receipt: receiptsOf(userId, wanted.receiptKeys),
    window: windowsOf(userId),
  })
  return drizzle(d1).select(JSON_ROW).from(rows)
}

export function groundIn(rows: Awaited<ReturnType<typeof groundQuery>>) {
  const [head] = rowsOf(rows, 'head') as readonly Head[]
  const [known] = rowsOf(rows, 'catalog') as readonly (typeof catalog.$inferSelect)[]
  return {
    head,
    catalogVersion: known?.version ?? 0,
    receipts: receiptsIn(rows),
    windows: windowsIn(rows),
  }
}

const CATALOG = jsonOf(catalog)
