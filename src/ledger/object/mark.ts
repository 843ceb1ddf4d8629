import type { Instant } from '../../domain/values/instant.ts'

/** D1 ends a batch that takes longer (https://developers.cloudflare.com/d1/platform/limits/). */
const D1_LIMIT_MS = 30_000

/** A batch that was not recorded this long after the mark was set never will be. */
const IN_DOUBT_MS = D1_LIMIT_MS + 5000

export interface MarkDeps {
  readonly now: () => Instant
  /** Sets the mark, where a successor finds it: until that moment a batch may be under way. */
  readonly sending: (doubtEndsAt: Instant) => Promise<void>
}

/** Tells whoever comes after this instance that a batch may be under way. */
export class Mark {
  readonly #deps: MarkDeps
  #until: Instant = 0

  constructor(deps: MarkDeps) {
    this.#deps = deps
  }

  /** No batch that left under it can be recorded later. */
  get until(): Instant {
    return this.#until
  }

  /** Sets the mark for another group: that of the one before may have been moved since. */
  async setAnew(): Promise<void> {
    this.#until = 0
    await this.set()
  }

  /** Sets the mark, unless one is set that outlives a batch that leaves now. */
  async set(): Promise<void> {
    const { now, sending } = this.#deps
    while (now() > this.#until - D1_LIMIT_MS) {
      const doubtEndsAt = now() + IN_DOUBT_MS
      await sending(doubtEndsAt)
      this.#until = doubtEndsAt
    }
  }
}
