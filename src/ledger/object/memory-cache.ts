import { lastLapseAt } from '../../domain/user/leases.ts'
import type { UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import { D1_TIMEOUT_MS, within } from '../../platform/deadline.ts'
import { errorText, log } from '../../platform/log.ts'
import { type LaggingSource, laggingSources } from '../store/lagging-sources.ts'
import { headOf, load } from '../store/load.ts'
import { lookUp } from '../store/look-up.ts'
import type { Memory } from '../store/memory.ts'
import { type LookUpRequest, NO_LOOK_UP } from '../store/look-ups/look-up-request.ts'

export interface MemoryCacheDeps {
  readonly userId: UserId
  readonly db: D1Database
  readonly now: () => Instant
}

/** How long an object that remembers its user answers without a look at which products were changed. */
const LOOK_EVERY_MS = 30_000

/** How long such a look may keep a reader waiting: what it would tell, the keeper does as well. */
const LOOK_TIMEOUT_MS = 500

/**
 * What is known of a user, between two turns of their object. Whoever works with it takes it out and puts it back when
 * all went well: so it is gone on any error and on any doubt.
 */
export class MemoryCache {
  readonly #deps: MemoryCacheDeps
  #memory: Memory | null = null
  /** When D1 was last asked for all of what memory holds. */
  #askedAt: Instant = 0
  /** When D1 was last asked which sources lag behind the catalog, and which that were. */
  #lookedAt: Instant = 0
  #lagging: readonly LaggingSource[] = []

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
    this.#lookedAt = askedAt
    this.#lagging = memory.lagging
    return memory
  }

  /** Looks up what a memory may lack, beside the last entry; reads all of the user where that memory is behind. */
  async complete(memory: Memory, wanted: LookUpRequest): Promise<Memory> {
    const { db, now } = this.#deps
    const askedAt = now()
    const completed = wanted.ends ? null : await within(D1_TIMEOUT_MS, lookUp(db, memory, wanted))
    if (completed === null) return this.load(wanted)
    this.#askedAt = askedAt
    return completed
  }

  /**
   * The newest of the user. Where a batch that nobody knows the outcome of may have been recorded, until `inDoubtUntil`,
   * since D1 was asked, it is asked whether memory still has the last entry. Where a lease has lapsed since, it is read anew: an
   * instance that was replaced may have renewed it.
   */
  async newest(inDoubtUntil: Instant): Promise<Memory> {
    const memory = this.take()
    const isLapsed = memory !== null && lastLapseAt(memory.state, this.#deps.now()) > this.#askedAt
    const isNewest =
      memory !== null && !isLapsed && (this.#askedAt >= inDoubtUntil || (await this.#isHead(memory)))
    this.#memory = isNewest ? memory : await this.load(NO_LOOK_UP)
    return this.#memory
  }

  /** The sources that D1 told lag behind the catalog, each time once. */
  takeLagging(): readonly LaggingSource[] {
    const lagging = this.#lagging
    this.#lagging = []
    return lagging
  }

  /** Looks which sources lag behind the catalog, unless that was done a moment ago. Where D1 does not say, nothing waits for it. */
  async lookForLagging(): Promise<void> {
    const { db, userId, now } = this.#deps
    if (now() < this.#lookedAt + LOOK_EVERY_MS) return
    this.#lookedAt = now()
    try {
      this.#lagging = await within(LOOK_TIMEOUT_MS, laggingSources(db, userId))
    } catch (error) {
      log('warn', 'catalog_not_looked_at', { error: errorText(error) })
    }
  }

  async #isHead({ hash }: Memory): Promise<boolean> {
    const { db, userId, now } = this.#deps
    const askedAt = now()
    const head = await within(D1_TIMEOUT_MS, headOf(db, userId))
    if (head.hash === hash) this.#askedAt = askedAt
    return head.hash === hash
  }
}
