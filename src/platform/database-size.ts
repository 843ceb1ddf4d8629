import { log } from './log.ts'

/** From here on the log and `/readyz` say how full the database is, in percent. */
const WARNED_AT = [70, 85, 95, 100] as const

/** From here on nobody new is taken in: what is left belongs to those who are there. */
const NEW_USERS_UNTIL = 95

/** How full the database is, as the last answer of D1 said; each tells its size in bytes (`meta.size_after`). */
export class DatabaseSize {
  readonly #bytesMax: number
  #bytes = 0
  #warnedAt = 0

  /** `bytesMax`: how large it may be (https://developers.cloudflare.com/d1/platform/limits/). */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Of 100; 0 until D1 has said anything. */
  get percent(): number {
    return (100 * this.#bytes) / this.#bytesMax
  }

  get isFull(): boolean {
    return this.percent >= 100
  }

  get takesNewUsers(): boolean {
    return this.percent < NEW_USERS_UNTIL
  }

  /** The last bound that it has come to; `null` below all of them. */
  get warning(): number | null {
    return WARNED_AT.findLast((bound) => this.percent >= bound) ?? null
  }

  /** Takes what D1 said, and warns in the log of each bound that it has come to. */
  isNow(bytes: number): void {
    this.#bytes = bytes
    const warning = this.warning ?? 0
    if (warning > this.#warnedAt) {
      log('warn', 'database_filling', {
        percent: Math.floor(this.percent),
        bytes,
        bytesMax: this.#bytesMax,
      })
    }
    this.#warnedAt = warning
  }
}
