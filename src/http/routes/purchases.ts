import type { Hono } from 'hono'
import { purchaseToWire } from '../../api/purchase-to-wire.ts'
import { decidePurchase } from '../../ledger/across-users/decide-purchase.ts'
import { purchaseByIds } from '../../ledger/across-users/purchase.ts'
import type { Caller } from '../caller.ts'
import type { HttpEnv } from '../context.ts'
import { HttpProblem } from '../http-problem.ts'
import { route } from '../route.ts'
import type { Services } from '../services.ts'

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
    const ids = purchaseIds(provider, id)
    const at = now()
    const decided = await decidePurchase(db, { provider, account }, { ids, userId, now: at })
    if (decided.type === 'unknown') throw new HttpProblem('purchase_not_found')
    if (decided.change !== null) followNow(decided.change)
    followUp({ what: 'customer', at })
  }

  async function answer(
    { params: { provider, id }, query: { account } }: Asked,
    { subject, scopes }: Caller,
    isManaged = false,
  ): Promise<Response> {
    const of = { provider, account }
    const found = await purchaseByIds(db, of, purchaseIds(provider, id), now())
    const onlyOf = isManaged || scopes.size > 0 ? null : subject
    return Response.json(purchaseToWire({ ...of, id, onlyOf }, found))
  }
}
