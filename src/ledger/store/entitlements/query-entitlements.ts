import { type SQL, and, eq, lt } from 'drizzle-orm'
import { entitlements } from '../../../schema/user-tables.ts'
import {
  type EntitlementFilter,
  type EntitlementPage,
  type PageRequest,
  entitlementPage,
} from './entitlement-page.ts'

/**
 * A page of the entitlements of all users, or of those whose ids go on from a prefix. The most selective of `sourceRef` and
 * `feature` picks the index, and the rest is filtered; a listing by end alone goes over the primary key.
 */
export function queryEntitlements(
  d1: D1Database,
  request: PageRequest,
  usersPrefix = '',
): Promise<EntitlementPage> {
  if (usersPrefix === '') return page(d1, undefined, request)
  // One bound from below: of two the index takes the prefix, and each page would go over all before it. A space stands before
  // whatever an id goes on with, and so leaves out who is called as the prefix is.
  const after = request.after ?? { userId: `${usersPrefix} `, id: '' }
  return page(d1, lt(entitlements.userId, behind(usersPrefix)), { ...request, after })
}

function page(d1: D1Database, users: SQL | undefined, request: PageRequest): Promise<EntitlementPage> {
  const { sourceRef, feature, ...others } = request.filter
  if (sourceRef !== undefined) {
    return pageOf(d1, and(eq(entitlements.sourceRef, sourceRef), users), request, { feature, ...others })
  }
  if (feature !== undefined) return pageOf(d1, and(eq(entitlements.feature, feature), users), request, others)
  return pageOf(d1, users, request, others)
}

function pageOf(d1: D1Database, scope: SQL | undefined, request: PageRequest, filter: EntitlementFilter) {
  return entitlementPage(d1, scope, { ...request, filter })
}

/** The first text that is behind all that go on from a prefix. Ids are ASCII, and the index has texts in the order of their bytes. */
function behind(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
}
