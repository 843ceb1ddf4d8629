import { Deadline } from './deadline.ts'
import type { CallInput, Door } from './door.ts'
import type { LedgerError } from './ledger-error.ts'
import { withRetries } from './retry.ts'
import { type CallName, isKeyless } from './routes.ts'

export interface CallOptions {
  /** Calls it off: whether a change was recorded is then not known, and its key tells it later. */
  readonly signal?: AbortSignal | undefined
  /** For all tries together; what the ledger was made with, or 10,000, when left out. */
  readonly timeoutMs?: number | undefined
}

/** Calls with one key and one deadline for all of their tries. */
export class Requests {
  readonly door: Door
  readonly timeoutMs: number

  constructor(door: Door, timeoutMs = 10_000) {
    this.door = door
    this.timeoutMs = timeoutMs
  }

  deadline({ timeoutMs = this.timeoutMs, signal }: CallOptions): Deadline {
    return new Deadline(timeoutMs, signal)
  }

  /**
   * What is answered to a call, of which `signal` and `timeoutMs` are for here. Throws `LedgerError`, with the key that a change
   * was sent with.
   */
  async ask<Answer>(
    name: CallName,
    { signal, timeoutMs, ...asked }: CallInput & CallOptions,
  ): Promise<Answer> {
    const deadline = this.deadline({ signal, timeoutMs })
    const { idempotencyKey = isKeyless(name) ? undefined : crypto.randomUUID() } = asked
    try {
      const keyed = { ...asked, idempotencyKey }
      const { body, at } = await withRetries(() => this.door.call(name, keyed, deadline.signal), deadline)
      // Who remembers a list, as a page does, reckons its age by that.
      return (name === 'access' ? { ...(body as object), answeredAtMs: at } : body) as Answer
    } catch (error) {
      // Nothing else comes out of a deadline.
      ;(error as LedgerError).idempotencyKey = (idempotencyKey ?? null) as string | null
      throw error
    }
  }
}
