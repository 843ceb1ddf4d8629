import { env } from 'cloudflare:workers'
import { snapshotKey } from '../../../src/ledger/stored-snapshot.ts'
import type { Surroundings } from './surroundings.ts'
import { type Life, never } from './schedule.ts'

/** The real KV: of writes that fail or land late, and as seen from places that are behind the times. */
export class SimulatedKv {
  readonly #world: Surroundings
  readonly #valuesOf = new Map<string, readonly (string | null)[]>()
  #late: (() => Promise<void>)[] = []

  constructor(world: Surroundings) {
    this.#world = world
  }

  get late(): number {
    return this.#late.length
  }

  async landLate(): Promise<void> {
    const place = this.#world.random.below(this.#late.length)
    await this.#late.splice(place, 1)[0]?.()
  }

  /** KV as an object writes to it. */
  writtenBy(life: Life): KVNamespace {
    const put = async (key: string, value: string, options: KVNamespacePutOptions) => {
      const { schedule, faults } = this.#world
      await schedule.turn(life)
      if (faults.strikes('KV: put fails')) throw new Error('KV PUT failed: 429 Too Many Requests')
      const land = () => this.#land(key, value, options)
      if (faults.strikes('KV: put lands late, maybe after a newer one')) {
        this.#late.push(land)
        return never()
      }
      await land()
      if (faults.strikes('KV: put lands and is never acknowledged')) return never()
      return schedule.turn(life)
    }
    return { put } as unknown as KVNamespace
  }

  /** KV as an isolate reads it. */
  readBy(life: Life): KVNamespace {
    const get = async (keys: string | readonly string[]) => {
      if (typeof keys === 'string') return getOne(keys)
      const found = new Map<string, unknown>()
      for (const key of keys) found.set(key, await getOne(key))
      return found
    }
    const getOne = async (key: string) => {
      const { schedule, faults, random } = this.#world
      await schedule.turn(life)
      if (faults.strikes('KV: get fails')) throw new Error('KV GET failed: 500 Internal Server Error')
      if (faults.strikes('KV: get is never answered')) return never()
      const values = this.#valuesOf.get(key) ?? []
      if (values.length > 0) {
        if (faults.strikes('KV: get sees that nothing was there')) return null
        if (faults.strikes('KV: get sees an older value')) return parsed(random.of(values))
      }
      const value = await schedule.real(() => env.KV.get(key))
      await schedule.turn(life)
      return parsed(value)
    }
    // Nobody publishes the catalog: D1 is asked for it.
    const getWithMetadata = () => Promise.resolve({ value: null, metadata: null })
    return { get, getWithMetadata } as unknown as KVNamespace
  }

  /** Whether an older value of a user came to lie over a newer one: nobody is told, so only a reader’s question repairs it. */
  isBehind(userId: string): boolean {
    const values = (this.#valuesOf.get(snapshotKey(1, userId)) ?? []).map(versionOf)
    return (values.at(-1) ?? 0) < Math.max(0, ...values)
  }

  async #land(key: string, value: string, options: KVNamespacePutOptions): Promise<void> {
    await this.#world.schedule.real(() => env.KV.put(key, value, options))
    const values = this.#valuesOf.get(key) ?? []
    this.#valuesOf.set(key, [...values, value])
  }
}

function parsed(value: string | null): unknown {
  return value === null ? null : JSON.parse(value)
}

function versionOf(value: string | null): number {
  return value === null ? 0 : (JSON.parse(value) as { snapshot: { version: number } }).snapshot.version
}
