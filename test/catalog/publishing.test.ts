import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { CatalogRenewal } from '../../src/catalog/catalog-renewal.ts'
import { putFeature } from '../../src/catalog/features.ts'
import {
  catalogKey,
  catalogToStored,
  storedToCatalog,
  storedToMark,
} from '../../src/ledger/stored-catalog.ts'
import { readCatalog } from '../../src/ledger/store/catalog/read-catalog.ts'
import { aBooleanFeature } from '../support/a-feature.ts'
import { ask } from '../support/api.ts'
import { aBrokenD1, anIsolate } from '../support/isolate.ts'
import { KvAtLocation, NO_CATALOG_SHOWN } from '../support/kv-at-location.ts'
import { gatherTheLog, loggedDuring } from '../support/logged.ts'
import { aUser } from '../support/user.ts'

gatherTheLog()

let epochs = 1000

async function stored(epoch: number) {
  const { value, metadata } = await env.KV.getWithMetadata(catalogKey(epoch), 'json')
  return { copy: storedToCatalog(value, epoch), mark: storedToMark(metadata), value }
}

function deps(more: Partial<ConstructorParameters<typeof CatalogRenewal>[0]> = {}) {
  return { d1: env.DB, kv: env.KV, epoch: (epochs += 1), now: () => Date.now(), ...more }
}

describe('the catalog that is published', () => {
  it('is what D1 has, confirmed before it was read', async () => {
    let clock = 5000
    const real = env.DB
    const d1 = new Proxy(real, {
      get(target, property) {
        if (property === 'batch') clock += 1000
        const value: unknown = Reflect.get(target, property)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    await putFeature(env.DB, aBooleanFeature('published'))
    const of = deps({ d1, now: () => clock })
    await new CatalogRenewal(of).renew()
    const { copy, mark } = await stored(of.epoch)
    expect(copy).toEqual({ confirmedAt: 5000, catalog: await readCatalog(env.DB) })
    expect(mark).toEqual({ version: copy?.catalog.version, confirmedAt: 5000 })
    expect(clock).toBeGreaterThan(5000)
  })

  it('is of one form and epoch: any other is none', async () => {
    const of = deps()
    await new CatalogRenewal(of).renew()
    const { value, copy } = await stored(of.epoch)
    expect(copy).not.toBeNull()
    expect(storedToCatalog(value, of.epoch + 1)).toBeNull()
    const { catalog, confirmedAt } = copy ?? { catalog: await readCatalog(env.DB), confirmedAt: 0 }
    const whole = catalogToStored(1, { confirmedAt, catalog })
    for (const other of [
      null,
      'text',
      { ...whole, schema: 2 },
      { ...whole, confirmedAt: null },
      { ...whole, catalog: undefined },
      { ...whole, catalog: null },
      { ...whole, catalog: { ...catalog, version: '1' } },
      { ...whole, catalog: { ...catalog, features: {} } },
      { ...whole, catalog: { ...catalog, everyone: undefined } },
    ]) {
      expect(storedToCatalog(other, 1)).toBeNull()
    }
    for (const mark of [null, 7, {}, { version: 1 }, { version: 1, confirmedAt: 'x' }]) {
      expect(storedToMark(mark)).toBeNull()
    }
  })

  it('is missing, and that is logged, where KV or D1 does not answer', async () => {
    const fail = () => Promise.reject(new Error('KV PUT failed: 429 Too Many Requests'))
    const kv = new Proxy(env.KV, { get: () => fail })
    const d1 = aBrokenD1('D1_ERROR: overloaded') as unknown as D1Database
    for (const of of [deps({ kv }), deps({ d1 })]) {
      const lines = await loggedDuring(() => new CatalogRenewal(of).renew())
      expect(lines).toMatchObject([{ level: 'warn', event: 'catalog_not_published' }])
      expect((await stored(of.epoch)).copy).toBeNull()
    }
  })
})

describe('a change over HTTP', () => {
  /** The epoch of the Worker under test. */
  const EPOCH = 1
  const published = async () => (await stored(EPOCH)).copy?.catalog.version

  it('is published, and one that changes nothing is not', async () => {
    const path = `/v4/features/feature-${crypto.randomUUID()}`
    const product = `/v4/products/product-${crypto.randomUUID()}`
    const body = { name: 'Free', features: [], everyone: true }
    for (const [method, at, sent] of [
      ['PUT', path, { body: { type: 'boolean' } }],
      ['PATCH', path, { body: { enabled: false } }],
      ['DELETE', path, {}],
      ['PUT', product, { body }],
      ['DELETE', `${product}?confirm=true`, {}],
    ] as const) {
      const { json } = await ask(method, at, sent)
      await vi.waitFor(async () => expect(await published()).toBe(json.version), 10_000)
    }
    await env.KV.delete(catalogKey(EPOCH))
    await ask('DELETE', path)
    await ask('DELETE', product)
    expect(await published()).toBeUndefined()
  })

  it('is answered, and logged, where D1 does not tell the catalog after it', async () => {
    const of = await anIsolate({ DB: aD1ThatEndsAfterOneBatch() })
    const path = `/v4/features/feature-${crypto.randomUUID()}`
    const logged = await loggedDuring(async () => {
      expect(await ask('PUT', path, { of, body: { type: 'boolean' } })).toMatchObject({ status: 201 })
    })
    expect(logged.map(({ event }) => event)).toEqual(['catalog_not_published', 'answered'])
    expect(await ask('GET', path)).toMatchObject({ status: 200 })
  })

  it('is known at once where it was made, though KV shows nothing of it', async () => {
    const place = new KvAtLocation()
    place.showCatalog(NO_CATALOG_SHOWN)
    const of = await anIsolate({ KV: place.kv })
    const [feature, product] = [`feature-${crypto.randomUUID()}`, `product-${crypto.randomUUID()}`]
    const reason = async () => {
      const { json } = await ask('GET', `/v4/users/${aUser()}/access/${feature}`, { of })
      return json.reason
    }
    const put = (path: string, body: object) => ask('PUT', path, { of, body })
    expect(await reason()).toBe('unknown_feature')
    await put(`/v4/features/${feature}`, { type: 'boolean' })
    expect(await reason()).toBe('no_entitlement')
    await put(`/v4/products/${product}`, { name: 'Free', features: [{ feature }], everyone: true })
    expect(await reason()).toBe('granted')
    await ask('PATCH', `/v4/features/${feature}`, { of, body: { enabled: false } })
    expect(await reason()).toBe('disabled')
    await ask('PATCH', `/v4/features/${feature}`, { of, body: { enabled: true } })
    await ask('DELETE', `/v4/products/${product}?confirm=true`, { of })
    expect(await reason()).toBe('no_entitlement')
  })
})

/** Its first batch is carried out, and no other is. */
function aD1ThatEndsAfterOneBatch(): D1Database {
  let batches = 0
  return new Proxy(env.DB, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (name !== 'batch') return value.bind(target) as unknown
      return (statements: D1PreparedStatement[]) => {
        batches += 1
        return batches > 1 ? Promise.reject(new Error('D1_ERROR: overloaded')) : target.batch(statements)
      }
    },
  })
}
