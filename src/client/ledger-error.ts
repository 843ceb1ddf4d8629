import type { ProblemAnswer } from './wire.ts'

/**
 * A code of the contract, of which a ledger may know more by now; or why there was no answer: `no_answer` where the line
 * broke or something between answered, `timed_out` where it took longer than it might, `aborted` by the caller’s own signal,
 * `no_token` where what gives the token threw.
 */
export type LedgerErrorCode = ProblemAnswer['code'] | 'no_answer' | 'timed_out' | 'aborted' | 'no_token'

interface Trouble {
  /** `no_answer` when left out. */
  readonly code?: LedgerErrorCode
  readonly problem?: ProblemAnswer | null
  /** Of HTTP, where something answered. */
  readonly status?: number
  readonly cause?: unknown
  readonly retryAfterMs?: number | undefined
}

/** Whatever goes wrong, through whichever door: the problem that the ledger answered, or that it did not answer. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError'
  readonly code: LedgerErrorCode
  /** As over HTTP; 0 where nothing answered. */
  readonly status: number
  /** Whether the same request may succeed later: a change with the same `idempotencyKey`, and it is done once. */
  readonly retryable: boolean
  /** Finds the lines of the ledger’s log. */
  readonly requestId: string | null
  /** The key that the change was sent with, made by the client unless the caller gave one; `null` of what needs none. */
  idempotencyKey: string | null = null
  /** All that the ledger said, with the facts of its code: `balance`, `scope`, `version`, … */
  readonly problem: ProblemAnswer | null
  /** How long the ledger wants to be left alone, in milliseconds; 0 where it said nothing of it. */
  readonly retryAfterMs: number

  constructor({ code = 'no_answer', problem = null, status = 0, cause, retryAfterMs = 0 }: Trouble) {
    super(problem ? `${code}: ${problem.detail ?? problem.title}` : code, { cause })
    this.code = code
    this.status = problem?.status ?? status
    // What is no problem was said by something between: that the address is wrong stays so, that it is too much does not.
    this.retryable = problem?.retryable ?? (status < 300 || status >= 500 || status === 429)
    this.requestId = problem?.requestId ?? null
    this.problem = problem
    this.retryAfterMs = retryAfterMs
  }
}

/** The error of what was answered in the place of an answer: the problem that it is, or nothing that the ledger has said. */
export function errorOf(said: unknown, more: Trouble): LedgerError {
  return new LedgerError(isProblem(said) ? { ...more, code: said.code, problem: said } : more)
}

function isProblem(value: unknown): value is ProblemAnswer {
  return typeof value === 'object' && value !== null && 'code' in value && 'retryable' in value
}
