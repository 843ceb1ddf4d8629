import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { planReference } from '../domain/purchases/plans/plan.ts'
import { type Offer, givesLess } from '../domain/purchases/products/gives-less.ts'
import { referenceAccountIn } from '../schema/reference-account-in.ts'
import { changedReferences } from '../schema/catalog-tables.ts'
import { catalogVersion } from './catalog-version.ts'
import { type ProductReference, keysIn, without } from './product-reference.ts'
import type { CatalogProduct } from './products.ts'

/** How far sources are counted: whoever reads more than that only wants to know that there are many. */
export const SOURCES_MAX = 1000

/**
 * The references by which something was bought that the product would no longer give: a feature, as much of it, or for as
 * long.
 */
export function takenFrom(before: Named | null, after: Named): readonly ProductReference[] {
  if (before === null) return []
  return givesLess([before], [after])
    ? [...before.references, planReference(before.id)]
    : without(before.references, after.references)
}

type Named = Offer & Pick<CatalogProduct, 'id' | 'references'>

/** How many sources of a product still give what it gave before, counted up to a thousand. */
export function settlingSources(d1: D1Database, productId: string): Promise<number> {
  return count(
    d1,
    sql`SELECT DISTINCT named.user_id, named.provider, named.account, named.ref
      FROM changed_references AS changed
      JOIN source_references AS named INDEXED BY source_references_by_reference
        ON named.provider = changed.provider AND named.reference = changed.ref
        AND named.catalog_version < changed.catalog_version
      WHERE changed.product_id = ${productId}
        AND NOT EXISTS (
          SELECT 1 FROM product_references AS other WHERE other.provider = named.provider
            AND other.account = ${referenceAccountIn(sql`named.provider`, sql`named.account`)}
            AND other.ref = named.reference AND other.product_id <> changed.product_id)`,
  )
}

/**
 * Lets the job of catalog changes settle every source that names one of the references of a product; one of the same name in
 * another account is settled as well, and nothing comes of it.
 */
export function markChanged(d1: D1Database, productId: string, references: readonly ProductReference[]) {
  return drizzle(d1)
    .insert(changedReferences)
    .select(
      sql`SELECT DISTINCT provider, ref, ${catalogVersion()}, ${productId}, '', 0, 0 FROM ${keysIn(references)} WHERE true`,
    )
    .onConflictDoUpdate({
      target: [changedReferences.provider, changedReferences.ref],
      set: { catalogVersion: catalogVersion(), productId, goesOnAfter: '', rounds: 0, dueAt: 0 },
    })
}

async function count(d1: D1Database, sources: SQL): Promise<number> {
  const row = await drizzle(d1).get<{ total: number }>(
    sql`SELECT count(*) AS total FROM (${sources} LIMIT ${SOURCES_MAX})`,
  )
  return row.total
}
