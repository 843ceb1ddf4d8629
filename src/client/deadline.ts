import { LedgerError } from './ledger-error.ts'

/** Until when a call may take, with all of its tries; or until its caller calls it off. */
export class Deadline {
  readonly signal: AbortSignal
  readonly #time: AbortSignal
  readonly #endsAt: number

  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    this.#time = AbortSignal.timeout(timeoutMs)
    this.#endsAt = performance.now() + timeoutMs
    this.signal = signal === undefined ? this.#time : AbortSignal.any([this.#time, signal])
  }

  /** Whether anything that is begun in so many milliseconds would still be waited for. */
  leaves(ms: number): boolean {
    return performance.now() + ms < this.#endsAt
  }

  /** What is awaited, for as long as there is time. Throws `LedgerError`. */
  async within<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const { signal } = this
    let stop = () => {}
    const over = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason as Error)
      signal.addEventListener('abort', stop)
    })
    try {
      signal.throwIfAborted()
      return await Promise.race([work(), over])
    } catch (cause) {
      if (signal.aborted) {
        throw new LedgerError({ code: this.#time.aborted ? 'timed_out' : 'aborted', cause: signal.reason })
      }
      throw cause instanceof LedgerError ? cause : new LedgerError({ cause })
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}
