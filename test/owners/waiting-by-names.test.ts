import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { processArrival } from '../../src/checkout/processing/process.ts'
import { receive } from '../../src/checkout/receive.ts'
import { wakeForProduct } from '../../src/inbox/waits.ts'
import { putFeature } from '../../src/catalog/features.ts'
import { putProduct } from '../../src/catalog/put-product.ts'
import { aBooleanFeature } from '../support/a-feature.ts'
import { aUser } from '../support/user.ts'
import { event } from '../checkout/payloads/revenuecat.ts'
import { bytesOf, revenuecat } from '../checkout/signatures/senders.ts'
import { type Received, aShop, featuresOf, inInbox } from '../checkout/a-shop.ts'

/** A store whose purchases have two names: that of the product, and a less exact one. */
function aStore() {
  const shop = aShop()
  const [userId, exact, loose] = [aUser(), `monthly-${shop.name}`, `reader-${shop.name}`]

  async function buys(at = '2030-01-01T10:00:00Z', says: object = {}) {
    const { body } = event('INITIAL_PURCHASE', at, {
      id: crypto.randomUUID(),
      app_user_id: userId,
      original_app_user_id: userId,
      aliases: [],
      environment: 'SANDBOX',
      product_id: exact,
      entitlement_ids: [loose],
      transaction_id: shop.name,
      original_transaction_id: shop.name,
      purchased_at_ms: Date.parse(at),
      expiration_at_ms: Date.parse('2031-01-01T10:00:00Z'),
      ...says,
    })
    const bytes = bytesOf(JSON.stringify(body))
    const headers = await revenuecat.sign(bytes, { at: shop.deps.now() })
    const pending: Promise<unknown>[] = []
    const response = await receive(
      new Request('https://ledger.test/webhooks/revenuecat', { method: 'POST', headers, body: bytes }),
      {
        ...shop.deps,
        secrets: new Map([['revenuecat', [revenuecat.secret]]]),
        waitUntil: (work) => pending.push(work),
        process: (claimed, atHand) => processArrival(shop.deps, claimed, atHand),
        processAgain: () => Promise.reject(new Error('Nothing is sent again')),
      },
    )
    await Promise.all(pending)
    return (await response.json<Received>()).id
  }

  /** As PUT /v4/products does: maps a name to a product that gives the feature, and wakes who waits for it. */
  async function maps(name: string, feature: string) {
    const reference = { provider: 'revenuecat', ref: name }
    await putFeature(env.DB, aBooleanFeature(feature))
    const product = { id: `for-${name}`, name, features: [{ feature }], references: [reference] }
    expect(await putProduct(env.DB, product, true)).toMatchObject({ ok: true })
    await wakeForProduct(env.DB, reference, shop.deps.now())
    await shop.sweep()
  }
  return { userId, exact, loose, buys, maps, sweep: shop.sweep }
}

async function waitsOf(id: string) {
  const { results } = await env.DB.prepare('SELECT key FROM inbox_waits WHERE inbox_id = ? ORDER BY key')
    .bind(id)
    .all<{ key: string }>()
  return results.map(({ key }) => key)
}

describe('an event of a purchase that nobody has mapped', () => {
  it.each(['exact', 'loose'] as const)(
    'waits by all of its names, and goes on once its %s one is mapped',
    async (name) => {
      const store = aStore()
      const id = await store.buys()
      expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'unknown_product' })
      expect(await waitsOf(id)).toEqual([`product:${store.exact}`, `product:${store.loose}`])
      await store.maps(store[name], 'stories')
      expect(await inInbox(id)).toMatchObject({ state: 'applied', reason: null })
      expect(await waitsOf(id)).toEqual([])
      expect(await featuresOf(store.userId)).toEqual(['stories'])
    },
  )
})

describe('a purchase that is known by a less exact name', () => {
  it('is settled again by the exact one once that is mapped too', async () => {
    const store = aStore()
    await store.maps(store.loose, 'stories')
    expect(await inInbox(await store.buys())).toMatchObject({ state: 'applied' })
    await store.maps(store.exact, 'songs')
    expect(await featuresOf(store.userId)).toEqual(['songs'])
  })
})
