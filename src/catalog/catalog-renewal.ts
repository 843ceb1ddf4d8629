import type { CatalogRecord } from '../domain/catalog/catalog.ts'
import { type PublishDeps, publishCatalog } from './publish-catalog.ts'

/** Has D1 confirm the catalog in KV anew, for one row that is read as long as nothing was changed. */
export class CatalogRenewal {
  readonly #deps: PublishDeps
  /** What was put last. */
  #known: CatalogRecord | null = null

  constructor(deps: PublishDeps) {
    this.#deps = deps
  }

  /** Never throws. */
  async renew(): Promise<void> {
    this.#known = (await publishCatalog(this.#deps, this.#known)) ?? this.#known
  }
}
