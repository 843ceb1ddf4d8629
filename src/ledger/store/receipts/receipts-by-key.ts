import { sql } from 'drizzle-orm'
import { receipts } from '../../../schema/user-tables.ts'
import { type JsonRow, type Part, jsonOf, rowsOf } from '../../../platform/json-rows.ts'
import { PLACES } from '../look-ups/placeholders.ts'
import type { EntryText } from './packed-answer.ts'
import { type Receipt, type ReceiptRow, rowToReceipt } from './receipt.ts'

/** A receipt, and the entry at its place, whose words its answer does not repeat. */
interface ReceiptAndEntry {
  readonly receipt: ReceiptRow
  readonly bytes: string | null
  readonly hash: string | null
}

/** The receipts that a user has under the keys that are asked for, each with the entry at its place. */
export const RECEIPTS: Part = {
  json: sql`json_object('receipt', ${jsonOf(receipts)}, 'bytes', entry.bytes, 'hash', entry.hash)`,
  from: sql`receipts LEFT JOIN entries AS entry ON entry.user_id = receipts.user_id AND entry.seq = receipts.place
    WHERE receipts.user_id = ${PLACES.userId} AND receipts.key IN ${PLACES.receiptKeys}`,
}

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
