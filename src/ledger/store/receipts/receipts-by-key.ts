import { and, eq } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { alias } from 'drizzle-orm/sqlite-core'
import type { UserId } from '../../../domain/values/ids.ts'
import { inList } from '../../../platform/in-list.ts'
import { entries, receipts } from '../../../schema/user-tables.ts'
import { type Receipt, rowToReceipt } from './receipt.ts'

/** The entry whose words the answer of a receipt does not repeat. */
const entryAtPlace = alias(entries, 'entry_at_place')

/** The receipts that a user has under these keys, each with the entry at its place. */
export function receiptsQuery(db: DrizzleD1Database, userId: UserId, keys: readonly string[]) {
  return db
    .select({ receipt: receipts, entry: { bytes: entryAtPlace.bytes, hash: entryAtPlace.hash } })
    .from(receipts)
    .leftJoin(
      entryAtPlace,
      and(eq(entryAtPlace.userId, receipts.userId), eq(entryAtPlace.seq, receipts.place)),
    )
    .where(and(eq(receipts.userId, userId), inList(receipts.key, keys)))
}

export function receiptsByKey(
  rows: Awaited<ReturnType<typeof receiptsQuery>>,
): readonly (readonly [string, Receipt])[] {
  return rows.map(({ receipt, entry }) => [receipt.key, rowToReceipt(receipt, entry)])
}
