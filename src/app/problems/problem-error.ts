import type { ProblemCode, ProblemFacts } from '../../contract/problems/problems.ts'

/** Thrown where what a caller asks for cannot go on. Each door tells it in its own form. */
export class ProblemError extends Error {
  override readonly name: string = 'ProblemError'
  readonly code: ProblemCode
  readonly facts: ProblemFacts
  /** After how long the same request may succeed; `null` where nobody knows. */
  readonly retryAfterSeconds: number | null

  constructor(
    code: ProblemCode,
    facts: ProblemFacts = {},
    { retryAfterSeconds = null }: { readonly retryAfterSeconds?: number | null } = {},
  ) {
    super(code)
    this.code = code
    this.facts = facts
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Never "failed" for something that may have happened. */
export function outcomeUnknown(): ProblemError {
  return new ProblemError('outcome_unknown', {
    detail:
      'Send the same request again, with the same Idempotency-Key if it had one, to learn what became of it',
  })
}
