import { LedgerError } from '../ledger-error.ts'

/** What an app answers instead of what was asked for: RFC 9457. */
interface AppProblem {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly retryable?: boolean
  readonly [fact: string]: unknown
}

/** A problem as a response, which nothing in between may keep. */
export function appProblem({ retryable = false, ...problem }: AppProblem, waitMs?: number | null): Response {
  const headers = new Headers({
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'private, no-store',
  })
  if (typeof waitMs === 'number' && waitMs > 0) headers.set('Retry-After', String(Math.ceil(waitMs / 1000)))
  const { status } = problem
  return new Response(JSON.stringify({ type: 'about:blank', ...problem, retryable }), { status, headers })
}

/** Nobody is signed in. */
export function signedOut(): Response {
  return appProblem({ status: 401, code: 'unauthenticated', title: 'Nobody is signed in' })
}

/**
 * The ledger did not say: 503, whatever the reason is, which is neither a yes nor a no. What the ledger said is for the log of the app, and
 * not for who asked it. Throws what is no error of the ledger.
 */
export function notKnown(error: unknown): Response {
  if (!(error instanceof LedgerError)) throw error
  const { retryAfterMs, requestId } = error
  return unknownAccess(requestId === null ? {} : { requestId }, retryAfterMs)
}

/** Nobody says, for now. */
export function unknownAccess(
  facts: Readonly<Record<string, unknown>> = {},
  waitMs?: number | null,
): Response {
  const title = 'It is not known now what the user may use'
  return appProblem({ status: 503, code: 'access_unknown', title, retryable: true, ...facts }, waitMs)
}
