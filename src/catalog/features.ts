import { asc, eq, gt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Combine } from '../domain/entitlements/feature.ts'
import { need } from '../domain/values/condition.ts'
import { isSameJson } from '../domain/values/json.ts'
import { unlessLost } from '../platform/unless-lost.ts'
import { otherVersion } from '../schema/other-version.ts'
import { guards } from '../schema/user-tables.ts'
import { features } from '../schema/catalog-tables.ts'
import { isCatalogFull, noRoom } from './catalog-bound.ts'
import { catalogVersion, raiseCatalogVersion } from './catalog-version.ts'
import { type ChangeTerms, logFeature } from './log-change.ts'

/** A feature as the catalog has it. `version` is the catalog's at its last change. */
export type CatalogFeature = typeof features.$inferSelect

interface NewFeature extends Pick<CatalogFeature, 'key' | 'type' | 'overage' | 'name' | 'unit'> {
  /** `latest` when left out. */
  readonly combine?: Combine | undefined
  readonly held?: boolean | undefined
  /** `null` when left out. */
  readonly windowMs?: number | null | undefined
}

/** A feature as it is now, and whether it was another before. */
export interface FeatureOutcome {
  readonly type: 'created' | 'changed' | 'same'
  readonly feature: CatalogFeature
}

type PutFeature =
  | FeatureOutcome
  | { readonly type: 'type_differs'; readonly feature: CatalogFeature }
  | { readonly type: 'full' }

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
 * Creates a feature, or renames it and takes it out of the archive. What of it never changes can never be another; it is
 * switched by `updateFeature` alone. Throws `VersionDiffers`.
 */
export async function putFeature(
  d1: D1Database,
  { name, unit, combine = 'latest', held = false, windowMs = null, ...own }: NewFeature,
  terms?: ChangeTerms,
): Promise<PutFeature> {
  const lasting = { ...own, combine, held, windowMs }
  const asked = { ...lasting, name, unit }
  const { key } = own
  const before = await featureByKey(d1, key)
  need(terms?.condition ?? null, before)
  if (before !== null) {
    if (!isSameJson(before, { ...before, ...lasting })) return { type: 'type_differs', feature: before }
    return (await change(d1, before, { name, unit, archivedAt: null }, terms)) ?? putFeature(d1, asked, terms)
  }
  if (await isCatalogFull(d1, features)) return { type: 'full' }
  const db = drizzle(d1)
  const created = await unlessLost(
    db.batch([
      db.insert(guards).select(otherVersion(0, versionOf(key))),
      db.insert(guards).select(noRoom(features)),
      raiseCatalogVersion(d1),
      db
        .insert(features)
        .values({ ...asked, version: catalogVersion() })
        .returning(),
      logFeature(d1, key, terms),
    ]),
  )
  const [feature] = created?.[3] ?? []
  return feature === undefined ? putFeature(d1, asked, terms) : { type: 'created', feature }
}

/** What of a feature may be another without the rest. */
interface FeatureChanges {
  readonly name?: string | null | undefined
  readonly unit?: string | null | undefined
  readonly enabled?: boolean | undefined
}

/** Renames a feature, or switches it. `null` when there is no such feature. Throws `VersionDiffers`. */
export async function updateFeature(
  d1: D1Database,
  key: string,
  { name, unit, enabled }: FeatureChanges,
  terms: ChangeTerms,
): Promise<FeatureOutcome | null> {
  const before = await featureByKey(d1, key)
  need(terms.condition, before)
  if (before === null) return null
  const changes = {
    name: name === undefined ? before.name : name,
    unit: unit === undefined ? before.unit : unit,
    disabledAt: enabled === undefined ? before.disabledAt : enabled ? null : (before.disabledAt ?? terms.at),
  }
  return (await change(d1, before, changes, terms)) ?? updateFeature(d1, key, { name, unit, enabled }, terms)
}

/**
 * Takes no new entitlements from now on; those that exist stay, and so does what everybody has by a product. `null` when
 * there is no such feature. Throws `VersionDiffers`.
 */
export async function archiveFeature(
  d1: D1Database,
  key: string,
  terms: ChangeTerms,
): Promise<FeatureOutcome | null> {
  const before = await featureByKey(d1, key)
  if (before === null) return null
  need(terms.condition, before)
  const archivedAt = before.archivedAt ?? terms.at
  return (await change(d1, before, { archivedAt }, terms)) ?? archiveFeature(d1, key, terms)
}

/** Writes what is another of a feature; `null` where somebody else changed it meanwhile. */
async function change(
  d1: D1Database,
  before: CatalogFeature,
  changes: Partial<Pick<CatalogFeature, 'name' | 'unit' | 'archivedAt' | 'disabledAt'>>,
  terms: ChangeTerms | undefined,
): Promise<FeatureOutcome | null> {
  if (isSameJson(before, { ...before, ...changes })) return { type: 'same', feature: before }
  const { key } = before
  const db = drizzle(d1)
  const changed = await unlessLost(
    db.batch([
      db.insert(guards).select(otherVersion(before.version, versionOf(key))),
      raiseCatalogVersion(d1),
      db
        .update(features)
        .set({ ...changes, version: catalogVersion() })
        .where(eq(features.key, key))
        .returning(),
      logFeature(d1, key, terms),
    ]),
  )
  const [feature] = changed?.[2] ?? []
  return feature === undefined ? null : { type: 'changed', feature }
}

function versionOf(key: string) {
  return sql`(SELECT version FROM features WHERE key = ${key})`
}
