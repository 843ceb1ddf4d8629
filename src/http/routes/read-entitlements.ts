import type { Hono } from 'hono'
import * as z from 'zod'
import { ownEntitlementToWire } from '../../app/wire/own-to-wire.ts'
import { entitlementToWire } from '../../app/wire/wire.ts'
import { entitlementOf, entitlementsOf } from '../../ledger/store/user-entitlements.ts'
import { queryEntitlements } from '../../ledger/store/query-entitlements.ts'
import type { EntitlementFilter, EntitlementPage, PageRequest } from '../../ledger/store/entitlement-page.ts'
import { type Caller, isUsersOwn } from '../authentication/caller.ts'
import type { HttpEnv } from './context.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

const place = z.object({ at: z.int(), userId: z.string(), id: z.string() })

/** One, a user's, and those of all users that match. */
export function readEntitlements(app: Hono<HttpEnv>, services: Services): void {
  const { db, now, cursors } = services

  route(app, services, 'getEntitlement', async ({ params: { userId, entitlementId } }, c) => {
    const entitlement = await entitlementOf(db, userId, entitlementId)
    if (entitlement === null) throw new HttpProblem('entitlement_not_found')
    const body = toWireFor(c.get('caller'))(entitlement, userId, now())
    return Response.json(body, { headers: { ETag: `"${entitlement.version}"` } })
  })

  route(app, services, 'listEntitlements', ({ params: { userId }, query: { limit, cursor, ...filter } }, c) =>
    list({ user: userId, filter }, { filter, limit, cursor, caller: c.get('caller') }, (request) =>
      entitlementsOf(db, userId, request),
    ),
  )

  route(app, services, 'queryEntitlements', ({ query: { limit, cursor, ...filter } }, c) =>
    list({ users: 'all', filter }, { filter, limit, cursor, caller: c.get('caller') }, (request) =>
      queryEntitlements(db, request),
    ),
  )

  /** States are judged at one moment for all pages of a listing: the cursor keeps it. */
  async function list(
    listing: object,
    query: { filter: EntitlementFilter; limit: number; cursor: string | undefined; caller: Caller },
    read: (request: PageRequest) => Promise<EntitlementPage>,
  ): Promise<Response> {
    const { filter, limit } = query
    const toWire = toWireFor(query.caller)
    const from = await cursors.toPlace(listing, query.cursor, place)
    const at = from?.at ?? now()
    const page = await read({ filter, at, after: from, limit })
    return Response.json({
      items: page.items.map(({ entitlement, userId }) => toWire(entitlement, userId, at)),
      nextCursor: page.next === null ? null : await cursors.fromPlace(listing, { at, ...page.next }),
    })
  }
}

function toWireFor(caller: Caller) {
  return isUsersOwn(caller) ? ownEntitlementToWire : entitlementToWire
}
