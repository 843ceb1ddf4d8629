import { and, eq, gt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Entitlement } from '../../../domain/entitlements/entitlement.ts'
import type { EntitlementId, UserId } from '../../../domain/values/ids.ts'
import { entitlements } from '../../../schema/user-tables.ts'
import {
  type EntitlementPage,
  type PageRequest,
  entitlementPage,
  isGiven,
  withMetadata,
} from './entitlement-page.ts'

/** One entitlement of a user, `null` when there is none of that id. */
export async function entitlementOf(d1: D1Database, userId: UserId, id: string): Promise<Entitlement | null> {
  const rows = await drizzle(d1)
    .select()
    .from(entitlements)
    .where(and(isGiven, eq(entitlements.userId, userId), eq(entitlements.id, id)))
  const [owned] = await withMetadata(d1, rows)
  return owned?.entitlement ?? null
}

/** A page of one user's entitlements. */
export function entitlementsOf(
  d1: D1Database,
  userId: UserId,
  request: PageRequest,
): Promise<EntitlementPage> {
  const { after } = request
  const isBeyond = after === null ? undefined : gt(entitlements.id, after.id)
  return entitlementPage(d1, and(eq(entitlements.userId, userId), isBeyond), request)
}

// Each is looked up by the key of its row, whether it is given or withdrawn.
const RECORDED = `
  SELECT asked.value AS id FROM json_each(?2) asked
  WHERE EXISTS (SELECT 1 FROM entitlements WHERE user_id = ?1 AND id = asked.value)`

/** Which of these entitlements are recorded for a user. Asks nothing where there are none. */
export async function recordedAmong(
  d1: D1Database,
  userId: UserId,
  ids: readonly EntitlementId[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const { results } = await d1
    .prepare(RECORDED)
    .bind(userId, JSON.stringify(ids))
    .all<{ readonly id: EntitlementId }>()
  return new Set(results.map(({ id }) => id))
}
