/** Who asks, as far as their token says. */
export interface Caller {
  /** The claim `sub`. */
  readonly subject: string
  readonly scopes: ReadonlySet<string>
}

/** A token without scopes says who its owner is and nothing more: it is a user's own. */
export function isUsersOwn({ scopes }: Caller): boolean {
  return scopes.size === 0
}

/** Knows callers by their `Authorization` header. Throws an `unauthenticated` `HttpProblem` for whom it does not know. */
export interface Authenticator {
  /** The caller of a token that was verified a moment ago, `null` when it has to be verified. Does no I/O. */
  remembered(authorization: string | undefined, now: number): Caller | null
  authenticate(authorization: string | undefined, now: number): Promise<Caller>
  /** Throws a `misconfigured` `HttpProblem` where nobody could ever be known. */
  check(): Promise<void>
}
