import { asc, desc, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Share } from '../domain/catalog/share.ts'
import type { Duration, ProductFeature } from '../domain/purchases/products/product.ts'
import type { Instant } from '../domain/values/instant.ts'
import { catalogChanges } from '../schema/catalog-tables.ts'
import type { CatalogFeature } from './features.ts'
import { type ProductReference, inOrder } from './product-reference.ts'
import type { CatalogProduct } from './products.ts'

/** A change of the catalog: what a feature or a product is since then. */
export type CatalogChange = {
  readonly version: number
  readonly key: string
  /** `null`, with nobody named, of what was there before changes were recorded. */
  readonly at: Instant | null
  readonly actor: string | null
  readonly reason: string | null
} & (
  | { readonly kind: 'feature'; readonly what: CatalogFeature }
  | { readonly kind: 'product'; readonly what: CatalogProduct }
)

/** Where a change stands among all. */
export type ChangePlace = [version: number, kind: string, key: string]

interface ChangeRequest {
  readonly order: 'oldest' | 'newest'
  readonly after: ChangePlace | null
  readonly limit: number
}

/** A page of all changes beyond a place. They are only added to, so pages never shift. */
export async function changePage(
  d1: D1Database,
  { order, after, limit }: ChangeRequest,
): Promise<readonly CatalogChange[]> {
  const { version, kind, key } = catalogChanges
  const place = sql`(${version}, ${kind}, ${key})`
  const [beyond, by] = order === 'oldest' ? [sql`>`, asc] : [sql`<`, desc]
  const rows = await drizzle(d1)
    .select()
    .from(catalogChanges)
    .where(after === null ? undefined : sql`${place} ${beyond} (${after[0]}, ${after[1]}, ${after[2]})`)
    .orderBy(by(version), by(kind), by(key))
    .limit(limit)
  return rows.map(rowToChange)
}

function rowToChange({ kind, what, ...row }: typeof catalogChanges.$inferSelect): CatalogChange {
  return kind === 'feature'
    ? { ...row, kind, what: { ...BEFORE_COUNTING, ...(JSON.parse(what) as CatalogFeature) } }
    : { ...row, kind, what: loggedProduct(JSON.parse(what) as LoggedProduct) }
}

/** What a feature was before there was any such thing. */
const BEFORE_COUNTING = { held: false, windowMs: null, spends: null, overageMax: null }

/** A product with the members that migration 0023 gave it. */
interface LoggedProduct extends Omit<CatalogProduct, 'duration' | 'everyone'> {
  readonly features: readonly ProductFeature[]
  readonly duration: Duration | null
  readonly everyone: Share | null
  readonly references: readonly Required<ProductReference>[]
}

function loggedProduct({ duration, everyone, references, ...product }: LoggedProduct): CatalogProduct {
  return {
    ...product,
    ...(duration === null ? {} : { duration }),
    ...(everyone === null ? {} : { everyone }),
    references: inOrder(references),
  }
}
