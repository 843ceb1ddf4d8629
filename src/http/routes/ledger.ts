import type { Hono } from 'hono'
import { History } from '../../app/ledger/history.ts'
import type { HttpEnv } from './context.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** The history of a user, what was consumed by it, and the proof that it is whole. */
export function ledger(app: Hono<HttpEnv>, services: Services): void {
  const history = new History(services)

  route(app, services, 'listLedger', async ({ params: { userId }, query }, c) =>
    Response.json(await history.list(userId, query, c.get('caller'))),
  )
  route(app, services, 'listConsumptions', async ({ params: { userId }, query }, c) =>
    Response.json(await history.consumptions(userId, query, c.get('caller'))),
  )
  route(app, services, 'verifyLedger', async ({ params: { userId }, query }, c) =>
    Response.json(await history.verify(userId, query, c.get('caller'))),
  )
}
