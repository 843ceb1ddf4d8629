import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { type Condition, need } from '../domain/values/condition.ts'
import type { Instant } from '../domain/values/instant.ts'
import { unlessLost } from '../platform/unless-lost.ts'
import { otherVersion } from '../schema/other-version.ts'
import { guards } from '../schema/user-tables.ts'
import { features } from '../schema/shared-tables.ts'
import { catalogVersion, raiseCatalogVersion } from './catalog-version.ts'

/** A feature as the catalog has it. `version` is the catalog's at its last change. */
export type CatalogFeature = typeof features.$inferSelect

type PutFeature =
  | { readonly type: 'created' | 'updated'; readonly feature: CatalogFeature }
  | { readonly type: 'type_differs'; readonly feature: CatalogFeature }

export async function featureByKey(d1: D1Database, key: string): Promise<CatalogFeature | null> {
  const [feature] = await drizzle(d1).select().from(features).where(eq(features.key, key))
  return feature ?? null
}

export async function featurePage(
  d1: D1Database,
  { after, limit }: { after: string | null; limit: number },
): Promise<readonly CatalogFeature[]> {
  return drizzle(d1)
    .select()
    .from(features)
    .where(after === null ? undefined : gt(features.key, after))
    .orderBy(asc(features.key))
    .limit(limit)
}

/**
 * Creates a feature, or renames it and takes it out of the archive. Its type and overage can never be others. Throws
 * `VersionDiffers`.
 */
export async function putFeature(
  d1: D1Database,
  asked: Pick<CatalogFeature, 'key' | 'type' | 'overage' | 'name' | 'unit'>,
  condition: Condition = null,
): Promise<PutFeature> {
  const { key, type, overage, name, unit } = asked
  const before = await featureByKey(d1, key)
  need(condition, before)
  if (before !== null && (before.type !== type || before.overage !== overage)) {
    return { type: 'type_differs', feature: before }
  }
  if (before !== null && before.name === name && before.unit === unit && before.archivedAt === null) {
    return { type: 'updated', feature: before }
  }
  const db = drizzle(d1)
  const version = catalogVersion()
  const put = await unlessLost(
    db.batch([
      db.insert(guards).select(otherVersion(condition, versionOf(key))),
      raiseCatalogVersion(d1),
      db
        .insert(features)
        .values({ ...asked, archivedAt: null, version })
        .onConflictDoNothing()
        .returning({ key: features.key }),
      db
        .update(features)
        .set({ name, unit, archivedAt: null, version })
        .where(and(eq(features.key, key), eq(features.type, type), eq(features.overage, overage)))
        .returning(),
    ]),
  )
  const [, , inserted, updated] = put ?? []
  const [feature] = updated ?? []
  // Between the look and the write somebody else changed it, or created it with another type: look again.
  if (inserted === undefined || feature === undefined) return putFeature(d1, asked, condition)
  return { type: inserted.length === 1 ? 'created' : 'updated', feature }
}

/**
 * Takes no new entitlements from now on; those that exist stay. `null` when there is no such feature. Throws
 * `VersionDiffers`.
 */
export async function archiveFeature(
  d1: D1Database,
  key: string,
  now: Instant,
  condition: Condition = null,
): Promise<CatalogFeature | null> {
  const db = drizzle(d1)
  const before = await featureByKey(d1, key)
  if (before === null) return null
  need(condition, before)
  if (before.archivedAt !== null) return before
  const archived = await unlessLost(
    db.batch([
      db.insert(guards).select(otherVersion(condition, versionOf(key))),
      raiseCatalogVersion(d1),
      db
        .update(features)
        .set({ archivedAt: now, version: catalogVersion() })
        .where(and(eq(features.key, key), isNull(features.archivedAt))),
    ]),
  )
  return archived === null ? archiveFeature(d1, key, now, condition) : featureByKey(d1, key)
}

function versionOf(key: string) {
  return sql`(SELECT version FROM features WHERE key = ${key})`
}
