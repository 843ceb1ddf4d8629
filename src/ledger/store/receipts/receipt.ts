import type { UserId } from '../../../domain/values/ids.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { entries, receipts } from '../../../schema/user-tables.ts'
import type { StoredAnswer, Idempotency } from '../../submission.ts'
import { type EntryText, packAnswer, unpackAnswer } from './packed-answer.ts'

export type ReceiptRow = typeof receipts.$inferSelect
type EntryRow = typeof entries.$inferSelect

/** What was answered to an idempotency key, and to what. */
export interface Receipt {
  readonly key: string
  readonly fingerprint: string
  readonly answer: StoredAnswer
  /** Whether nothing happened: another command may then take the key. */
  readonly isRefusal: boolean
}

/**
 * A refusal depends on a state that passes, so its receipt is kept for 30 days. A success is kept for ever, and so is that a
 * command was passed on: who retries it then finds who was asked next.
 */
export const REFUSAL_RECEIPT_MS = 30 * 24 * 60 * 60 * 1000

/** Marks an answer that was given before. */
export function replayOf({ answer }: Receipt): StoredAnswer {
  return { ...answer, headers: { ...answer.headers, 'Idempotent-Replayed': 'true' } }
}

/** Whether it says for ever that a command was refused: only what was passed on to another user is. */
export function isPassedOn({ answer, isRefusal }: Receipt): boolean {
  return !isRefusal && answer.status >= 400
}

export function isFor(receipt: Receipt, { fingerprint }: Idempotency): boolean {
  return receipt.fingerprint === fingerprint || receipt.fingerprint === keptOf(fingerprint)
}

/** Of a SHA-256 in hex half is kept: 128 bits tell the requests of one key apart. */
function keptOf(fingerprint: string): string {
  return fingerprint.length === 64 ? fingerprint.slice(0, 32) : fingerprint
}

/**
 * Where the receipt of a refusal goes once another command has taken its key, so that its own command is answered it
 * again. The newest receipt always has the key itself: a batch that was decided on another one collides with it there.
 */
export function asideKey({ key, fingerprint }: Idempotency): string {
  return `refused:${fingerprint}:${key}`
}

/** Under which keys a refusal of this very command may have been put aside: the whole of a fingerprint was kept once. */
export function asideKeys({ key, fingerprint }: Idempotency): readonly string[] {
  return [...new Set([keptOf(fingerprint), fingerprint])].map((kept) => asideKey({ key, fingerprint: kept }))
}

/** `entry`: one of the same batch, whose words the answer need not repeat; `null` where there is none. */
export function receiptToRow(
  userId: UserId,
  { key, fingerprint, answer }: Receipt,
  expiresAt: Instant | null,
  entry: EntryRow | null,
): ReceiptRow {
  const { status, headers, body } = answer
  const row = { userId, key, fingerprint: keptOf(fingerprint), status, expiresAt }
  const packed = packAnswer(answer, entry)
  if (packed === null) return { ...row, headers: JSON.stringify(headers), body, packed, place: null }
  return { ...row, headers: '{}', body: '', packed, place: entry?.seq ?? null }
}

/** `entry`: the one at the place of the row. */
export function rowToReceipt(row: ReceiptRow, entry: EntryText | null): Receipt {
  const { key, fingerprint, status, packed, expiresAt } = row
  const text =
    packed === null
      ? { headers: JSON.parse(row.headers) as StoredAnswer['headers'], body: row.body }
      : unpackAnswer(packed, entry)
  return { key, fingerprint, answer: { status, ...text }, isRefusal: expiresAt !== null }
}
