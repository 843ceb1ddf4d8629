import type { Instant } from '../../domain/values/instant.ts'

/**
 * Whether a copy in KV would serve anybody. A put costs as much as ten questions that find none, so the first question about
 * a user makes no copy, and the second within the bound does. That there was a first is known from the copy that whoever
 * asks again still has, or, of readers who have none, from this object, as long as it is in memory.
 */
export class CopyDemand {
  readonly #boundMs: number
  #askedAt: Instant = -Infinity

  constructor(boundMs: number) {
    this.#boundMs = boundMs
  }

  /** Takes note of a question by a reader who has such a copy, and says whether it is the second. */
  isSecond(copy: Instant | 'none', now: Instant): boolean {
    const before = Math.max(this.#askedAt, copy === 'none' ? -Infinity : copy)
    this.#askedAt = now
    return now - before < this.#boundMs
  }
}
