import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { allowanceFor } from '../../domain/allowance.ts'
import type { Json } from '../../domain/json.ts'
import type { Refusal } from '../../domain/refusal.ts'
import { type Result, err, ok } from '../../domain/result.ts'
import { d1Failure } from '../d1-failure.ts'
import { inList } from '../in-list.ts'
import { productReferences, products } from '../schema.ts'
import { type CatalogFeature, catalogVersion, featureByKey, raiseCatalogVersion } from './features.ts'

/** What a product gives of one feature. */
export interface ProductFeature {
  readonly feature: string
  readonly value?: Json | undefined
  readonly priority?: number | undefined
}

/** The id by which a provider sells a product: of its price, variant or product. */
export interface ProductReference {
  readonly provider: string
  readonly ref: string
}

/** A product as the catalog has it. `version` is the catalog's at its last change. */
export interface CatalogProduct {
  readonly id: string
  readonly name: string
  readonly features: readonly ProductFeature[]
  readonly references: readonly ProductReference[]
  readonly archivedAt: number | null
  readonly version: number
}

export type ProductRefusal =
  | Extract<Refusal, { code: 'feature_unknown' | 'feature_archived' | 'value_missing' | 'value_not_allowed' }>
  | { readonly code: 'reference_taken'; readonly reference: ProductReference; readonly productId: string }

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

/** Creates a product or replaces what it gives and what stands for it; takes it out of the archive. */
export async function putProduct(
  d1: D1Database,
  product: Pick<CatalogProduct, 'id' | 'name' | 'features' | 'references'>,
): Promise<Result<{ readonly created: boolean; readonly product: CatalogProduct }, ProductRefusal>> {
  const { id, name } = product
  const refusal = (await featureRefusal(d1, product.features)) ?? (await referenceRefusal(d1, product))
  if (refusal !== null) return err(refusal)

  const created = (await productById(d1, id)) === null
  const db = drizzle(d1)
  const written = {
    name,
    features: JSON.stringify(product.features),
    archivedAt: null,
    version: catalogVersion(),
  }
  const references = product.references.map((reference) => ({ ...reference, productId: id }))
  const batch = db.batch([
    raiseCatalogVersion(d1),
    db
      .insert(products)
      .values({ id, ...written })
      .onConflictDoUpdate({ target: products.id, set: written }),
    db.delete(productReferences).where(eq(productReferences.productId, id)),
    ...references.map((reference) => db.insert(productReferences).values(reference)),
  ])
  try {
    await batch
  } catch (error) {
    // Between the look and the write another product took a reference: the second look says which.
    if (d1Failure(error) === 'refused') {
      const taken = await referenceRefusal(d1, product)
      if (taken !== null) return err(taken)
    }
    throw error
  }
  const now = await productById(d1, id)
  if (now === null) throw new Error(`Cannot find product "${id}" just after it was written`)
  return ok({ created, product: now })
}

/** No longer sold. `null` when there is no such product. */
export async function archiveProduct(
  d1: D1Database,
  id: string,
  now: number,
): Promise<CatalogProduct | null> {
  const before = await productById(d1, id)
  if (before === null || before.archivedAt !== null) return before
  const db = drizzle(d1)
  await db.batch([
    raiseCatalogVersion(d1),
    db
      .update(products)
      .set({ archivedAt: now, version: catalogVersion() })
      .where(and(eq(products.id, id), isNull(products.archivedAt))),
  ])
  return productById(d1, id)
}

async function featureRefusal(
  d1: D1Database,
  given: readonly ProductFeature[],
): Promise<ProductRefusal | null> {
  for (const { feature: key, value } of given) {
    const feature: CatalogFeature | null = await featureByKey(d1, key)
    if (feature === null) return { code: 'feature_unknown', feature: key }
    if (feature.archivedAt !== null) return { code: 'feature_archived', feature: key }
    const allowance = allowanceFor(feature, value)
    if (!allowance.ok) return allowance.error
  }
  return null
}

async function referenceRefusal(
  d1: D1Database,
  { id, references }: Pick<CatalogProduct, 'id' | 'references'>,
): Promise<ProductRefusal | null> {
  const wanted = JSON.stringify(references.map(({ provider, ref }) => [provider, ref]))
  const taken = await drizzle(d1)
    .select()
    .from(productReferences)
    .where(
      sql`(provider, ref) IN (SELECT value ->> 0, value ->> 1 FROM json_each(${wanted})) AND product_id <> ${id}`,
    )
  const [first] = taken
  if (first === undefined) return null
  const { provider, ref, productId } = first
  return { code: 'reference_taken', reference: { provider, ref }, productId }
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
    .orderBy(asc(productReferences.provider), asc(productReferences.ref))
  return rows.map((row) => ({
    ...row,
    features: JSON.parse(row.features) as readonly ProductFeature[],
    references: references
      .filter(({ productId }) => productId === row.id)
      .map(({ provider, ref }) => ({ provider, ref })),
  }))
}
