import { type Caller, isUsersOwn } from '../../app/caller.ts'
import type { Who } from '../../contract/who.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import type { Authenticator } from './authenticator.ts'

type Restricted = Exclude<Who, { type: 'anyone' }>

/** Whether a caller may carry out an operation. A token without scopes speaks for its own subject, where the operation lets it. */
export function mayEnter(who: Restricted, caller: Caller, userId: string | undefined): boolean {
  if (caller.scopes.has(who.scope)) return true
  if (who.type === 'scope_or_theirs') return isUsersOwn(caller)
  return who.type === 'scope_or_self' && isUsersOwn(caller) && caller.subject === userId
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
  const challenge = `Bearer error="insufficient_scope", scope="${scope}"`
  throw new HttpProblem(
    'forbidden',
    { detail: `The token lacks the scope "${scope}"`, scope },
    { 'WWW-Authenticate': challenge },
  )
}
