import { env } from 'cloudflare:workers'
import { CatalogRenewal } from '../../src/catalog/catalog-renewal.ts'
import { catalogKey } from '../../src/ledger/stored-catalog.ts'
import type { ShownCatalog } from './kv-at-location.ts'

/** What the catalog says of one feature since one of its versions. */
interface CatalogState {
  /** Whether everybody has it. */
  readonly isGiven: boolean
  readonly isEnabled: boolean
}

interface KnownVersion extends CatalogState {
  readonly version: number
  /** When it came to be. */
  readonly at: number
}

/** A boolean feature of its own in the catalog of D1, and what was said of it, version by version. */
export class ChangingCatalog {
  readonly feature = `perk-${crypto.randomUUID()}`
  readonly product = `free-${crypto.randomUUID()}`
  readonly #versions: KnownVersion[] = []

  /** From now on the catalog in D1 says this. Answers its version. */
  async change({ isGiven, isEnabled }: CatalogState): Promise<number> {
    const [feature, product] = [this.feature, this.product]
    const sold = JSON.stringify([{ feature, type: 'boolean' }])
    const everyone = isGiven ? JSON.stringify({ percent: 100, seed: product }) : null
    await env.DB.batch([
      env.DB.prepare('UPDATE catalog SET version = version + 1'),
      env.DB.prepare(
        `INSERT INTO features (key, type, version, disabled_at) VALUES (?1, 'boolean', 1, ?2)
         ON CONFLICT (key) DO UPDATE SET disabled_at = ?2`,
      ).bind(feature, isEnabled ? null : 1),
      env.DB.prepare(
        `INSERT INTO products (id, name, features, everyone, version) VALUES (?1, ?1, ?2, ?3, 1)
         ON CONFLICT (id) DO UPDATE SET everyone = ?3`,
      ).bind(product, sold, everyone),
    ])
    const [row] = (await env.DB.prepare('SELECT version FROM catalog').all<{ version: number }>()).results
    const version = row?.version ?? 0
    this.#versions.push({ version, at: Date.now(), isGiven, isEnabled })
    return version
  }

  get newest(): number {
    return this.#versions.at(-1)?.version ?? 0
  }

  /** What it said at a version. */
  at(version: number): CatalogState {
    const known = this.#versions.findLast((one) => one.version <= version)
    if (known === undefined) throw new Error(`Nothing was said at version ${version}`)
    return known
  }

  /** How long ago a version was followed by another one; negative while it is the newest. */
  outdatedForMs(version: number): number {
    const next = this.#versions.find((one) => one.version > version)
    return next === undefined ? -1 : Date.now() - next.at
  }
}

/** Puts the catalog into KV as it is in D1, by a clock that may be off, and answers what KV shows since then. */
export async function publishedCatalog(skewMs = 0): Promise<ShownCatalog> {
  const deps = { d1: env.DB, kv: env.KV, epoch: 1, now: () => Date.now() + skewMs }
  await new CatalogRenewal(deps).renew()
  return env.KV.getWithMetadata(catalogKey(1), 'text')
}
