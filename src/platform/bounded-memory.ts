interface Kept<Value> {
  readonly value: Value
  readonly bytes: number
  /** From then on it is as if it were not there. */
  readonly until: number
  /** Since the hand passed it by. */
  isUsed: boolean
}

/**
 * What an isolate remembers: bounded by entries and by bytes, and each leaves at its own deadline. The time is handed
 * in: the clocks of cache libraries were found to stand still in Workers.
 *
 * Who leaves where room is needed is found by SIEVE (https://www.usenix.org/conference/nsdi24/presentation/zhang-yazhuo): a
 * hand goes from what was set first to what was set last, and round again. What was used since it came by stays where it is, and
 * what was not leaves. So a hit costs a mark: to put what is used at the end of a `Map`, as the least recently used needs,
 * costs it four times as much, and a miss twenty times.
 */
export class BoundedMemory<Value> {
  readonly #kept = new Map<string, Kept<Value>>()
  readonly #entriesMax: number
  readonly #bytesMax: number
  #bytes = 0
  /** An iterator of a `Map` goes on behind what was deleted, and comes to what is added. */
  #hand = this.#kept.entries()

  constructor({ entriesMax, bytesMax }: { entriesMax: number; bytesMax: number }) {
    this.#entriesMax = entriesMax
    this.#bytesMax = bytesMax
  }

  get size(): number {
    return this.#kept.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get(key: string, now: number): Value | null {
    const kept = this.#kept.get(key)
    if (kept === undefined) return null
    if (now < kept.until) {
      kept.isUsed = true
      return kept.value
    }
    this.delete(key)
    return null
  }

  /** What is larger than half of all that may be held is not held: it would take the place of too many others. */
  set(key: string, value: Value, { bytes, until }: { bytes: number; until: number }): void {
    this.delete(key)
    if (bytes > this.#bytesMax / 2) return
    while (this.#kept.size >= this.#entriesMax || this.#bytes + bytes > this.#bytesMax) this.#passOne()
    this.#kept.set(key, { value, bytes, until, isUsed: false })
    this.#bytes += bytes
  }

  delete(key: string): void {
    const kept = this.#kept.get(key)
    if (kept !== undefined) this.#forget(key, kept)
  }

  /** The hand goes on by one. */
  #passOne(): void {
    const next = this.#hand.next()
    if (next.done === true) {
      this.#hand = this.#kept.entries()
      return
    }
    const [key, kept] = next.value
    if (kept.isUsed) kept.isUsed = false
    else this.#forget(key, kept)
  }

  #forget(key: string, { bytes }: Kept<Value>): void {
    this.#bytes -= bytes
    this.#kept.delete(key)
  }
}
