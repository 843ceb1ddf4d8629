import type { Context, Env } from 'hono'
import type { Ledger } from '../ledger.ts'
import type { LedgerUser } from '../user.ts'

/** Which ledger an app asks, and for whom. */
export interface WhoAsks<E extends Env> {
  /** One of its own, or what finds it in the bindings of a request. */
  readonly ledger: Ledger | ((c: Context<E>) => Ledger)
  /** Who is signed in, by the session: never by the path, the query or the body. Nobody where that is `null` or `undefined`. */
  readonly user: (c: Context<E>) => string | null | undefined | Promise<string | null | undefined>
}

/** The ledger of a request. */
export function ledgerOf<E extends Env>({ ledger }: WhoAsks<E>, c: Context<E>): Ledger {
  return typeof ledger === 'function' ? ledger(c) : ledger
}

/** The user of a request; `null` where nobody is signed in. */
export async function userOf<E extends Env>(who: WhoAsks<E>, c: Context<E>): Promise<LedgerUser | null> {
  const userId = await who.user(c)
  return userId ? ledgerOf(who, c).user(userId) : null
}
