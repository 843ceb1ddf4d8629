import { type Caller, isUsersOwn, isWithin } from '../../app/caller.ts'
import type { Who } from '../../contract/who.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import type { Authenticator } from './authenticator.ts'

type Restricted = Exclude<Who, { type: 'anyone' }>

/** Whether a caller may carry out an operation. A token without scopes speaks for its own users, where the operation lets it. */
export function mayEnter(who: Restricted, caller: Caller, userId: string | undefined): boolean {
  if (caller.scopes.has(who.scope)) return isReached(who, caller, userId)
  if (who.type === 'scope' || !isUsersOwn(caller)) return false
  const { users } = caller
  if (who.type === 'scope_or_theirs') return users.length > 0
  return userId !== undefined && users.includes(userId)
}

/** Whether an operation stays with the users whom the issuer of a token is confined to. */
function isReached({ confined }: Restricted, { usersPrefix }: Caller, userId: string | undefined): boolean {
  if (usersPrefix === '') return true
  if (confined === 'by_path') return userId !== undefined && isWithin(usersPrefix, userId)
  return confined !== 'refused'
}

/** The caller, if they may. Throws `unauthenticated` or `forbidden`. */
export async function admit(
  who: Restricted,
  authenticator: Authenticator,
  {
    authorization,
    userId,
    now,
  }: { authorization: string | undefined; userId: string | undefined; now: number },
): Promise<Caller> {
  const caller =
    authenticator.remembered(authorization, now) ?? (await authenticator.authenticate(authorization, now))
  if (mayEnter(who, caller, userId)) return caller
  const { scope } = who
  if (caller.scopes.has(scope)) throw beyondReach()
  const challenge = `Bearer error="insufficient_scope", scope="${scope}"`
  throw new HttpProblem(
    'forbidden',
    { detail: `The token lacks the scope "${scope}"`, scope },
    { 'WWW-Authenticate': challenge },
  )
}

/** No scope would help: RFC 6750, 3.1 has no better word for it. */
function beyondReach(): HttpProblem {
  const detail = 'The issuer of the token is confined to users under its prefix, and this reaches beyond them'
  return new HttpProblem('forbidden', { detail }, { 'WWW-Authenticate': 'Bearer error="insufficient_scope"' })
}
