/** Who asks, as far as their token says. */
export interface Caller {
  /** The claim `iss`. */
  readonly issuer: string
  /** Who it is in the history of what it changes. */
  readonly subject: string
  readonly scopes: ReadonlySet<string>
  /** The users whom a token without scopes speaks for: its own, and those that its issuer lets it. */
  readonly users: readonly string[]
  /** What the ids of all users begin with whom its issuer reaches; empty where it reaches all. */
  readonly usersPrefix: string
}

/** A token without scopes says who its owner is and nothing more: it is a user's own. */
export function isUsersOwn({ scopes }: Caller): boolean {
  return scopes.size === 0
}

/** Whether a caller may be told of one of many users who are named. */
export function reaches(caller: Caller, userId: string): boolean {
  return isUsersOwn(caller) ? caller.users.includes(userId) : isWithin(caller.usersPrefix, userId)
}

/** Whether the issuer of a token reaches a user: with none behind it, a prefix is nobody's id. */
export function isWithin(usersPrefix: string, userId: string): boolean {
  return usersPrefix === '' || (userId.startsWith(usersPrefix) && userId.length > usersPrefix.length)
}
