import type { CatalogRecord } from '../domain/catalog/catalog.ts'
import type { Instant } from '../domain/values/instant.ts'
import { type ConfirmedCatalog, catalogKey, storedToCatalog, storedToMark } from '../ledger/stored-catalog.ts'
import { Flights } from '../platform/flights.ts'
import { errorText, log } from '../platform/log.ts'
import { type CatalogCopy, CatalogMemory } from './catalog-memory.ts'

/** As text: who has its version need not parse it. KV's own cache takes no less than 30 s. */
const READ = { type: 'text', cacheTtl: 30 } as const

/** KV is asked again after this long. */
const ASK_AGAIN_MS = 10_000

/** After D1 did not answer, so long nobody waits for it: they are answered without a catalog. */
const PAUSE_MS = 1000

/** There is one of it. */
const KEY = 'catalog'

export interface CatalogReaderDeps {
  readonly kv: KVNamespace
  readonly epoch: number
  readonly timeoutMs: number
  readonly now: () => Instant
  /** Reads the catalog from D1; `null` where it is still at the version that is known. */
  readonly catalogSince: (known: number | null) => Promise<CatalogRecord | null>
  /** Lets work go on after the answer, and after the caller has hung up. */
  readonly waitUntil: (work: Promise<unknown>) => void
}

/**
 * The catalog as this isolate knows it: from memory, which asks KV again in the background, and D1 where KV is behind; else
 * from KV, and where that has none that may decide, from D1. One flight to each at a time.
 */
export class CatalogReader {
  readonly #deps: CatalogReaderDeps
  readonly #memory = new CatalogMemory()
  readonly #ofKv: Flights<void>
  readonly #ofD1: Flights<void>
  #askKvFrom: Instant = -Infinity
  #askD1From: Instant = -Infinity

  constructor(deps: CatalogReaderDeps) {
    this.#deps = deps
    this.#ofKv = new Flights(deps)
    this.#ofD1 = new Flights(deps)
  }

  /** What is remembered, if it may decide. Nobody waits for what it asks in the background. */
  remembered(now: Instant): CatalogCopy | null {
    const copy = this.#memory.at(now)
    if (copy !== null && now >= this.#askKvFrom) this.#deps.waitUntil(this.#renew())
    return copy
  }

  /**
   * A catalog that may decide, of the version at least, or what D1 has now if that is lower; `null` where neither KV nor D1 tells
   * of one.
   */
  async find(minVersion: number): Promise<CatalogCopy | null> {
    const known = this.remembered(this.#deps.now())
    if (known !== null && known.catalog.version >= minVersion) return known
    const found = await this.#fromKv()
    if (found !== null && found.catalog.version >= minVersion) return found
    return this.#fromD1(minVersion)
  }

  /** Takes in a catalog, and when D1 confirmed it. */
  learn({ catalog, confirmedAt }: ConfirmedCatalog): void {
    this.#memory.take(catalog, confirmedAt, this.#deps.now())
  }

  async #renew(): Promise<void> {
    await this.#fromKv()
    if (this.#memory.isAgeing(this.#deps.now())) await this.#fromD1(0)
  }

  /** What may decide once KV has answered; a KV that fails or hangs is a KV that has nothing. */
  async #fromKv(): Promise<CatalogCopy | null> {
    const { now } = this.#deps
    const joined = this.#ofKv.joined(KEY)
    if (joined === null && now() < this.#askKvFrom) return this.#memory.at(now())
    try {
      await (joined ?? this.#ofKv.started(KEY, this.#askKv()))
    } catch (error) {
      log('warn', 'kv_did_not_answer', { error: errorText(error) })
    }
    return this.#foundIn('kv')
  }

  async #fromD1(minVersion: number): Promise<CatalogCopy | null> {
    const { now } = this.#deps
    try {
      const joined = this.#ofD1.joined(KEY)
      await joined
      if (joined !== null && (this.#memory.version ?? 0) >= minVersion) return this.#foundIn('ledger')
      if (now() < this.#askD1From) return null
      // What is under way by now left after this question came.
      await (this.#ofD1.joined(KEY) ?? this.#ofD1.started(KEY, this.#askD1()))
      return this.#foundIn('ledger')
    } catch (error) {
      if (now() >= this.#askD1From) log('error', 'catalog_did_not_come', { error: errorText(error) })
      this.#askD1From = now() + PAUSE_MS
      return null
    }
  }

  #foundIn(source: CatalogCopy['source']): CatalogCopy | null {
    const copy = this.#memory.at(this.#deps.now())
    return copy === null ? null : { ...copy, source }
  }

  async #askKv(): Promise<void> {
    const { kv, epoch, now } = this.#deps
    this.#askKvFrom = now() + ASK_AGAIN_MS
    const { value, metadata } = await kv.getWithMetadata(catalogKey(epoch), READ)
    const mark = storedToMark(metadata)
    if (value === null || mark === null || this.#memory.confirm(mark, now())) return
    const found = storedToCatalog(JSON.parse(value), epoch)
    if (found !== null) this.learn(found)
  }

  async #askD1(): Promise<void> {
    const { catalogSince, now } = this.#deps
    const { version } = this.#memory
    const confirmedAt = now()
    const record = await catalogSince(version)
    if (record !== null) this.learn({ catalog: record, confirmedAt })
    else if (version !== null) this.#memory.confirm({ version, confirmedAt }, now())
  }
}
