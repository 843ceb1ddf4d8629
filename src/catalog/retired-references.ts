import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { retiredReferences } from '../schema/shared-tables.ts'
import { catalogVersion } from './catalog-version.ts'
import { type ProductReference, keysIn } from './product-reference.ts'

/**
 * Keeps in mind the references that leave a product, until they are mapped again: what somebody took away is not given
 * by what it followed, as what nobody has mapped yet is. Statements for the batch that maps.
 */
export function retire(
  d1: D1Database,
  gone: readonly ProductReference[],
  mapped: readonly ProductReference[],
) {
  const db = drizzle(d1)
  return [
    db.delete(retiredReferences).where(sql`(provider, account, ref) IN ${keysIn(mapped)}`),
    db
      .insert(retiredReferences)
      .select(sql`SELECT provider, account, ref, ${catalogVersion()} FROM ${keysIn(gone)} WHERE true`)
      .onConflictDoUpdate({
        target: [retiredReferences.provider, retiredReferences.account, retiredReferences.ref],
        set: { catalogVersion: catalogVersion() },
      }),
  ] as const
}
