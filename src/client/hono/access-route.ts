import { type Env, Hono } from 'hono'
import { LedgerError } from '../ledger-error.ts'
import { pageAccess } from '../page-access.ts'
import type { FreshnessAsked, PurchaseAsked } from '../wire.ts'
import { appProblem, notKnown, signedOut } from './app-problem.ts'
import { type WhoAsks, ledgerOf, userOf } from './who-asks.ts'

const HEADERS = { 'Cache-Control': 'private, no-store' }

/**
 * What a page asks by `routeSource`: `app.route('/api/access', accessRoute(…))`. At its root the list of access of who is signed in,
 * without ids of entitlements, and at `/purchases/{provider}/{id}` what has become of a purchase. Whatever the request says of a
 * user is not read.
 */
export function accessRoute<E extends Env>(who: WhoAsks<E>): Hono<E> {
  const app = new Hono<E>()
  app.get('/', async (c) => {
    const user = await userOf(who, c)
    if (user === null) return signedOut()
    try {
      const list = await user.access({ all: true, ...freshnessOf(c.req.query()) })
      return c.json(pageAccess(list), 200, HEADERS)
    } catch (error) {
      return refusal(error)
    }
  })
  app.get('/purchases/:provider/:id', async (c) => {
    const user = await userOf(who, c)
    if (user === null) return signedOut()
    const { provider, id } = c.req.param()
    const { account = '' } = c.req.query()
    try {
      const asked = { provider, id, account } as PurchaseAsked
      const { waitsFor: _for, ...purchase } = await ledgerOf(who, c).purchase(asked)
      // Somebody else’s is unknown, whoever has found its id in an address.
      const told = purchase.userId === user.id ? purchase : { provider, account, id, state: 'unknown' }
      return c.json(told, 200, HEADERS)
    } catch (error) {
      return refusal(error)
    }
  })
  return app
}

/** How fresh a page may ask for the answer to be. */
function freshnessOf({ consistency, minVersion = '' }: Readonly<Record<string, string>>): FreshnessAsked {
  return {
    ...(consistency === 'strong' ? { consistency } : {}),
    ...(/^\d{1,15}$/.test(minVersion) ? { minVersion: Number(minVersion) } : {}),
  }
}

/** A version that is no more is told, so that the page forgets it; all else is not known now. */
function refusal(error: unknown): Response {
  const isLost = error instanceof LedgerError && error.code === 'version_unknown'
  if (!isLost) return notKnown(error)
  return appProblem({ status: 409, code: error.code, title: 'The ledger does not have that version' })
}
