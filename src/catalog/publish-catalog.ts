import type { CatalogRecord } from '../domain/catalog/catalog.ts'
import {
  type ConfirmedCatalog,
  catalogKey,
  catalogToMark,
  catalogToStored,
} from '../ledger/stored-catalog.ts'
import { within } from '../platform/deadline.ts'
import { errorText, log } from '../platform/log.ts'

/** A copy decides nothing once it is older than 90 s; one that outlives that is of no use. */
const TTL_SECONDS = 300

/** How long KV may take before a put counts as failed. */
const PUT_TIMEOUT_MS = 10_000

export interface PublishDeps {
  readonly kv: KVNamespace
  readonly epoch: number
}

/**
 * Puts the catalog into KV once D1 has told it. An older one may land after a newer one: it says itself when it was confirmed, and is
 * renewed soon. Never throws: what was changed is recorded, and who asks D1 finds it.
 *
 * Returns the catalog; `null` where it was not put.
 */
export async function publishCatalog(
  { kv, epoch }: PublishDeps,
  confirming: Promise<ConfirmedCatalog>,
): Promise<CatalogRecord | null> {
  try {
    const confirmed = await confirming
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
