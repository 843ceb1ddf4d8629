import { type Catalog, type CatalogRecord, recordToCatalog } from '../domain/catalog/catalog.ts'
import type { Instant } from '../domain/values/instant.ts'
import type { CatalogMark } from '../ledger/stored-catalog.ts'

/** A copy that D1 confirmed longer ago decides nothing: so every change of the catalog shows everywhere within this. */
const MAX_AGE_MS = 90_000

/** Past this D1 is asked beside KV, whose value is not renewed as it should be. */
const AGEING_MS = 45_000

/** A catalog that may decide, and where it was found. */
export interface CatalogCopy {
  readonly catalog: Catalog
  /** When D1 last confirmed that no later version exists. */
  readonly confirmedAt: Instant
  readonly source: 'memory' | 'kv' | 'ledger'
}

/** The catalog that an isolate remembers. It never goes back to a lower version. */
export class CatalogMemory {
  #copy: CatalogCopy | null = null
  /** The confirmation as it was told: one that is ahead of this machine's clock counts as of now, and once. */
  #toldAt: Instant = -Infinity

  /** What may decide at a moment. */
  at(now: Instant): CatalogCopy | null {
    const copy = this.#copy
    return copy !== null && now - copy.confirmedAt < MAX_AGE_MS ? copy : null
  }

  isAgeing(now: Instant): boolean {
    return this.#copy === null || now - this.#copy.confirmedAt > AGEING_MS
  }

  /** The version that is known, however long ago it was confirmed; `null` for none. */
  get version(): number | null {
    return this.#copy?.catalog.version ?? null
  }

  /** Takes in what was heard of a version at `now`. `false` where that is a later one than is known. */
  confirm({ version, confirmedAt }: CatalogMark, now: Instant): boolean {
    const known = this.#copy?.catalog
    if (known === undefined || version > known.version) return false
    if (version === known.version && confirmedAt > this.#toldAt) this.#keep(known, confirmedAt, now)
    return true
  }

  /** Takes in a whole catalog that was found at `now`. */
  take(record: CatalogRecord, confirmedAt: Instant, now: Instant): void {
    if (this.confirm({ version: record.version, confirmedAt }, now)) return
    this.#keep(recordToCatalog(record), confirmedAt, now)
  }

  #keep(catalog: Catalog, confirmedAt: Instant, now: Instant): void {
    this.#copy = { catalog, confirmedAt: Math.min(confirmedAt, now), source: 'memory' }
    this.#toldAt = confirmedAt
  }
}
