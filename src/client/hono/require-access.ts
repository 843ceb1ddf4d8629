import type { Context, Env, MiddlewareHandler } from 'hono'
import type { PassportRefusal } from '../passport/passport-refusal.ts'
import type { Passport } from '../passport/verified-passport.ts'
import type { CheckOptions } from '../user-calls.ts'
import type { LedgerUser } from '../user.ts'
import type { CheckAnswer } from '../wire.ts'
import { appProblem, notKnown, signedOut, unknownAccess } from './app-problem.ts'
import { type WhoAsks, ledgerOf } from './who-asks.ts'

/** What a request shows: `(c) => verifyPassport(c.req.header('Entitlement-Passport'), …)`. */
type ShownPassport<E extends Env> = (
  c: Context<E>,
) => Passport | PassportRefusal | Promise<Passport | PassportRefusal>

/** A passport is asked first, and the ledger where that does not say yes; without a ledger a passport alone. */
export type AccessProof<E extends Env> =
  | (WhoAsks<E> & { readonly passport?: ShownPassport<E> })
  | (Pick<WhoAsks<E>, 'user'> & { readonly ledger?: undefined; readonly passport: ShownPassport<E> })

/** What a handler knows besides: of the config features that it requires, `c.var.values`. */
export interface AccessEnv {
  Variables: { values: Readonly<Record<string, CheckAnswer['value']>> }
}

/**
 * Lets through who may use a feature, or so much of it as `options` say. Others get 403 with the `reason` of the check, and 401 where nobody
 * is signed in. Where nobody says it is 503: nobody is let through because something is broken. A passport is not looked at that
 * is another user’s, or older than what the app itself has changed of its user; nor is any where more is asked for by `options`.
 */
export function requireAccess<E extends Env>(
  feature: string,
  of: AccessProof<E>,
  options?: CheckOptions,
): MiddlewareHandler<AccessEnv> {
  return async (c, next) => {
    // The app that is asked knows nothing of what is added here.
    const asked = c as unknown as Context<E>
    const userId = await of.user(asked)
    if (!userId) return signedOut()
    const through = (value: CheckAnswer['value']) => {
      c.set('values', { ...c.get('values'), [feature]: value })
      return next()
    }
    const user = of.ledger === undefined ? null : ledgerOf(of, asked).user(userId)
    const passport = options ? null : ((await of.passport?.(asked)) ?? null)
    if (isOf(passport, userId, user) && passport.allows(feature)) return through(passport.value(feature))
    if (user === null) return notInPassport(feature, passport)
    let check: CheckAnswer
    try {
      check = await user.check(feature, options)
    } catch (error) {
      return notKnown(error)
    }
    if (check.allowed) return through(check.value)
    const { reason, nextChangeAt } = check
    return denied({ feature, reason, nextChangeAt })
  }
}

function isOf(
  passport: Passport | PassportRefusal | null,
  userId: string,
  user: LedgerUser | null,
): passport is Passport {
  return passport?.ok === true && passport.userId === userId && passport.version >= (user?.version ?? 0)
}

/** There is nobody to ask. Why a passport was not taken is told, so that who holds it may get another one. */
function notInPassport(feature: string, passport: Passport | PassportRefusal | null): Response {
  const why = passport?.ok === false ? passport.reason : null
  if (why === 'keys_unavailable') return unknownAccess()
  return denied({ feature, reason: 'not_in_passport', ...(why === null ? {} : { passport: why }) })
}

function denied(facts: Readonly<Record<string, unknown>>): Response {
  return appProblem({ status: 403, code: 'access_denied', title: 'The user may not use this', ...facts })
}
