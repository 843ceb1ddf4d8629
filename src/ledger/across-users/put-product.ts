import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { allowanceFor } from '../../domain/allowance.ts'
import { orderedText } from '../../domain/json.ts'
import type { Refusal } from '../../domain/refusal.ts'
import { type Result, err, ok } from '../../domain/result.ts'
import { d1Failure } from '../d1-failure.ts'
import { inList } from '../in-list.ts'
import { catalog, features, guards, productReferences, products } from '../schema.ts'
import { catalogVersion, raiseCatalogVersion } from './catalog-version.ts'
import { type CatalogProduct, type ProductFeature, type ProductReference, productById } from './products.ts'

/** How often a product is looked at again because the catalog changed meanwhile. */
const ATTEMPTS_MAX = 5

export type NewProduct = Pick<CatalogProduct, 'id' | 'name' | 'features' | 'references'>

export type ProductRefusal =
  | Extract<Refusal, { code: 'feature_unknown' | 'feature_archived' | 'value_missing' | 'value_not_allowed' }>
  | { readonly code: 'reference_taken'; readonly reference: ProductReference; readonly productId: string }

type PutProduct = Result<{ readonly created: boolean; readonly product: CatalogProduct }, ProductRefusal>

/** Creates a product or replaces what it gives and what stands for it; takes it out of the archive. */
export async function putProduct(d1: D1Database, asked: NewProduct): Promise<PutProduct> {
  const product = { ...asked, references: asked.references.toSorted(byProviderAndRef) }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await lookAndPut(d1, product)
    } catch (error) {
      if (d1Failure(error) !== 'lost' || attempt === ATTEMPTS_MAX) throw error
    }
  }
}

async function lookAndPut(d1: D1Database, product: NewProduct): Promise<PutProduct> {
  const db = drizzle(d1)
  const [catalogRow] = await db.select().from(catalog)
  const before = await productById(d1, product.id)
  if (before !== null && isSame(before, product)) return ok({ created: false, product: before })
  const refusal = (await featureRefusal(d1, product.features)) ?? (await referenceRefusal(d1, product))
  if (refusal !== null) return err(refusal)

  const { id, name, references } = product
  const written = {
    name,
    features: JSON.stringify(product.features),
    archivedAt: null,
    version: catalogVersion(),
  }
  const pairs = pairsOf(references)
  const [, , rows] = await db.batch([
    // All that was looked at is of one version of the catalog.
    db.insert(guards).select(sql`SELECT 0 WHERE ${catalogVersion()} <> ${catalogRow?.version ?? 0}`),
    raiseCatalogVersion(d1),
    db
      .insert(products)
      .values({ id, ...written })
      .onConflictDoUpdate({ target: products.id, set: written })
      .returning({ version: products.version }),
    db.delete(productReferences).where(eq(productReferences.productId, id)),
    db.insert(productReferences).select(sql`SELECT value ->> 0, value ->> 1, ${id} FROM json_each(${pairs})`),
  ])
  const version = rows[0]?.version ?? 0
  return ok({ created: before === null, product: { ...product, archivedAt: null, version } })
}

function isSame(before: CatalogProduct, { name, features, references }: NewProduct): boolean {
  return (
    before.archivedAt === null &&
    before.name === name &&
    orderedText(before.features) === orderedText(features) &&
    pairsOf(before.references) === pairsOf(references)
  )
}

function pairsOf(references: readonly ProductReference[]): string {
  return JSON.stringify(references.map(({ provider, ref }) => [provider, ref]))
}

/** The order in which they are read again. */
function byProviderAndRef(a: ProductReference, b: ProductReference): number {
  return a.provider === b.provider ? (a.ref < b.ref ? -1 : 1) : a.provider < b.provider ? -1 : 1
}

async function featureRefusal(
  d1: D1Database,
  given: readonly ProductFeature[],
): Promise<ProductRefusal | null> {
  const keys = given.map(({ feature }) => feature)
  const rows = await drizzle(d1).select().from(features).where(inList(features.key, keys))
  for (const { feature: key, value } of given) {
    const feature = rows.find((row) => row.key === key)
    if (feature === undefined) return { code: 'feature_unknown', feature: key }
    if (feature.archivedAt !== null) return { code: 'feature_archived', feature: key }
    const allowance = allowanceFor(feature, value)
    if (!allowance.ok) return allowance.error
  }
  return null
}

async function referenceRefusal(
  d1: D1Database,
  { id, references }: NewProduct,
): Promise<ProductRefusal | null> {
  const pairs = sql`(SELECT value ->> 0, value ->> 1 FROM json_each(${pairsOf(references)}))`
  const [taken] = await drizzle(d1)
    .select()
    .from(productReferences)
    .where(sql`(provider, ref) IN ${pairs} AND product_id <> ${id}`)
    .limit(1)
  if (taken === undefined) return null
  const { provider, ref, productId } = taken
  return { code: 'reference_taken', reference: { provider, ref }, productId }
}
