import type { Hono } from 'hono'
import { getPurchase, putPurchaseUser } from '../../app/purchases/purchases.ts'
import type { HttpEnv } from './context.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** What has become of purchases, and whose they are by hand. */
export function purchases(app: Hono<HttpEnv>, services: Services): void {
  route(app, services, 'getPurchase', async ({ params, query }, c) =>
    Response.json(await getPurchase(services, { ...params, ...query }, c.get('caller'))),
  )
  route(app, services, 'putPurchase', async ({ params, query, body }) =>
    Response.json(await putPurchaseUser(services, { ...params, ...query }, body.userId)),
  )
  route(app, services, 'deletePurchaseUser', async ({ params, query }) =>
    Response.json(await putPurchaseUser(services, { ...params, ...query }, null)),
  )
}
