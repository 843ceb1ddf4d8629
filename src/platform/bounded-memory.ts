interface Kept<Value> {
  readonly value: Value
  readonly bytes: number
  /** From then on it is as if it were not there. */
  readonly until: number
}

/** What was set or used since it was begun. */
class Generation<Value> {
  readonly kept = new Map<string, Kept<Value>>()
  bytes = 0

  add(key: string, kept: Kept<Value>): void {
    this.kept.set(key, kept)
    this.bytes += kept.bytes
  }

  delete(key: string): void {
    this.bytes -= this.kept.get(key)?.bytes ?? 0
    this.kept.delete(key)
  }
}

/**
 * What an isolate remembers: bounded by entries and by bytes, and each leaves at its own deadline. The time is handed
 * in: the clocks of cache libraries were found to stand still in Workers.
 *
 * It has two generations, each for half of the bounds. When the young one is full it becomes the old one, and what
 * nobody used of the old one until then leaves at once: to keep a list of who was used last would cost every hit.
 */
export class BoundedMemory<Value> {
  #young = new Generation<Value>()
  #old = new Generation<Value>()
  readonly #entriesMax: number
  readonly #bytesMax: number

  constructor(limits: { entriesMax: number; bytesMax: number }) {
    this.#entriesMax = limits.entriesMax / 2
    this.#bytesMax = limits.bytesMax / 2
  }

  get size(): number {
    return this.#young.kept.size + this.#old.kept.size
  }

  get bytes(): number {
    return this.#young.bytes + this.#old.bytes
  }

  get(key: string, now: number): Value | null {
    const kept = this.#young.kept.get(key) ?? this.#usedAgain(key)
    if (kept === null) return null
    if (now < kept.until) return kept.value
    this.delete(key)
    return null
  }

  /** What is larger than half of all that may be held is not held. */
  set(key: string, value: Value, { bytes, until }: { bytes: number; until: number }): void {
    this.delete(key)
    if (bytes <= this.#bytesMax) this.#add(key, { value, bytes, until })
  }

  delete(key: string): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }

  #usedAgain(key: string): Kept<Value> | null {
    const kept = this.#old.kept.get(key)
    if (kept === undefined) return null
    this.#old.delete(key)
    this.#add(key, kept)
    return kept
  }

  #add(key: string, kept: Kept<Value>): void {
    if (this.#young.kept.size >= this.#entriesMax || this.#young.bytes + kept.bytes > this.#bytesMax) {
      this.#old = this.#young
      this.#young = new Generation()
    }
    this.#young.add(key, kept)
  }
}
