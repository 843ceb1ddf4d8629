import type { CatalogRecord } from '../domain/catalog/catalog.ts'
import type { Instant } from '../domain/values/instant.ts'
import { catalogSince } from '../ledger/store/catalog/catalog-since.ts'
import { readCatalog } from '../ledger/store/catalog/read-catalog.ts'
import { catalogKey, catalogToMark, catalogToStored } from '../ledger/stored-catalog.ts'
import { D1_TIMEOUT_MS, within } from '../platform/deadline.ts'
import { errorText, log } from '../platform/log.ts'

/** A copy decides nothing once it is older than 90 s; one that outlives that is of no use. */
const TTL_SECONDS = 300

/** How long KV may take before a put counts as failed. */
const PUT_TIMEOUT_MS = 10_000

export interface PublishDeps {
  readonly d1: D1Database
  readonly kv: KVNamespace
  readonly epoch: number
  readonly now: () => Instant
}

/**
 * Puts the catalog into KV as it is in D1 now. An older one may land after a newer one: it says itself when it was confirmed, and
 * is renewed soon. Never throws: what was changed is recorded, and who asks D1 finds it.
 *
 * Returns the catalog, of which no more than the version is read where it is `known`; `null` where it was not put.
 */
export async function publishCatalog(
  { d1, kv, epoch, now }: PublishDeps,
  known: CatalogRecord | null = null,
): Promise<CatalogRecord | null> {
  try {
    // Before it is read: what is changed from then on may be missing.
    const confirmedAt = now()
    const confirmed = { confirmedAt, catalog: await within(D1_TIMEOUT_MS, newestCatalog(d1, known)) }
    const stored = JSON.stringify(catalogToStored(epoch, confirmed))
    const put = kv.put(catalogKey(epoch), stored, {
      expirationTtl: TTL_SECONDS,
      metadata: catalogToMark(confirmed),
    })
    await within(PUT_TIMEOUT_MS, put)
    return confirmed.catalog
  } catch (error) {
    log('warn', 'catalog_not_published', { error: errorText(error) })
    return null
  }
}

async function newestCatalog(d1: D1Database, known: CatalogRecord | null): Promise<CatalogRecord> {
  return known === null ? readCatalog(d1) : ((await catalogSince(d1, known.version)) ?? known)
}
