import { sql } from 'drizzle-orm'
import type { UserId } from '../../../domain/values/ids.ts'
import { inList } from '../../../platform/in-list.ts'
import { receipts } from '../../../schema/user-tables.ts'
import { type JsonRow, type Part, jsonOf, rowsOf } from '../../../platform/json-rows.ts'
import type { EntryText } from './packed-answer.ts'
import { type Receipt, type ReceiptRow, rowToReceipt } from './receipt.ts'

/** A receipt, and the entry at its place, whose words its answer does not repeat. */
interface ReceiptAndEntry {
  readonly receipt: ReceiptRow
  readonly bytes: string | null
  readonly hash: string | null
}

/** The receipts that a user has under these keys, each with the entry at its place. */
export function receiptsOf(userId: UserId, keys: readonly string[]): Part {
  return {
    json: RECEIPT,
    from: sql`receipts LEFT JOIN entries AS entry ON entry.user_id = receipts.user_id AND entry.seq = receipts.place
      WHERE receipts.user_id = ${userId} AND ${inList(sql`receipts.key`, keys)}`,
  }
}

const RECEIPT = sql`json_object('receipt', ${jsonOf(receipts)}, 'bytes', entry.bytes, 'hash', entry.hash)`

/** The receipts among rows, by their keys. */
export function receiptsIn(rows: readonly JsonRow[]): ReadonlyMap<string, Receipt> {
  const found = rowsOf(rows, 'receipt') as readonly ReceiptAndEntry[]
  return new Map(
    found.map(({ receipt, bytes, hash }) => {
      const entry: EntryText | null = bytes === null || hash === null ? null : { bytes, hash }
      return [receipt.key, rowToReceipt(receipt, entry)]
    }),
  )
}
