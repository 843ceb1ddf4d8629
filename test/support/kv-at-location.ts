import { env } from 'cloudflare:workers'
import { snapshotKey } from '../../src/ledger/stored-snapshot.ts'

/** What a place sees of the catalog. */
export interface ShownCatalog {
  readonly value: string | null
  readonly metadata: unknown
}

/** That there is none. */
export const NO_CATALOG_SHOWN: ShownCatalog = { value: null, metadata: null }

/** The real KV as one place in the world sees it: behind the times, or broken, when told so. */
export class KvAtLocation {
  readonly kv: KVNamespace
  /** Whether each read fails. */
  isBroken = false
  /** Whether no read is ever answered. */
  hangs = false
  /** How many keys of users were read. */
  reads = 0
  /** How often the catalog was. */
  catalogReads = 0
  /** How many questions there were for many keys at once. */
  questions = 0
  readonly #cached = new Map<string, unknown>()
  #catalog: ShownCatalog | null = null

  constructor() {
    const get = async (keys: string | readonly string[]) => {
      if (typeof keys === 'string') return getOne(keys)
      this.questions += 1
      return new Map(await Promise.all(keys.map(async (key) => [key, await getOne(key)] as const)))
    }
    const getOne = async (key: string) => {
      this.reads += 1
      await this.#fault()
      return this.#cached.has(key) ? this.#cached.get(key) : env.KV.get(key, 'json')
    }
    const getWithMetadata = async (key: string): Promise<ShownCatalog> => {
      this.catalogReads += 1
      await this.#fault()
      return this.#catalog ?? env.KV.getWithMetadata(key, 'text')
    }
    this.kv = { get, getWithMetadata } as unknown as KVNamespace
  }

  async #fault(): Promise<void> {
    if (this.isBroken) throw new Error('KV GET failed: 500 Internal Server Error')
    if (this.hangs) await new Promise(() => {})
  }

  /** From now on this place sees this of the catalog. */
  showCatalog(shown: ShownCatalog): void {
    this.#catalog = shown
  }

  /** From now on this place sees of a user what KV holds now, or that there is nothing. */
  async freeze(userId: string): Promise<void> {
    this.serve(userId, await storedOf(userId))
  }

  /** From now on this place sees this of a user. */
  serve(userId: string, stored: unknown): void {
    this.#cached.set(snapshotKey(1, userId), stored)
  }

  /** From now on this place sees what KV holds. */
  thaw(userId: string): void {
    this.#cached.delete(snapshotKey(1, userId))
  }
}

/** What KV holds of a user, `null` when it is nothing. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests look into it freely
export function storedOf(userId: string): Promise<any> {
  return env.KV.get(snapshotKey(1, userId), 'json')
}
