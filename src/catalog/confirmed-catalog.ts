import type { CatalogRecord } from '../domain/catalog/catalog.ts'
import type { Instant } from '../domain/values/instant.ts'
import { catalogSince } from '../ledger/store/catalog/catalog-since.ts'
import { readCatalog } from '../ledger/store/catalog/read-catalog.ts'
import type { ConfirmedCatalog } from '../ledger/stored-catalog.ts'
import { D1_TIMEOUT_MS, within } from '../platform/deadline.ts'

export interface ConfirmDeps {
  readonly d1: D1Database
  readonly now: () => Instant
}

/** The catalog as it is in D1 now, of which no more than the version is read where it is `known`. Throws where D1 does not tell. */
export async function confirmedCatalog(
  { d1, now }: ConfirmDeps,
  known: CatalogRecord | null = null,
): Promise<ConfirmedCatalog> {
  // Before it is read: what is changed from then on may be missing.
  const confirmedAt = now()
  return { confirmedAt, catalog: await within(D1_TIMEOUT_MS, newestCatalog(d1, known)) }
}

async function newestCatalog(d1: D1Database, known: CatalogRecord | null): Promise<CatalogRecord> {
  return known === null ? readCatalog(d1) : ((await catalogSince(d1, known.version)) ?? known)
}
