import type { Hono } from 'hono'
import { getEntitlement, listEntitlements, queryEntitlements } from '../../app/entitlements/entitlements.ts'
import { versioned } from '../answers/versioned.ts'
import type { HttpEnv } from './context.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** One, a user's, and those of all users that match. */
export function readEntitlements(app: Hono<HttpEnv>, services: Services): void {
  route(app, services, 'getEntitlement', async ({ params: { userId, entitlementId } }, c) =>
    versioned(await getEntitlement(services, userId, entitlementId, c.get('caller'))),
  )
  route(app, services, 'listEntitlements', async ({ params: { userId }, query }, c) =>
    Response.json(await listEntitlements(services, userId, query, c.get('caller'))),
  )
  route(app, services, 'queryEntitlements', async ({ query }, c) =>
    Response.json(await queryEntitlements(services, query, c.get('caller'))),
  )
}
