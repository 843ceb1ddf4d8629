import type { ProblemError } from '../../app/problems/problem-error.ts'
import { problemOf } from '../../contract/problems/problems.ts'
import { HttpProblem } from './http-problem.ts'

/** The answer to a request that met a problem, whichever room it comes from. */
export function problemToResponse(problem: ProblemError, requestId: string): Response {
  const body = problemOf(problem.code, requestId, problem.facts)
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: {
      'Content-Type': 'application/problem+json',
      'X-Request-Id': requestId,
      ...retryAfter(problem, body.retryable),
      ...(problem instanceof HttpProblem ? problem.headers : {}),
    },
  })
}

/** Where nobody knows better, some groups of commands later; a longer outage is met by the client’s own backoff. */
function retryAfter({ retryAfterSeconds }: ProblemError, retryable: boolean): Record<string, string> {
  return retryable ? { 'Retry-After': String(retryAfterSeconds ?? 1) } : {}
}
