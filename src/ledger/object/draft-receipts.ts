import type { Batch } from '../store/append.ts'
import { type Receipt, asideKey, isFor, receiptToRow } from '../store/receipt.ts'
import type { Idempotency } from '../submission.ts'

/** How many receipts an object remembers, so that a retry within moments needs no look-up. */
const REMEMBERED_MAX = 200

/** What keys stand for as commands are decided, and the rows that come of it. */
export class DraftReceipts {
  readonly #userId: string
  readonly #byKey: Map<string, Receipt>
  readonly #rows = new Map<string, Batch['receipts'][number]>()
  readonly #aside: Idempotency[] = []

  constructor(userId: string, remembered: ReadonlyMap<string, Receipt>) {
    this.#userId = userId
    this.#byKey = new Map(remembered)
  }

  /** The newest receipt of a key, of whatever command. */
  newestOf(key: string): Receipt | undefined {
    return this.#byKey.get(key)
  }

  /** What a command was answered under its key. */
  firstTo(idempotency: Idempotency): Receipt | undefined {
    const newest = this.#byKey.get(idempotency.key)
    const isTheirs = newest !== undefined && isFor(newest, idempotency)
    return isTheirs ? newest : this.#byKey.get(asideKey(idempotency))
  }

  /** Keeps the answer to a command. What was refused under the key before steps aside. */
  keep(receipt: Receipt, expiresAt: number | null): void {
    const before = this.#byKey.get(receipt.key)
    if (before !== undefined) this.#putAside(before)
    this.#byKey.set(receipt.key, receipt)
    this.#rows.set(receipt.key, receiptToRow(this.#userId, receipt, expiresAt))
  }

  get rows(): Batch['receipts'] {
    return [...this.#rows.values()]
  }

  /** Refusals that D1 has under the key that a row takes. */
  get aside(): Batch['refusalsAside'] {
    return this.#aside
  }

  /** What is known once the rows are recorded. */
  get remembered(): ReadonlyMap<string, Receipt> {
    return new Map([...this.#byKey].slice(-REMEMBERED_MAX))
  }

  #putAside(refusal: Receipt): void {
    const { fingerprint } = refusal
    const key = asideKey(refusal)
    const row = this.#rows.get(refusal.key)
    this.#byKey.set(key, { ...refusal, key })
    if (row === undefined) this.#aside.push({ key: refusal.key, fingerprint })
    else this.#rows.set(key, { ...row, key })
  }
}
