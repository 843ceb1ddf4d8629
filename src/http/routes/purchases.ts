import type { Hono } from 'hono'
import { purchaseToWire } from '../../app/wire/purchase-to-wire.ts'
import { decidePurchase } from '../../owners/decide-purchase.ts'
import { knownPurchaseIds } from '../../owners/known-purchase-ids.ts'
import { purchaseByIds } from '../../owners/purchase.ts'
import { type Caller, isUsersOwn } from '../authentication/caller.ts'
import type { HttpEnv } from './context.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

interface Asked {
  readonly params: { readonly provider: string; readonly id: string }
  readonly query: { readonly account: string }
}

/** What has become of purchases, and whose they are by hand. */
export function purchases(app: Hono<HttpEnv>, services: Services): void {
  const { db, now, purchaseIds, followNow, followUp } = services

  route(app, services, 'getPurchase', (asked, c) => answer(asked, c.get('caller')))
  route(app, services, 'putPurchase', async (asked, c) => {
    await decide(asked, asked.body.userId)
    return answer(asked, c.get('caller'), true)
  })
  route(app, services, 'deletePurchaseUser', async (asked, c) => {
    await decide(asked, null)
    return answer(asked, c.get('caller'), true)
  })

  async function decide({ params: { provider, id }, query: { account } }: Asked, userId: string | null) {
    const of = { provider, account }
    const ids = await knownPurchaseIds(db, of, purchaseIds(provider, id))
    if (ids.length > 1) throw new HttpProblem('purchase_ambiguous', { ids })
    const at = now()
    const decided = await decidePurchase(db, of, { ids, userId, now: at })
    if (decided.type === 'unknown') throw new HttpProblem('purchase_not_found')
    if (decided.change !== null) followNow(decided.change)
    followUp({ what: 'customer', at })
  }

  /** Of several that a number may mean, the first that may be told. */
  async function answer(
    { params: { provider, id }, query: { account } }: Asked,
    caller: Caller,
    isManaged = false,
  ): Promise<Response> {
    const of = { provider, account }
    const asked = { ...of, id, onlyOf: !isManaged && isUsersOwn(caller) ? caller.subject : null }
    for (const known of await knownPurchaseIds(db, of, purchaseIds(provider, id))) {
      const told = purchaseToWire(asked, await purchaseByIds(db, of, [known], now()))
      if (told.state !== 'unknown') return Response.json(told)
    }
    return Response.json(purchaseToWire(asked, null))
  }
}
