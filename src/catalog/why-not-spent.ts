import { type SQL, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { isMetered } from '../domain/entitlements/feature.ts'
import type { FeatureKey } from '../domain/values/ids.ts'
import { features } from '../schema/catalog-tables.ts'

/** Why a feature cannot spend another one's lots. There is one level: what is spent by others spends nothing itself. */
export type WhyNotSpent = 'unknown' | 'archived' | 'not_metered' | 'held' | 'spends_itself' | 'is_spent'

/** Returns why one feature cannot spend another; `null` where it can. */
export async function whyNotSpent(
  d1: D1Database,
  spender: FeatureKey,
  spent: FeatureKey,
): Promise<WhyNotSpent | null> {
  const db = drizzle(d1)
  const [[target], [isSpent]] = await db.batch([
    db.select().from(features).where(eq(features.key, spent)),
    db.select({ key: features.key }).from(features).where(spends(spender)).limit(1),
  ])
  if (target === undefined) return 'unknown'
  if (target.archivedAt !== null) return 'archived'
  if (!isMetered(target)) return 'not_metered'
  if (target.held) return 'held'
  if (target.spends !== null) return 'spends_itself'
  return isSpent === undefined ? null : 'is_spent'
}

/** In SQL, a row for `guards`, which ends its batch, where by now one feature cannot spend another. */
export function cannotSpend(spender: FeatureKey, spent: FeatureKey): SQL {
  const canBeSpent = sql`key = ${spent} AND archived_at IS NULL AND type = 'metered' AND held = 0 AND spends IS NULL`
  return sql`SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM ${features} WHERE ${canBeSpent})
    OR EXISTS (SELECT 1 FROM ${features} WHERE ${spends(spender)})`
}

function spends(spent: FeatureKey): SQL {
  return sql`spends ->> '$.feature' = ${spent}`
}
