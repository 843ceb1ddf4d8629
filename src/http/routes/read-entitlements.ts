import type { Hono } from 'hono'
import * as z from 'zod'
import { entitlementToWire } from '../../api/wire.ts'
import { entitlementOf, entitlementsOf } from '../../ledger/user-entitlements.ts'
import { queryEntitlements } from '../../ledger/across-users/query-entitlements.ts'
import type { EntitlementFilter, EntitlementPage, PageRequest } from '../../ledger/entitlement-page.ts'
import type { HttpEnv } from '../context.ts'
import { HttpProblem } from '../http-problem.ts'
import { route } from '../route.ts'
import type { Services } from '../services.ts'

const place = z.object({ at: z.int(), userId: z.string(), id: z.string() })

/** One, a user's, and those of all users that match. */
export function readEntitlements(app: Hono<HttpEnv>, services: Services): void {
  const { db, now, cursors } = services

  route(app, services, 'getEntitlement', async ({ params: { userId, entitlementId } }) => {
    const entitlement = await entitlementOf(db, userId, entitlementId)
    if (entitlement === null) throw new HttpProblem('entitlement_not_found')
    const body = entitlementToWire(entitlement, userId, now())
    return Response.json(body, { headers: { ETag: `"${entitlement.version}"` } })
  })

  route(app, services, 'listEntitlements', ({ params: { userId }, query: { limit, cursor, ...filter } }) =>
    list({ user: userId, filter }, { filter, limit, cursor }, (request) =>
      entitlementsOf(db, userId, request),
    ),
  )

  route(app, services, 'queryEntitlements', ({ query: { limit, cursor, ...filter } }) =>
    list({ users: 'all', filter }, { filter, limit, cursor }, (request) => queryEntitlements(db, request)),
  )

  /** States are judged at one moment for all pages of a listing: the cursor keeps it. */
  async function list(
    listing: object,
    query: { filter: EntitlementFilter; limit: number; cursor: string | undefined },
    read: (request: PageRequest) => Promise<EntitlementPage>,
  ): Promise<Response> {
    const { filter, limit } = query
    const from = await cursors.toPlace(listing, query.cursor, place)
    const at = from?.at ?? now()
    const page = await read({ filter, at, after: from, limit })
    return Response.json({
      items: page.items.map(({ entitlement, userId }) => entitlementToWire(entitlement, userId, at)),
      nextCursor: page.next === null ? null : await cursors.fromPlace(listing, { at, ...page.next }),
    })
  }
}
