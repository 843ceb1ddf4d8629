interface Kept<Value> {
  readonly value: Value
  readonly bytes: number
  /** From then on it is as if it were not there. */
  readonly until: number
}

/**
 * What an isolate remembers: bounded by entries and by bytes, the longest unused leave first, and each leaves
 * at its own deadline. The time is handed in: the clocks of cache libraries were found to stand still in Workers.
 */
export class BoundedMemory<Value> {
  readonly #kept = new Map<string, Kept<Value>>()
  readonly #entriesMax: number
  readonly #bytesMax: number
  #bytes = 0

  constructor(limits: { entriesMax: number; bytesMax: number }) {
    this.#entriesMax = limits.entriesMax
    this.#bytesMax = limits.bytesMax
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
    // A Map lists its keys in the order in which they were set: the one just used goes to the end.
    this.#kept.delete(key)
    if (now >= kept.until) {
      this.#bytes -= kept.bytes
      return null
    }
    this.#kept.set(key, kept)
    return kept.value
  }

  set(key: string, value: Value, { bytes, until }: { bytes: number; until: number }): void {
    this.delete(key)
    if (bytes > this.#bytesMax) return
    this.#kept.set(key, { value, bytes, until })
    this.#bytes += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#entriesMax && this.#bytes <= this.#bytesMax) break
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    const kept = this.#kept.get(key)
    if (kept === undefined) return
    this.#kept.delete(key)
    this.#bytes -= kept.bytes
  }
}
