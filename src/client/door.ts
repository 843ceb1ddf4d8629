import type { CallName } from './routes.ts'

/** What a call says: one object, in which stands whatever HTTP spreads over path, query, headers and body. */
export type CallInput = Readonly<Record<string, unknown>>

export interface Reply {
  readonly body: unknown
  /** When it was answered, in milliseconds by the clock of the ledger; `NaN` where nothing says so. */
  readonly at: number
}

/** One try of a call. Throws `LedgerError`, or whatever breaks on the way: then nobody has answered. */
export interface Door {
  call(name: CallName, asked: CallInput, signal: AbortSignal): Promise<Reply>
}
