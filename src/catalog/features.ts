import { type SQL, asc, eq, gt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Combine, Spends } from '../domain/entitlements/feature.ts'
import { ONE_FOR_ONE, type Rate } from '../domain/entitlements/rate.ts'
import type { FeatureKey } from '../domain/values/ids.ts'
import { need } from '../domain/values/condition.ts'
import { isSameJson } from '../domain/values/json.ts'
import { unlessLost } from '../platform/unless-lost.ts'
import { otherVersion } from '../schema/other-version.ts'
import { guards } from '../schema/user-tables.ts'
import { features } from '../schema/catalog-tables.ts'
import { spendsToText, textToSpends } from '../ledger/store/catalog/feature-row.ts'
import { isCatalogFull, noRoom } from './catalog-bound.ts'
import { catalogVersion, raiseCatalogVersion } from './catalog-version.ts'
import { type ChangeTerms, logFeature } from './log-change.ts'
import { type WhyNotSpent, cannotSpend, whyNotSpent } from './why-not-spent.ts'

/** A feature as the catalog has it. `version` is the catalog's at its last change. */
export type CatalogFeature = typeof features.$inferSelect

interface NewFeature extends Pick<CatalogFeature, 'key' | 'type' | 'overage' | 'name' | 'unit'> {
  /** `latest` when left out. */
  readonly combine?: Combine | undefined
  readonly held?: boolean | undefined
  /** `null` when left out. */
  readonly windowMs?: number | null | undefined
  /** `null` when left out. */
  readonly spends?: Spends | null | undefined
  /** `null` when left out. */
  readonly overageMax?: number | null | undefined
}

/** A feature as it is now, and whether it was another before. */
export interface FeatureOutcome {
  readonly type: 'created' | 'changed' | 'same'
  readonly feature: CatalogFeature
}

/** What the feature would spend cannot be spent by it. */
interface NotSpent {
  readonly type: 'not_spent'
  readonly spent: FeatureKey
  readonly why: WhyNotSpent
}

type PutFeature =
  | FeatureOutcome
  | NotSpent
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
 * Creates a feature, or says what of it changes and takes it out of the archive. What of it never changes can never be another;
 * it is switched by `updateFeature` alone. Throws `VersionDiffers`.
 */
export async function putFeature(
  d1: D1Database,
  asked: NewFeature,
  terms?: ChangeTerms,
): Promise<PutFeature> {
  const { key, type, overage, combine = 'latest', held = false, windowMs = null } = asked
  const { name, unit, spends = null, overageMax = null } = asked
  const lasting = { key, type, overage, combine, held, windowMs }
  const changing = { name, unit, spends: spends === null ? null : spendsToText(spends), overageMax }
  const before = await featureByKey(d1, key)
  need(terms?.condition ?? null, before)
  if (before !== null) {
    if (!isSameJson(before, { ...before, ...lasting })) return { type: 'type_differs', feature: before }
    const changed = await change(d1, before, { ...changing, archivedAt: null }, terms)
    return changed ?? putFeature(d1, asked, terms)
  }
  if (await isCatalogFull(d1, features)) return { type: 'full' }
  const refusal = spends === null ? null : await notSpent(d1, key, spends.feature)
  if (refusal !== null) return refusal
  const db = drizzle(d1)
  const created = await unlessLost(
    db.batch([
      db.insert(guards).select(otherVersion(0, versionOf(key))),
      db.insert(guards).select(noRoom(features)),
      ...(spends === null ? [] : [db.insert(guards).select(cannotSpend(key, spends.feature))]),
      raiseCatalogVersion(d1),
      db
        .insert(features)
        .values({ ...lasting, ...changing, version: catalogVersion() })
        .returning(),
      logFeature(d1, key, terms),
    ]),
  )
  const [feature] = (created?.at(-2) ?? []) as readonly CatalogFeature[]
  return feature === undefined ? putFeature(d1, asked, terms) : { type: 'created', feature }
}

/** What of a feature may be another without the rest. */
interface FeatureChanges {
  readonly name?: string | null | undefined
  readonly unit?: string | null | undefined
  readonly enabled?: boolean | undefined
  /** Whose lots it spends; `null` for its own. The rate and the right go with that. */
  readonly spends?: FeatureKey | null | undefined
  readonly rate?: Rate | undefined
  readonly requiresRight?: boolean | undefined
  /** `null` for no bound. */
  readonly overageMax?: number | null | undefined
}

/** Changes a feature, or switches it. `null` when there is no such feature. Throws `VersionDiffers`. */
export async function updateFeature(
  d1: D1Database,
  key: string,
  asked: FeatureChanges,
  terms: ChangeTerms,
): Promise<FeatureOutcome | NotSpent | null> {
  const { name, unit, enabled, overageMax } = asked
  const before = await featureByKey(d1, key)
  need(terms.condition, before)
  if (before === null) return null
  const spends = spendsAfter(before, asked)
  const changes = {
    name: name === undefined ? before.name : name,
    unit: unit === undefined ? before.unit : unit,
    disabledAt: enabled === undefined ? before.disabledAt : enabled ? null : (before.disabledAt ?? terms.at),
    spends: spends === null ? null : spendsToText(spends),
    overageMax: overageMax === undefined ? before.overageMax : overageMax,
  }
  return (await change(d1, before, changes, terms)) ?? updateFeature(d1, key, asked, terms)
}

function spendsAfter(before: CatalogFeature, asked: FeatureChanges): Spends | null {
  const known = before.spends === null ? null : textToSpends(before.spends)
  const feature = asked.spends === undefined ? (known?.feature ?? null) : asked.spends
  if (feature === null) return null
  const { rate = known?.rate ?? ONE_FOR_ONE, requiresRight = known?.requiresRight ?? false } = asked
  return { feature, rate, requiresRight }
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
  return (await write(d1, before, { archivedAt }, terms)) ?? archiveFeature(d1, key, terms)
}

type Changing = Pick<CatalogFeature, 'name' | 'unit' | 'archivedAt' | 'disabledAt' | 'spends' | 'overageMax'>

/** As `write`, where the feature can spend what it would. */
async function change(
  d1: D1Database,
  before: CatalogFeature,
  changes: Partial<Changing>,
  terms: ChangeTerms | undefined,
): Promise<FeatureOutcome | NotSpent | null> {
  const { spends } = changes
  const target = typeof spends === 'string' ? textToSpends(spends).feature : null
  // What it spends already it goes on to, also when that is archived.
  if (target === null || target === (before.spends === null ? null : textToSpends(before.spends).feature)) {
    return write(d1, before, changes, terms)
  }
  return (
    (await notSpent(d1, before.key, target)) ??
    (await write(d1, before, changes, terms, [cannotSpend(before.key, target)]))
  )
}

async function notSpent(d1: D1Database, key: FeatureKey, spent: FeatureKey): Promise<NotSpent | null> {
  const why = await whyNotSpent(d1, key, spent)
  return why === null ? null : { type: 'not_spent', spent, why }
}

/** Writes what is another of a feature; `null` where somebody else changed it meanwhile, or what it rests on. */
async function write(
  d1: D1Database,
  before: CatalogFeature,
  changes: Partial<Changing>,
  terms: ChangeTerms | undefined,
  guarding: readonly SQL[] = [],
): Promise<FeatureOutcome | null> {
  if (isSameJson(before, { ...before, ...changes })) return { type: 'same', feature: before }
  const { key } = before
  const db = drizzle(d1)
  const changed = await unlessLost(
    db.batch([
      db.insert(guards).select(otherVersion(before.version, versionOf(key))),
      ...guarding.map((guard) => db.insert(guards).select(guard)),
      raiseCatalogVersion(d1),
      db
        .update(features)
        .set({ ...changes, version: catalogVersion() })
        .where(eq(features.key, key))
        .returning(),
      logFeature(d1, key, terms),
    ]),
  )
  const [feature] = (changed?.at(-2) ?? []) as readonly CatalogFeature[]
  return feature === undefined ? null : { type: 'changed', feature }
}

function versionOf(key: string) {
  return sql`(SELECT version FROM features WHERE key = ${key})`
}
