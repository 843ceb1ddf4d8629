import { and, asc, isNotNull, isNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { CatalogRecord, EverybodysProduct, EverybodysTerms } from '../../../domain/catalog/catalog.ts'
import type { Share } from '../../../domain/catalog/share.ts'
import { allowanceFor } from '../../../domain/entitlements/allowance.ts'
import type { Reset } from '../../../domain/entitlements/reset.ts'
import type { ProductFeature } from '../../../domain/purchases/products/product.ts'
import type { EntitlementId, FeatureKey } from '../../../domain/values/ids.ts'
import { sha256 } from '../../../platform/sha256.ts'
import { catalog, features, products } from '../../../schema/catalog-tables.ts'
import { rowToFeature } from './feature-row.ts'

/** Reads all of the catalog that decides a check or a consumption, as it is in D1 at one moment. */
export async function readCatalog(d1: D1Database): Promise<CatalogRecord> {
  const db = drizzle(d1)
  const [catalogRows, featureRows, productRows] = await db.batch([
    db.select().from(catalog),
    db.select().from(features).orderBy(asc(features.key)),
    db
      .select()
      .from(products)
      .where(and(isNotNull(products.everyone), isNull(products.archivedAt)))
      .orderBy(asc(products.id)),
  ])
  return {
    version: catalogRows[0]?.version ?? 0,
    features: featureRows.map(rowToFeature),
    everyone: await Promise.all(productRows.map(rowToEverybodysProduct)),
  }
}

async function rowToEverybodysProduct({
  id,
  everyone,
  features: sold,
}: typeof products.$inferSelect): Promise<EverybodysProduct> {
  const terms = await Promise.all(
    (JSON.parse(sold) as readonly ProductFeature[]).map((one) => everybodysTerms(id, one)),
  )
  return { id, share: JSON.parse(everyone ?? 'null') as Share, features: terms.flatMap((one) => one ?? []) }
}

/** `null` where the product's terms do not fit the feature's type: it gives nothing then. */
async function everybodysTerms(product: string, sold: ProductFeature): Promise<EverybodysTerms | null> {
  const { feature: key, type, overage = 'deny', combine = 'latest', value, amount, priority = 0 } = sold
  const reset = sold.reset === undefined ? null : { ...sold.reset, anchor: ANCHORS[sold.reset.every] }
  const allowance = allowanceFor({ key, type, overage, combine }, { value, amount, reset, period: null })
  if (!allowance.ok) return null
  return {
    entitlementId: await everybodysId(product, key, sold.reset?.every),
    feature: key,
    allowance: allowance.value,
    priority,
  }
}

/** Days begin at midnight, weeks on Monday, months and years on their first day. */
const ANCHORS: Readonly<Record<Reset['every'], number>> = {
  day: Date.UTC(1970, 0, 1),
  week: Date.UTC(1970, 0, 5),
  month: Date.UTC(1970, 0, 1),
  year: Date.UTC(1970, 0, 1),
}

/**
 * The id of what everybody has of a feature by a product: the same for every user, for ever. An amount that is given anew is
 * another right than one that is given once, and each month another than each day: none counts what was used of the other.
 */
async function everybodysId(
  product: string,
  feature: FeatureKey,
  every: Reset['every'] | undefined,
): Promise<EntitlementId> {
  const name = JSON.stringify([product, feature, ...(every === undefined ? [] : [every])])
  return `ent_${(await sha256(`entitlement-ledger/v4/everyone\n${name}`)).slice(0, 32)}`
}
