import type { Caller } from '../../app/caller.ts'

/** Knows callers by their `Authorization` header. Throws an `unauthenticated` `HttpProblem` for whom it does not know. */
export interface Authenticator {
  /** The caller of a token that was verified a moment ago, `null` when it has to be verified. Does no I/O. */
  remembered(authorization: string | undefined, now: number): Caller | null
  authenticate(authorization: string | undefined, now: number): Promise<Caller>
  /** Throws a `misconfigured` `HttpProblem` where nobody could ever be known. */
  check(): Promise<void>
}
