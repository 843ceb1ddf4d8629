import { reaches } from '../../app/caller.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import type { HttpContext } from './context.ts'

const BEYOND_REACH = 'The token is not for one of these users'

/** Throws `forbidden` unless the caller may name each of several users: of none of them anything is looked at before. */
export function reachAll(c: HttpContext, users: readonly string[]): void {
  const caller = c.get('caller')
  if (users.every((userId) => reaches(caller, userId))) return
  const challenge = 'Bearer error="insufficient_scope"'
  throw new HttpProblem('forbidden', { detail: BEYOND_REACH }, { 'WWW-Authenticate': challenge })
}
