import { type ProblemCode, type ProblemFacts, problemOf } from '../contract/problems.ts'

/** Thrown where a request cannot go on, and answered in the one error boundary. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly code: ProblemCode
  readonly facts: ProblemFacts
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ProblemCode, facts: ProblemFacts = {}, headers: Readonly<Record<string, string>> = {}) {
    super(code)
    this.code = code
    this.facts = facts
    this.headers = headers
  }

  toResponse(requestId: string): Response {
    const problem = problemOf(this.code, requestId, this.facts)
    return new Response(JSON.stringify(problem), {
      status: problem.status,
      headers: {
        'Content-Type': 'application/problem+json',
        'X-Request-Id': requestId,
        ...retryAfter(problem.retryable),
        ...this.headers,
      },
    })
  }
}

/** Never "failed" for something that may have happened. */
export function outcomeUnknown(): HttpProblem {
  return new HttpProblem('outcome_unknown', {
    detail:
      'Send the same request again, with the same Idempotency-Key if it had one, to learn what became of it',
  })
}

/** Some groups of commands later; an outage that lasts longer is met by the client’s own backoff. */
function retryAfter(retryable: boolean): Record<string, string> {
  return retryable ? { 'Retry-After': '1' } : {}
}
