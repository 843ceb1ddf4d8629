import * as z from 'zod'
import { isEverybodys } from '../../domain/entitlements/entitlement.ts'
import type { EntitlementId, UserId } from '../../domain/values/ids.ts'
import type {
  EntitlementFilter,
  EntitlementPage,
  PageRequest,
} from '../../ledger/store/entitlements/entitlement-page.ts'
import { queryEntitlements as queryStore } from '../../ledger/store/entitlements/query-entitlements.ts'
import { entitlementOf, entitlementsOf } from '../../ledger/store/entitlements/user-entitlements.ts'
import { type Caller, isUsersOwn } from '../caller.ts'
import { catalogOf } from '../checks/read.ts'
import type { PageQuery } from '../paging/page.ts'
import { ProblemError } from '../problems/problem-error.ts'
import type { AppServices } from '../services.ts'
import { ownEntitlementToWire } from '../wire/own-to-wire.ts'
import { entitlementToWire } from '../wire/wire.ts'
import { byCatalog, everybodysNamed, withEverybodys } from './everybodys-entitlements.ts'

const place = z.object({ at: z.int(), userId: z.string(), id: z.string() })

type ReadServices = Pick<AppServices, 'db' | 'now' | 'reader'>
type ListServices = Pick<AppServices, 'db' | 'now' | 'cursors'>
type ListQuery = EntitlementFilter & PageQuery

/** One entitlement of a user, as it is now, everybody's among them. Throws `entitlement_not_found` or `ledger_unavailable`. */
export async function getEntitlement(
  { db, now, reader }: ReadServices,
  userId: UserId,
  entitlementId: EntitlementId,
  caller: Caller,
) {
  const at = now()
  const recorded = await entitlementOf(db, userId, entitlementId)
  const entitlement =
    recorded !== null && !isEverybodys(recorded)
      ? recorded
      : everybodysNamed(await catalogOf(reader), userId, { id: entitlementId, recorded, at })
  if (entitlement === null) throw new ProblemError('entitlement_not_found')
  return toWireFor(caller)(entitlement, userId, at)
}

/** The entitlements of a user, in the order of their ids, everybody's among them. Throws `ledger_unavailable`. */
export function listEntitlements(
  services: ListServices & ReadServices,
  userId: UserId,
  query: ListQuery,
  caller: Caller,
) {
  const { db, reader } = services
  return list(services, { user: userId }, query, caller, async (request) => {
    const [page, catalog] = await Promise.all([entitlementsOf(db, userId, request), catalogOf(reader)])
    return withEverybodys(page, { db, catalog, userId }, request)
  })
}

/**
 * The entitlements of all users whom the caller reaches that match and are recorded, in the order of (userId, id); of what
 * everybody has, those that the catalog still gives. Throws `ledger_unavailable`.
 */
export function queryEntitlements(services: ListServices & ReadServices, query: ListQuery, caller: Caller) {
  const { db, reader } = services
  const { usersPrefix } = caller
  const users = usersPrefix === '' ? 'all' : { under: usersPrefix }
  return list(services, { users }, query, caller, async (request) => {
    const page = await queryStore(db, request, usersPrefix)
    const isAny = page.items.some(({ entitlement }) => isEverybodys(entitlement))
    return isAny ? byCatalog(page, await catalogOf(reader), request.at) : page
  })
}

/** States are judged at one moment for all pages of a listing: the cursor keeps it. */
async function list(
  { now, cursors }: ListServices,
  whose: object,
  { limit, cursor, ...filter }: ListQuery,
  caller: Caller,
  read: (request: PageRequest) => Promise<EntitlementPage>,
) {
  const listing = { ...whose, filter }
  const toWire = toWireFor(caller)
  const from = await cursors.toPlace(listing, cursor, place)
  const at = from?.at ?? now()
  const page = await read({ filter, at, after: from, limit })
  return {
    items: page.items.map(({ entitlement, userId }) => toWire(entitlement, userId, at)),
    nextCursor: page.next === null ? null : await cursors.fromPlace(listing, { at, ...page.next }),
  }
}

function toWireFor(caller: Caller) {
  return isUsersOwn(caller) ? ownEntitlementToWire : entitlementToWire
}
