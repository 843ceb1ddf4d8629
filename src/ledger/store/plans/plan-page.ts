import { and, asc, eq, gt, isNotNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { type Plan, planOf, planSource } from '../../../domain/purchases/plans/plan.ts'
import type { UserId } from '../../../domain/values/ids.ts'
import { inList } from '../../../platform/in-list.ts'
import { entitlements, sources } from '../../../schema/user-tables.ts'
import { rowToEntitlement } from '../entitlement-row.ts'
import { type SourceRow, rowToSource } from '../source-row.ts'

const { provider, account } = planSource('')

/** The plans of a user in the order of their `sourceRef`, those that are over too. */
export async function planPage(
  d1: D1Database,
  userId: UserId,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<readonly Plan[]> {
  const rows = await drizzle(d1)
    .select()
    .from(sources)
    .where(and(isPlan(userId), after === null ? undefined : gt(sources.ref, after)))
    .orderBy(asc(sources.ref))
    .limit(limit)
  return withEntitlements(d1, userId, rows)
}

/** One plan of a user, `null` where none of that `sourceRef` was ever given. */
export async function planNamed(d1: D1Database, userId: UserId, sourceRef: string): Promise<Plan | null> {
  const rows = await drizzle(d1)
    .select()
    .from(sources)
    .where(and(isPlan(userId), eq(sources.ref, sourceRef)))
  const [plan] = await withEntitlements(d1, userId, rows)
  return plan ?? null
}

function isPlan(userId: UserId) {
  return and(eq(sources.userId, userId), eq(sources.provider, provider), eq(sources.account, account))
}

async function withEntitlements(
  d1: D1Database,
  userId: UserId,
  rows: readonly SourceRow[],
): Promise<readonly Plan[]> {
  if (rows.length === 0) return []
  const refs = inList(
    entitlements.sourceRef,
    rows.map(({ ref }) => ref),
  )
  const given = await drizzle(d1)
    .select()
    .from(entitlements)
    // A grant by hand that has the name of a plan names no product.
    .where(
      and(
        eq(entitlements.userId, userId),
        eq(entitlements.provider, provider),
        refs,
        isNotNull(entitlements.product),
      ),
    )
  return rows.map((row) => {
    const own = given.filter(({ sourceRef }) => sourceRef === row.ref)
    return planOf(
      rowToSource(row),
      own.map((one) => rowToEntitlement(one, null)),
    )
  })
}
