import type { Seq } from '../domain/values/ids.ts'
import type { CatalogCopy } from './catalog-memory.ts'
import type { Demand } from './freshness.ts'

/** The ledger did not answer, and no copy may answer in its place. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable'
}

/** The ledger, or the catalog, has not reached the version that was asked for. */
export class VersionUnknown extends Error {
  override readonly name = 'VersionUnknown'
  /** The newest there is. */
  readonly newest: { readonly version: Seq } | { readonly catalogVersion: number }

  constructor(newest: VersionUnknown['newest']) {
    const what = 'version' in newest ? `version is ${newest.version}` : `catalog is ${newest.catalogVersion}`
    super(`The newest ${what}`)
    this.newest = newest
  }
}

/** Throws where the catalog that was found is not what was asked for: that is known, or nobody knows. */
export function expectCatalog(copy: CatalogCopy | null, { minCatalogVersion }: Demand): void {
  if (copy === null && minCatalogVersion > 0) throw new LedgerUnavailable('No catalog of that version')
  if (copy !== null && copy.catalog.version < minCatalogVersion) {
    throw new VersionUnknown({ catalogVersion: copy.catalog.version })
  }
}
