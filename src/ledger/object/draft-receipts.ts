import type { UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { Batch } from '../store/append.ts'
import { type Receipt, asideKey, asideKeys, isFor, receiptToRow } from '../store/receipts/receipt.ts'
import type { Idempotency } from '../submission.ts'

/** How many receipts an object remembers, so that a retry within moments needs no look-up. */
const REMEMBERED_MAX = 200

/**
 * What an idempotency key stands for, to who sends a command under it.
 *
 * - `free`: nothing is known of it.
 * - `answered`: this very command was sent under it before.
 * - `only_refused`: only other commands were, and were refused: this one may take the key.
 * - `taken`: another command was applied under it.
 */
type KeyUse =
  | { readonly type: 'free' | 'only_refused' | 'taken' }
  | { readonly type: 'answered'; readonly receipt: Receipt }

/** What keys stand for while commands are decided, and the rows that come of it. */
export class DraftReceipts {
  readonly #userId: UserId
  readonly #byKey: Map<string, Receipt>
  readonly #rows = new Map<string, Batch['receipts'][number]>()
  readonly #aside: Idempotency[] = []

  constructor(userId: UserId, remembered: ReadonlyMap<string, Receipt>) {
    this.#userId = userId
    this.#byKey = new Map(remembered)
  }

  useOf(idempotency: Idempotency | null): KeyUse {
    const newest = idempotency === null ? undefined : this.#byKey.get(idempotency.key)
    if (newest === undefined || idempotency === null) return { type: 'free' }
    const own = isFor(newest, idempotency) ? newest : this.#asideOf(idempotency)
    if (own !== undefined) return { type: 'answered', receipt: own }
    return { type: newest.isRefusal ? 'only_refused' : 'taken' }
  }

  /**
   * Keeps the answer to a command. The receipt of a refusal that had the key until now is put aside. `entry`: the last one of
   * the batch, `null` where there is none yet.
   */
  keep(receipt: Receipt, expiresAt: Instant | null, entry: Batch['entries'][number] | null): void {
    const before = this.#byKey.get(receipt.key)
    if (before !== undefined) this.#putAside(before)
    this.#byKey.set(receipt.key, receipt)
    this.#rows.set(receipt.key, receiptToRow(this.#userId, receipt, expiresAt, entry))
  }

  get rows(): Batch['receipts'] {
    return [...this.#rows.values()]
  }

  /** Refusals that D1 has under a key that a row takes. */
  get aside(): Batch['refusalsAside'] {
    return this.#aside
  }

  /** What is known once the rows are recorded. */
  get remembered(): ReadonlyMap<string, Receipt> {
    return new Map([...this.#byKey].slice(-REMEMBERED_MAX))
  }

  #asideOf(idempotency: Idempotency): Receipt | undefined {
    return asideKeys(idempotency).flatMap((key) => this.#byKey.get(key) ?? [])[0]
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
