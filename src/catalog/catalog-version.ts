import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { catalog } from '../schema/catalog-tables.ts'

/** Every change of the catalog starts with this statement: batches that were decided before it abort. */
export function raiseCatalogVersion(d1: D1Database) {
  return drizzle(d1)
    .update(catalog)
    .set({ version: sql`${catalog.version} + 1` })
}

/** The version that the catalog has within a batch. */
export function catalogVersion() {
  return sql<number>`(SELECT version FROM catalog)`
}

/** Reads as little as can be read: throws when D1 does not answer or was never migrated. */
export async function ensureCatalog(d1: D1Database): Promise<void> {
  const db = drizzle(d1)
  // As a batch, of which the size of the database is taken.
  const [rows] = await db.batch([db.select().from(catalog)])
  if (rows.length !== 1) throw new Error('The catalog has no version: apply the migrations')
}
