import type { Snapshot } from '../../domain/user/snapshot.ts'
import type { Instant } from '../../domain/values/instant.ts'
import { within } from '../../platform/deadline.ts'
import { errorText, log } from '../../platform/log.ts'
import { snapshotKey, snapshotToStored } from '../stored-snapshot.ts'

/** KV takes one write a second to a key (https://developers.cloudflare.com/kv/platform/limits/). */
const INTERVAL_MS = 1000

/** How long a change of balances alone may wait: a put costs as much as all else of a write. */
const BALANCE_INTERVAL_MS = 10_000

/** The longest pause after writes that KV refused. */
const PAUSE_MS_MAX = 60_000

/** So many refusals in a row, two minutes, and no alarm tries again: the next change or question does. */
const FAILURES_MAX = 6

/** How long KV may take before a put counts as failed. */
const PUT_TIMEOUT_MS = 10_000

interface PublisherDeps {
  readonly kv: KVNamespace
  readonly epoch: number
  /** How long a copy in KV is of any use to a reader. */
  readonly ttlSeconds: number
  readonly now: () => Instant
  /** The newest snapshot, confirmed at the moment it is asked for. */
  readonly newest: () => Promise<Snapshot>
}

/**
 * Puts a user's newest snapshot into KV: one put at a time and at most one a second, so that an older
 * version can never land after a newer one. A failure is tried again and fails nobody's write. While KV refuses for long
 * an object waits for its next change or question: else every object that was touched would be awake until KV is well.
 */
export class Publisher {
  readonly #deps: PublisherDeps
  #wanted = false
  #dueAt: Instant = 0
  #lastPutAt: Instant = -Infinity
  #failures = 0
  #confirmedAt: Instant = 0
  #putUntil: Instant | null = null

  constructor(deps: PublisherDeps) {
    this.#deps = deps
  }

  /** When to see to it again: the next put, or what becomes of the one under way; `null` when KV has the newest. */
  get dueAt(): Instant | null {
    return this.#putUntil ?? (this.#wanted ? this.#dueAt : null)
  }

  /** When the object last confirmed what it put into KV, as far as it remembers. */
  get confirmedAt(): Instant {
    return this.#confirmedAt
  }

  /** Has the newest published; changes of balances are gathered for a while first. */
  want(news: 'balance' | 'answer'): void {
    const soonest = this.#lastPutAt + (news === 'balance' ? BALANCE_INTERVAL_MS : INTERVAL_MS)
    const isSooner = !this.#wanted || soonest < this.#dueAt
    if (isSooner && this.#failures === 0) this.#dueAt = soonest
    this.#wanted = true
  }

  /** Publishes if that is due. Never throws. */
  async publishIfDue(): Promise<void> {
    const { now } = this.#deps
    if (this.#putUntil !== null || !this.#wanted || now() < this.#dueAt) return
    this.#putUntil = now() + PUT_TIMEOUT_MS
    this.#wanted = false
    this.#lastPutAt = now()
    this.#dueAt = now() + INTERVAL_MS
    try {
      await this.#put()
      this.#failures = 0
    } catch (error) {
      this.#failures += 1
      // A copy that is behind says itself how old it is, and is asked for anew once it is too old to answer.
      this.#wanted ||= this.#failures < FAILURES_MAX
      this.#dueAt = now() + Math.min(PAUSE_MS_MAX, INTERVAL_MS * 2 ** this.#failures)
      log('warn', 'publish_failed', { failures: this.#failures, error: errorText(error) })
    } finally {
      this.#putUntil = null
    }
  }

  async #put(): Promise<void> {
    const { kv, epoch, ttlSeconds, newest } = this.#deps
    const snapshot = await newest()
    const stored = JSON.stringify(snapshotToStored(epoch, snapshot))
    const key = snapshotKey(epoch, snapshot.userId)
    await within(PUT_TIMEOUT_MS, kv.put(key, stored, { expirationTtl: ttlSeconds }))
    this.#confirmedAt = snapshot.confirmedAt
  }
}
