import { Deadline } from './deadline.ts'
import type { CallInput, Door, Reply } from './door.ts'
import { LedgerError } from './ledger-error.ts'
import { withRetries } from './retry.ts'
import { type CallName, isRead } from './routes.ts'

export interface CallOptions {
  /** Calls it off: whether a change was recorded is then not known, and its key tells it later. */
  readonly signal?: AbortSignal | undefined
  /** For all tries together; what the ledger was made with, or 10,000, when left out. */
  readonly timeoutMs?: number | undefined
}

/** Calls with one key and one deadline for all of their tries. */
export class Requests {
  readonly #door: Door
  readonly #timeoutMs: number

  constructor(door: Door, timeoutMs = 10_000) {
    this.#door = door
    this.#timeoutMs = timeoutMs
  }

  deadline({ timeoutMs = this.#timeoutMs, signal }: CallOptions): Deadline {
    return new Deadline(timeoutMs, signal)
  }

  /** What is answered to a call, of which `signal` and `timeoutMs` are for here. Throws `LedgerError`. */
  async ask<Answer>(
    name: CallName,
    { signal, timeoutMs, ...asked }: CallInput & CallOptions,
  ): Promise<Answer> {
    const { body } = await this.send(name, asked, this.deadline({ signal, timeoutMs }))
    return body as Answer
  }

  /** Throws `LedgerError`, with the key that a change was sent with. */
  async send(name: CallName, asked: CallInput, deadline: Deadline): Promise<Reply> {
    if (isRead(name)) return withRetries(() => this.#door.call(name, asked, deadline.signal), deadline)
    const { idempotencyKey = crypto.randomUUID() } = asked
    const keyed = { ...asked, idempotencyKey }
    try {
      return await withRetries(() => this.#door.call(name, keyed, deadline.signal), deadline)
    } catch (error) {
      if (error instanceof LedgerError) error.idempotencyKey = idempotencyKey as string
      throw error
    }
  }

  /** The same of what is only read, in one try and half of the time: who asks has another question to fall back on. */
  async sendOnce(name: CallName, asked: CallInput): Promise<Reply> {
    const deadline = new Deadline(this.#timeoutMs / 2, undefined)
    return deadline.within(() => this.#door.call(name, asked, deadline.signal))
  }
}
