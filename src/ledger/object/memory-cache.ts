import type { UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import { D1_TIMEOUT_MS, within } from '../../platform/deadline.ts'
import { headOf, load } from '../store/load.ts'
import { type LookUpRequest, type Memory, NO_LOOK_UP } from '../store/memory.ts'

export interface MemoryCacheDeps {
  readonly userId: UserId
  readonly db: D1Database
  readonly now: () => Instant
}

/**
 * What is known of a user, between two turns of their object. Whoever works with it takes it out and puts it back when
 * all went well: so it is gone on any error and on any doubt.
 */
export class MemoryCache {
  readonly #deps: MemoryCacheDeps
  #memory: Memory | null = null
  /** When D1 was last asked for all of what memory holds. */
  #askedAt: Instant = 0

  constructor(deps: MemoryCacheDeps) {
    this.#deps = deps
  }

  take(): Memory | null {
    const memory = this.#memory
    this.#memory = null
    return memory
  }

  put(memory: Memory): void {
    this.#memory = memory
  }

  /** Reads all of the user from D1, and what is to be looked up. */
  async load(wanted: LookUpRequest): Promise<Memory> {
    const { db, userId, now } = this.#deps
    const askedAt = now()
    const memory = await within(D1_TIMEOUT_MS, load(db, userId, wanted))
    this.#askedAt = askedAt
    return memory
  }

  /**
   * The newest of the user. Where a batch that nobody knows the outcome of may have been recorded, until `inDoubtUntil`,
   * since D1 was asked, it is asked whether memory still has the last entry.
   */
  async newest(inDoubtUntil: Instant): Promise<Memory> {
    const memory = this.take()
    const isNewest = memory !== null && (this.#askedAt >= inDoubtUntil || (await this.#isHead(memory)))
    this.#memory = isNewest ? memory : await this.load(NO_LOOK_UP)
    return this.#memory
  }

  async #isHead({ hash }: Memory): Promise<boolean> {
    const { db, userId, now } = this.#deps
    const askedAt = now()
    const head = await within(D1_TIMEOUT_MS, headOf(db, userId))
    if (head.hash === hash) this.#askedAt = askedAt
    return head.hash === hash
  }
}
