import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { features, products } from '../schema/catalog-tables.ts'

/** So many features and so many products there may be, archived ones too: all of them lie in the memory of each isolate. */
export const CATALOG_ROWS_MAX = 1000

type CatalogTable = typeof features | typeof products

/** Whether there is no room for one more. */
export async function isCatalogFull(d1: D1Database, table: CatalogTable): Promise<boolean> {
  const row = await drizzle(d1).get<{ total: number }>(sql`SELECT ${countOf(table)} AS total`)
  return row.total >= CATALOG_ROWS_MAX
}

/** In SQL, a row for `guards`, which ends its batch, where by now there is no room for one more. */
export function noRoom(table: CatalogTable): SQL {
  return sql`SELECT 0 WHERE ${countOf(table)} >= ${CATALOG_ROWS_MAX}`
}

function countOf(table: CatalogTable): SQL {
  return sql`(SELECT count(*) FROM ${table})`
}
