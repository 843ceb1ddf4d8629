/** How often the issuer is asked for keys that are not held, in the long run, and for one and the same name. */
const INTERVAL_MS = 20_000

/** How many times in a row. One token of a stranger must not make a real one wait. */
const AT_ONCE = 2

/**
 * How often one isolate asks the issuer for a key that it does not have: anybody can send an unknown `kid`, or none. A new
 * key is waited for twenty seconds at most, whatever else comes. What asks again and again for one name takes no other's turn.
 */
export class AskLimit {
  /** When as many as are let through at once are let through again. */
  #restedAt = Number.NEGATIVE_INFINITY
  /** When each name was last asked for, of those that are not to be asked for again yet. */
  readonly #names = new Map<string, number>()

  /** Whether to ask now. Of a token that names no key the name is `undefined`. */
  lets(name: string | undefined, now: number): boolean {
    const last = name === undefined ? undefined : this.#names.get(name)
    if (last !== undefined && now - last < INTERVAL_MS) return false
    return this.#restedAt - now <= (AT_ONCE - 1) * INTERVAL_MS
  }

  /** Counts a question, whatever it was asked for. */
  count(name: string | undefined, now: number): void {
    this.#restedAt = Math.min(Math.max(this.#restedAt, now) + INTERVAL_MS, now + AT_ONCE * INTERVAL_MS)
    for (const [other, at] of this.#names) if (now - at >= INTERVAL_MS) this.#names.delete(other)
    if (name !== undefined) this.#names.set(name, now)
  }
}
