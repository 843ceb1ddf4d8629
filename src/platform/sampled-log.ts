import { type Level, log } from './log.ts'

/** How many lines of a kind are written in a minute. */
const LINES_MAX = 10

const MINUTE_MS = 60_000

/** What was written of a kind of line since its minute began. */
interface Minute {
  readonly beganAt: number
  readonly written: number
  readonly unsaid: number
}

/**
 * Lines that anybody can bring about as often as they like, or that nobody has to act upon: in an isolate ten of a kind are
 * written in a minute. The next one after that says in `unsaid` how many were not.
 */
export class SampledLog {
  readonly #minutes = new Map<string, Minute>()

  log(level: Level, event: string, facts: Readonly<Record<string, unknown>>, now: number): void {
    const unsaid = this.next(event, now)
    if (unsaid !== null) log(level, event, { ...facts, ...(unsaid === 0 ? {} : { unsaid }) })
  }

  /** How many lines the next one stands for besides itself; `null` when it is not to be written. */
  next(kind: string, now: number): number | null {
    const last = this.#minutes.get(kind) ?? { beganAt: now, written: 0, unsaid: 0 }
    const isOver = now - last.beganAt >= MINUTE_MS
    if (!isOver && last.written >= LINES_MAX) {
      this.#minutes.set(kind, { ...last, unsaid: last.unsaid + 1 })
      return null
    }
    const { beganAt, written } = isOver ? { beganAt: now, written: 0 } : last
    this.#minutes.set(kind, { beganAt, written: written + 1, unsaid: 0 })
    return last.unsaid
  }
}
