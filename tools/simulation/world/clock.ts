interface Timer {
  readonly id: number
  readonly at: number
  readonly fire: () => void
}

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  scheduler,
}

/** When every seed begins. */
export const BEGINNING = Date.UTC(2030, 0, 1, 12)

/** The time of a world: it passes only when told, and takes the timers of the code under test along. */
export class Clock {
  /** Time as it passes: never back. */
  #elapsed = 0
  /** How far the clock on the wall is off it. */
  #offset = 0
  #timers: Timer[] = []
  #ids = 0

  /** What the clock on the wall says. */
  now = (): number => BEGINNING + this.#elapsed + this.#offset

  get elapsed(): number {
    return this.#elapsed
  }

  get hasJumped(): boolean {
    return this.#offset !== 0
  }

  /** Milliseconds until the next timer, `null` when there is none. */
  get untilNextTimer(): number | null {
    const [next] = this.#inOrder()
    return next === undefined ? null : Math.max(0, next.at - this.#elapsed)
  }

  jump(ms: number): void {
    this.#offset += ms
  }

  /** Lets time pass; after each timer that goes off all is done that follows from it. */
  async pass(ms: number, quiet: () => Promise<void>): Promise<void> {
    const end = this.#elapsed + ms
    for (let [next] = this.#inOrder(); next !== undefined && next.at <= end; [next] = this.#inOrder()) {
      this.#elapsed = Math.max(this.#elapsed, next.at)
      this.#cancel(next.id)
      next.fire()
      await quiet()
    }
    this.#elapsed = end
  }

  /** Puts its timers in the place of the real ones; what it answers undoes that. */
  install(): () => void {
    const scheduler = { wait: (ms: number) => new Promise<void>((resolve) => this.#set(resolve, ms)) }
    Object.assign(globalThis, {
      setTimeout: (fire: () => void, ms = 0) => this.#set(fire, ms),
      clearTimeout: (id: number) => this.#cancel(id),
    })
    Object.defineProperty(globalThis, 'scheduler', { value: scheduler, configurable: true, writable: true })
    return () => {
      Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout })
      Object.defineProperty(globalThis, 'scheduler', {
        value: real.scheduler,
        configurable: true,
        writable: true,
      })
    }
  }

  #set(fire: () => void, ms: number): number {
    this.#ids += 1
    this.#timers.push({ id: this.#ids, at: this.#elapsed + ms, fire })
    return this.#ids
  }

  #cancel(id: number): void {
    this.#timers = this.#timers.filter((timer) => timer.id !== id)
  }

  #inOrder(): readonly Timer[] {
    return this.#timers.toSorted((a, b) => a.at - b.at || a.id - b.id)
  }
}
