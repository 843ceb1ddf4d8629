import { type SQL, eq } from 'drizzle-orm'
import { entitlements } from '../../schema/user-tables.ts'
import {
  type EntitlementFilter,
  type EntitlementPage,
  type PageRequest,
  entitlementPage,
} from './entitlement-page.ts'

/**
 * A page of all users' entitlements. The most selective of `sourceRef` and `feature` picks the index, and the
 * rest is filtered; a listing by end alone goes over the primary key.
 */
export function queryEntitlements(d1: D1Database, request: PageRequest): Promise<EntitlementPage> {
  const { sourceRef, feature, ...others } = request.filter
  if (sourceRef !== undefined) {
    return page(d1, eq(entitlements.sourceRef, sourceRef), request, { feature, ...others })
  }
  if (feature !== undefined) return page(d1, eq(entitlements.feature, feature), request, others)
  return page(d1, undefined, request, others)
}

function page(d1: D1Database, scope: SQL | undefined, request: PageRequest, filter: EntitlementFilter) {
  return entitlementPage(d1, scope, { ...request, filter })
}
