import { within } from './deadline.ts'

interface FlightsDeps {
  readonly timeoutMs: number
  readonly now: () => number
  /** Lets work go on after the answer, and after the caller has hung up. */
  readonly waitUntil: (work: Promise<unknown>) => void
}

/** How many may be under way to be joined: more than an isolate ever has, but for those that never end. */
const UNDER_WAY_MAX = 10_000

interface Flight<Answer> {
  readonly landing: Promise<Answer>
  readonly leftAt: number
}

/** Questions that are under way, at most one of a key to be joined. Who waits for one waits `timeoutMs` at most. */
export class Flights<Answer> {
  readonly #deps: FlightsDeps
  readonly #newest = new Map<string, Flight<Answer>>()

  constructor(deps: FlightsDeps) {
    this.#deps = deps
  }

  /** The answer that is under way. `null` too when it has had its time: it may have died with its request. */
  joined(key: string): Promise<Answer> | null {
    const flight = this.#underWay(key)
    return flight === null ? null : within(this.#deps.timeoutMs, flight.landing)
  }

  /** Whether there is an answer to be joined. */
  has(key: string): boolean {
    return this.#underWay(key) !== null
  }

  /** The answer of a question that leaves now. One that comes too late still lands, for who asks then. */
  started(key: string, question: Promise<Answer>): Promise<Answer> {
    const { timeoutMs, now, waitUntil } = this.#deps
    const landing = question.finally(() => {
      if (this.#newest.get(key) === flight) this.#newest.delete(key)
    })
    const flight = { landing, leftAt: now() }
    this.#newest.set(key, flight)
    // One that never lands, because its request died, is not kept for ever.
    const [oldest] = this.#newest.keys()
    if (this.#newest.size > UNDER_WAY_MAX && oldest !== undefined) this.#newest.delete(oldest)
    // Others may be waiting for it too: it must not end when the caller who started it hangs up.
    waitUntil(landing.catch(() => undefined))
    return within(timeoutMs, landing)
  }

  #underWay(key: string): Flight<Answer> | null {
    const { timeoutMs, now } = this.#deps
    const flight = this.#newest.get(key)
    return flight !== undefined && now() - flight.leftAt < timeoutMs ? flight : null
  }
}
