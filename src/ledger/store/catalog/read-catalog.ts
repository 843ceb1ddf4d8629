import { and, asc, isNotNull, isNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { CatalogRecord, EverybodysProduct, EverybodysTerms } from '../../../domain/catalog/catalog.ts'
import type { Share } from '../../../domain/catalog/share.ts'
import { allowanceFor } from '../../../domain/entitlements/allowance.ts'
import type { ProductFeature, ProductReset } from '../../../domain/purchases/products/product.ts'
import type { EntitlementId, FeatureKey } from '../../../domain/values/ids.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { fromWallClock } from '../../../domain/values/wall-clock.ts'
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
  const reset = sold.reset === undefined ? null : { ...sold.reset, anchor: anchorOf(sold.reset) }
  const allowance = allowanceFor({ key, type, overage, combine }, { value, amount, reset, period: null })
  if (!allowance.ok) return null
  return {
    entitlementId: await everybodysId(product, key, sold.reset),
    feature: key,
    allowance: allowance.value,
    priority,
  }
}

/** Days begin at midnight, weeks on Monday, months and years on their first day. */
const ANCHORS: Readonly<Record<ProductReset['every'], number>> = {
  hour: Date.UTC(1970, 0, 1),
  day: Date.UTC(1970, 0, 1),
  week: Date.UTC(1970, 0, 5),
  month: Date.UTC(1970, 0, 1),
  year: Date.UTC(1970, 0, 1),
}

/** A Monday, and the first day of a year: recent, as what clocks showed long ago is still found to have been otherwise. */
const ANCHOR_IN_ZONES = Date.UTC(2024, 0, 1)

function anchorOf({ every, timeZone }: ProductReset): Instant {
  return timeZone === undefined ? ANCHORS[every] : fromWallClock(timeZone, ANCHOR_IN_ZONES)
}

/**
 * The id of what everybody has of a feature by a product: the same for every user, for ever. An amount that is given anew is
 * another right than one that is given once, and each month another than each day, or than each month in another zone: none
 * counts what was used of the other.
 */
async function everybodysId(
  product: string,
  feature: FeatureKey,
  reset: ProductReset | undefined,
): Promise<EntitlementId> {
  const { every, timeZone } = reset ?? {}
  const name = JSON.stringify([product, feature, every, timeZone].filter((part) => part !== undefined))
  return `ent_${(await sha256(`entitlement-ledger/v4/everyone\n${name}`)).slice(0, 32)}`
}
