import type { UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { receipts } from '../../schema/user-tables.ts'
import type { StoredAnswer, Idempotency } from '../submission.ts'

type ReceiptRow = typeof receipts.$inferSelect

/** What was answered to an idempotency key, and to what. */
export interface Receipt {
  readonly key: string
  readonly fingerprint: string
  readonly answer: StoredAnswer
  /** Whether nothing happened: another command may then take the key. */
  readonly isRefusal: boolean
}

/** A refusal depends on a state that passes, so its receipt is kept for 30 days; a success is kept for ever. */
export const REFUSAL_RECEIPT_MS = 30 * 24 * 60 * 60 * 1000

/** Marks an answer that was given before. */
export function replayOf({ answer }: Receipt): StoredAnswer {
  return { ...answer, headers: { ...answer.headers, 'Idempotent-Replayed': 'true' } }
}

export function isFor(receipt: Receipt, { fingerprint }: Idempotency): boolean {
  return receipt.fingerprint === fingerprint
}

/**
 * Where the receipt of a refusal goes once another command has taken its key, so that its own command is answered it
 * again. The newest receipt always has the key itself: a batch that was decided on another one collides with it there.
 */
export function asideKey({ key, fingerprint }: Idempotency): string {
  return `refused:${fingerprint}:${key}`
}

export function receiptToRow(userId: UserId, receipt: Receipt, expiresAt: Instant | null): ReceiptRow {
  const { key, fingerprint, answer } = receipt
  const headers = JSON.stringify(answer.headers)
  return { userId, key, fingerprint, status: answer.status, headers, body: answer.body, expiresAt }
}

export function rowToReceipt({ key, fingerprint, status, headers, body, expiresAt }: ReceiptRow): Receipt {
  const answer = { status, headers: JSON.parse(headers) as StoredAnswer['headers'], body }
  return { key, fingerprint, answer, isRefusal: expiresAt !== null }
}
