import { type Catalog, recordToCatalog } from '../../domain/catalog/catalog.ts'
import { D1_TIMEOUT_MS, within } from '../../platform/deadline.ts'
import { readCatalog } from '../store/catalog/read-catalog.ts'

/** Objects that loaded their user before the last change decide by the catalog of then, and learn of it when they record. */
const VERSIONS_MAX = 3

/** The newest versions of the catalog, read once for all users' objects of an isolate. */
export class Catalogs {
  readonly #d1: D1Database
  readonly #byVersion = new Map<number, Catalog>()

  constructor(d1: D1Database) {
    this.#d1 = d1
  }

  /** The catalog of a version; `null` where it has changed since. Throws when D1 does not answer. */
  async of(version: number): Promise<Catalog | null> {
    const known = this.#byVersion.get(version)
    if (known !== undefined) return known
    this.#keep(recordToCatalog(await within(D1_TIMEOUT_MS, readCatalog(this.#d1))))
    return this.#byVersion.get(version) ?? null
  }

  #keep(catalog: Catalog): void {
    this.#byVersion.set(catalog.version, catalog)
    // That was read first, and not the lowest: a database that was restored goes on from a lower version.
    const [oldest] = this.#byVersion.keys()
    if (this.#byVersion.size > VERSIONS_MAX && oldest !== undefined) this.#byVersion.delete(oldest)
  }
}
