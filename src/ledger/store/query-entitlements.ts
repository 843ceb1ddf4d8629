import { type SQL, and, eq, gt, lt } from 'drizzle-orm'
import { entitlements } from '../../schema/user-tables.ts'
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
  const { sourceRef, feature, ...others } = request.filter
  const users = under(usersPrefix)
  if (sourceRef !== undefined) {
    return page(d1, and(eq(entitlements.sourceRef, sourceRef), users), request, { feature, ...others })
  }
  if (feature !== undefined) return page(d1, and(eq(entitlements.feature, feature), users), request, others)
  return page(d1, users, request, others)
}

function page(d1: D1Database, scope: SQL | undefined, request: PageRequest, filter: EntitlementFilter) {
  return entitlementPage(d1, scope, { ...request, filter })
}

/** As a range of the index, whose texts are ordered by their bytes: ids are ASCII, and there is one character behind each. */
function under(prefix: string): SQL | undefined {
  if (prefix === '') return undefined
  const behind = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
  return and(gt(entitlements.userId, prefix), lt(entitlements.userId, behind))
}
