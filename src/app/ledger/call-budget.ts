import type { Instant } from '../../domain/values/instant.ts'
import { BoundedMemory } from '../../platform/bounded-memory.ts'

const MINUTE_MS = 60_000

/** What of a minute's allowance is used up, as of a moment. */
interface Used {
  readonly amount: number
  readonly at: Instant
}

/** How much of something each may take in a minute, in this isolate. What was taken is allowed again little by little. */
export class CallBudget {
  readonly #perMinute: number
  readonly #used = new BoundedMemory<Used>({ entriesMax: 10_000, bytesMax: 8 * 1024 * 1024 })

  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }

  /** Takes an amount of a minute's allowance at most: 0 when it was there, else the seconds after which it will be. */
  take(who: string, amount: number, now: Instant): number {
    const used = this.#used.get(who, now)
    const left = used === null ? 0 : Math.max(0, used.amount - this.#allowedAfter(now - used.at))
    const missing = left + amount - this.#perMinute
    if (missing > 0) return Math.ceil((missing / this.#perMinute) * (MINUTE_MS / 1000))
    const bytes = 2 * who.length + 64
    this.#used.set(who, { amount: left + amount, at: now }, { bytes, until: now + MINUTE_MS })
    return 0
  }

  #allowedAfter(ms: number): number {
    return (ms / MINUTE_MS) * this.#perMinute
  }
}
