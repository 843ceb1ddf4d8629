import type { Clock } from '../clock.ts'

/** The clock of a fake ledger: it stands until it is told how long something takes. */
export class FakeClock {
  readonly #startMs: number
  #ms: number
  #wrongMs = 0

  constructor(start: string) {
    this.#startMs = Date.parse(start)
    this.#ms = this.#startMs
  }

  /** What the ledger takes for now, in milliseconds. */
  now(): number {
    return this.#ms
  }

  /** Sets it to an instant. */
  set(instant: string): void {
    this.#ms = Date.parse(instant)
  }

  /** Lets so many milliseconds pass. */
  pass(ms: number): void {
    this.#ms += ms
  }

  /** From now on the wall clock of whoever asks is wrong by so many milliseconds; below zero it is slow. */
  beWrongBy(ms: number): void {
    this.#wrongMs = ms
  }

  /** The clocks of whoever asks. */
  readonly asker: Clock = () => ({ wall: this.#ms + this.#wrongMs, steady: this.#ms - this.#startMs })
}

/** A moment as it is answered. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
