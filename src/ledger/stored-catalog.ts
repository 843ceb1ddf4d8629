import type { CatalogRecord } from '../domain/catalog/catalog.ts'
import type { Instant } from '../domain/values/instant.ts'

/** The form of what lies in KV. A reader takes any other for a miss. */
const SCHEMA = 1

/** Where the catalog lies in KV. A restored ledger starts a new epoch, and so finds none of the old ones. */
export function catalogKey(epoch: number): string {
  return `catalog:${SCHEMA}:${epoch}`
}

/** The catalog, and when D1 confirmed it: nothing that was changed until then is missing. */
export interface ConfirmedCatalog {
  readonly confirmedAt: Instant
  readonly catalog: CatalogRecord
}

interface StoredCatalog extends ConfirmedCatalog {
  readonly schema: number
  readonly epoch: number
}

/**
 * A version, and when D1 confirmed it as the newest. It lies beside the catalog in KV, as its metadata: who has that version
 * need not parse it again.
 */
export interface CatalogMark {
  readonly version: number
  readonly confirmedAt: Instant
}

export function catalogToStored(epoch: number, { confirmedAt, catalog }: ConfirmedCatalog): StoredCatalog {
  return { schema: SCHEMA, epoch, confirmedAt, catalog }
}

export function catalogToMark({ confirmedAt, catalog }: ConfirmedCatalog): CatalogMark {
  return { version: catalog.version, confirmedAt }
}

/** The catalog, or `null` when it is of another form or epoch. */
export function storedToCatalog(stored: unknown, epoch: number): ConfirmedCatalog | null {
  if (typeof stored !== 'object' || stored === null) return null
  const { schema, epoch: storedEpoch, confirmedAt, catalog } = stored as Partial<StoredCatalog>
  if (schema !== SCHEMA || storedEpoch !== epoch || !isWhole(confirmedAt)) return null
  const { version, features, everyone } = catalog ?? {}
  const isCatalog = isWhole(version) && Array.isArray(features) && Array.isArray(everyone)
  return isCatalog && catalog ? { confirmedAt, catalog } : null
}

/** The mark, or `null` when it is of another form. */
export function storedToMark(metadata: unknown): CatalogMark | null {
  if (typeof metadata !== 'object' || metadata === null) return null
  const { version, confirmedAt } = metadata as Partial<CatalogMark>
  return isWhole(version) && isWhole(confirmedAt) ? { version, confirmedAt } : null
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
