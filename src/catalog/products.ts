import { asc, eq, gt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Share } from '../domain/catalog/share.ts'
import type { Duration, ProductFeature } from '../domain/purchases/products/product.ts'
import type { Seq } from '../domain/values/ids.ts'
import { need } from '../domain/values/condition.ts'
import type { Instant } from '../domain/values/instant.ts'
import { unlessLost } from '../platform/unless-lost.ts'
import { otherVersion } from '../schema/other-version.ts'
import { guards } from '../schema/user-tables.ts'
import { inList } from '../platform/in-list.ts'
import { productReferences, products } from '../schema/catalog-tables.ts'
import { catalogVersion, raiseCatalogVersion } from './catalog-version.ts'
import { type ChangeTerms, logProduct } from './log-change.ts'
import { type ProductReference, shownReference } from './product-reference.ts'
import { takesFromEverybody } from './takes-from-everybody.ts'

/** What a product gives, in the words in which it was asked for: they do not repeat what features are. */
export function askedFeatures(features: readonly ProductFeature[]): readonly AskedFeature[] {
  return features.map((feature) => {
    const { type: _type, overage: _overage, combine: _combine, amount, ...asked } = feature
    // Of a right alone none was asked for.
    return amount === undefined || amount === 0 ? asked : { ...asked, amount }
  })
}

export type AskedFeature = Omit<ProductFeature, 'type' | 'overage' | 'combine'>

/** A product as the catalog has it. `version` is the catalog's at its last change. */
export interface CatalogProduct {
  readonly id: string
  readonly name: string
  readonly features: readonly ProductFeature[]
  /** Absent of one that does not end by itself. */
  readonly duration?: Duration
  /** The share of all users that has it without a row; absent of one that nobody has so. */
  readonly everyone?: Share | undefined
  readonly references: readonly ProductReference[]
  readonly archivedAt: Instant | null
  readonly version: Seq
}

export async function productById(d1: D1Database, id: string): Promise<CatalogProduct | null> {
  const [product] = await withReferences(
    d1,
    await drizzle(d1).select().from(products).where(eq(products.id, id)),
  )
  return product ?? null
}

export async function productPage(
  d1: D1Database,
  { after, limit }: { after: string | null; limit: number },
): Promise<readonly CatalogProduct[]> {
  const rows = await drizzle(d1)
    .select()
    .from(products)
    .where(after === null ? undefined : gt(products.id, after))
    .orderBy(asc(products.id))
    .limit(limit)
  return withReferences(d1, rows)
}

type ArchivalOutcome =
  { readonly type: 'changed' | 'same'; readonly product: CatalogProduct } | { readonly type: 'would_revoke' }

/**
 * No longer sold, and no longer everybody's, which has to be confirmed. `null` when there is no such product. Throws
 * `VersionDiffers`.
 */
export async function archiveProduct(
  d1: D1Database,
  id: string,
  confirmed: boolean,
  terms: ChangeTerms,
): Promise<ArchivalOutcome | null> {
  const before = await productById(d1, id)
  if (before === null) return null
  need(terms.condition, before)
  if (before.archivedAt !== null) return { type: 'same', product: before }
  if (!confirmed && takesFromEverybody(before, { ...before, archivedAt: terms.at })) {
    return { type: 'would_revoke' }
  }
  const db = drizzle(d1)
  const archived = await unlessLost(
    db.batch([
      db
        .insert(guards)
        .select(otherVersion(before.version, sql`(SELECT version FROM products WHERE id = ${id})`)),
      raiseCatalogVersion(d1),
      db
        .update(products)
        .set({ archivedAt: terms.at, version: catalogVersion() })
        .where(eq(products.id, id))
        .returning({ version: products.version }),
      logProduct(d1, id, terms),
    ]),
  )
  const [row] = archived?.[2] ?? []
  if (row === undefined) return archiveProduct(d1, id, confirmed, terms)
  return { type: 'changed', product: { ...before, archivedAt: terms.at, version: row.version } }
}

async function withReferences(
  d1: D1Database,
  rows: readonly (typeof products.$inferSelect)[],
): Promise<readonly CatalogProduct[]> {
  const references = await drizzle(d1)
    .select()
    .from(productReferences)
    .where(
      inList(
        productReferences.productId,
        rows.map(({ id }) => id),
      ),
    )
    .orderBy(asc(productReferences.provider), asc(productReferences.account), asc(productReferences.ref))
  return rows.map(({ duration, everyone, ...row }) => ({
    ...row,
    ...(duration === null ? {} : { duration: JSON.parse(duration) as Duration }),
    ...(everyone === null ? {} : { everyone: JSON.parse(everyone) as Share }),
    features: JSON.parse(row.features) as readonly ProductFeature[],
    references: references.filter(({ productId }) => productId === row.id).map(shownReference),
  }))
}
