import type { CatalogRecord } from '../../../domain/catalog/catalog.ts'
import { readCatalog } from './read-catalog.ts'

/** Reads the catalog as it is in D1 now; `null` where it is still at the version that is known, for one row that is read. */
export async function catalogSince(d1: D1Database, known: number | null): Promise<CatalogRecord | null> {
  if (known !== null && (await versionIn(d1)) === known) return null
  return readCatalog(d1)
}

async function versionIn(d1: D1Database): Promise<number> {
  const { results } = await d1
    .prepare('SELECT version FROM catalog WHERE id = 1')
    .all<{ readonly version: number }>()
  return results[0]?.version ?? 0
}
