import type { CatalogRecord } from '../domain/catalog/catalog.ts'
import { type ConfirmDeps, confirmedCatalog } from './confirmed-catalog.ts'
import { type PublishDeps, publishCatalog } from './publish-catalog.ts'

/** Has D1 confirm the catalog in KV anew, for one row that is read as long as nothing was changed. */
export class CatalogRenewal {
  readonly #deps: ConfirmDeps & PublishDeps
  /** What was put last. */
  #known: CatalogRecord | null = null

  constructor(deps: ConfirmDeps & PublishDeps) {
    this.#deps = deps
  }

  /** Never throws. */
  async renew(): Promise<void> {
    const confirming = confirmedCatalog(this.#deps, this.#known)
    this.#known = (await publishCatalog(this.#deps, confirming)) ?? this.#known
  }
}
