import type { Env, MiddlewareHandler } from 'hono'
import { appProblem, notKnown, signedOut } from './app-problem.ts'
import type { CheckOptions } from '../user-calls.ts'
import { type WhoAsks, userOf } from './who-asks.ts'
import type { CheckAnswer } from '../wire.ts'

/**
 * Lets through who may use a feature, or so much of it as `asked` says. Others get 403 with the `reason` of the check, and 401 where nobody is signed in. Where
 * the ledger does not say it is 503: nobody is let through because something is broken.
 */
export function requireAccess<E extends Env>(
  feature: string,
  who: WhoAsks<E>,
  asked?: CheckOptions,
): MiddlewareHandler<E> {
  return async (c, next) => {
    const user = await userOf(who, c)
    if (user === null) return signedOut()
    let check: CheckAnswer
    try {
      check = await user.check(feature, asked)
    } catch (error) {
      return notKnown(error)
    }
    if (check.allowed) return next()
    const { reason, nextChangeAt } = check
    return appProblem({
      status: 403,
      code: 'access_denied',
      title: 'The user may not use this',
      feature,
      reason,
      nextChangeAt,
    })
  }
}
