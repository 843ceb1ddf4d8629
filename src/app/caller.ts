/** Who asks, as far as their token says. */
export interface Caller {
  /** The claim `iss`. */
  readonly issuer: string
  /** The claim `sub`. */
  readonly subject: string
  readonly scopes: ReadonlySet<string>
}

/** A token without scopes says who its owner is and nothing more: it is a user's own. */
export function isUsersOwn({ scopes }: Caller): boolean {
  return scopes.size === 0
}
