import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { createCheckout } from '../../../src/checkout/checkout.ts'
import { putCustomerLink } from '../../../src/owners/customer-link.ts'
import { putFeature } from '../../../src/catalog/features.ts'
import { putProduct } from '../../../src/catalog/put-product.ts'
import { aBooleanFeature } from '../../support/a-feature.ts'
import { ask } from '../../support/api.ts'
import { aUser } from '../../support/user.ts'
import { MARCH, event, session, subscription } from '../payloads/stripe.ts'
import { bytesOf, stripe } from '../signatures/senders.ts'
import { copiesOf } from '../a-backlog.ts'
import { aShop, featuresOf, inInbox } from '../a-shop.ts'
import { type Shop, aShopThatSells, buy, customerOf, link, refund, subscribe } from '../a-trade.ts'

const OF_SHOP = { provider: 'standard-webhooks', account: '' }

async function expectApplied(id: string): Promise<void> {
  expect(await inInbox(id)).toMatchObject({ state: 'applied', reason: null })
}

/** A D1 that lets something else happen right before its n-th batch. */
function beforeBatch(nth: number, happens: () => Promise<unknown>): D1Database {
  let batches = 0
  return new Proxy(env.DB, {
    get(target, property) {
      if (property !== 'batch') return Reflect.get(target, property).bind(target)
      return async (statements: D1PreparedStatement[]) => {
        batches += 1
        if (batches === nth) await happens()
        return target.batch(statements)
      }
    },
  })
}

// In none of these does a sweep come by.
describe('what an event unblocks is processed with it', () => {
  it('a subscription that came before its customer was linked', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    const { id } = await subscribe(shop)
    expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'unknown_customer' })
    await link(shop, user)
    await expectApplied(id)
    expect(await featuresOf(user)).toEqual(['lessons'])
  })

  it('a refund that came before its sale', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    const { id } = await refund(shop)
    await buy(shop, { user_id: user })
    await expectApplied(id)
    expect(await featuresOf(user)).toEqual([])
  })

  it('a refund that came before its sale, and twice', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    const { id } = await refund(shop, { id: shop.name })
    expect(await refund(shop, { id: shop.name })).toMatchObject({ status: 'duplicate', id })
    await buy(shop, { user_id: user })
    await expectApplied(id)
    expect(await featuresOf(user)).toEqual([])
  })

  it('a refund that waits for a sale that waits for its customer', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    const refunded = await refund(shop)
    const bought = await buy(shop, { customer: customerOf(shop) })
    await link(shop, user)
    await expectApplied(bought.id)
    await expectApplied(refunded.id)
    expect(await featuresOf(user)).toEqual([])
  })

  it('the event itself, when what it lacks comes while it is processed', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    const now = shop.deps.now()
    const linked = () => putCustomerLink(env.DB, OF_SHOP, { customerId: customerOf(shop), userId: user, now })
    // An event is taken in, its purchase is claimed, and it is settled.
    const by = { ...shop.deps, d1: beforeBatch(3, linked) }
    const { id } = await buy(shop, { customer: customerOf(shop) }, { by })
    await expectApplied(id)
    expect(await featuresOf(user)).toEqual(['lessons'])
  })

  it('in Stripe’s usual order: a subscription, and then the session that says whose it is', async () => {
    const at = Date.parse(MARCH)
    const pending: Promise<unknown>[] = []
    const { receive } = createCheckout({
      ...aShop({ now: () => at }).deps,
      secrets: new Map([['stripe', [stripe.secret]]]),
      waitUntil: (work) => pending.push(work),
      wakeKeeper: () => Promise.resolve(),
    })
    await putFeature(env.DB, aBooleanFeature('export'))
    const references = [{ provider: 'stripe', ref: 'price_pro' }]
    await putProduct(env.DB, { id: 'pro', name: 'Pro', features: [{ feature: 'export' }], references }, false)
    const user = aUser()
    const told = [
      event('customer.subscription.created', MARCH, subscription()),
      event('checkout.session.completed', MARCH, session({ mode: 'subscription', userId: user })),
    ]
    for (const body of told.map((one) => bytesOf(JSON.stringify(one)))) {
      const headers = await stripe.sign(body, { at })
      const request = new Request('https://ledger.test/webhooks/stripe', { method: 'POST', headers, body })
      expect((await receive(request)).status).toBe(200)
      await Promise.all(pending)
    }
    expect(await featuresOf(user)).toEqual(['export'])
  })
})

/** More events that are due for longer than one sweep takes. */
async function withBacklog(shop: Shop): Promise<void> {
  const { id } = await shop.send(
    'customer.linked',
    { customer: `other-${shop.name}`, user_id: aUser() },
    { isProcessed: false },
  )
  await copiesOf(id, 40)
  await env.DB.prepare('UPDATE inbox SET next_attempt_at = 1 WHERE id LIKE ?').bind(`${id}%`).run()
}

describe('what an operator unblocks is processed with the request, whatever has been due for longer', () => {
  it('by a link', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    const { id } = await subscribe(shop)
    await withBacklog(shop)
    const path = `/v4/customers/standard-webhooks/${customerOf(shop)}`
    expect((await ask('PUT', path, { body: { account: '', userId: user } })).status).toBe(201)
    await vi.waitFor(() => expectApplied(id), { timeout: 10_000 })
    expect(await featuresOf(user)).toEqual(['lessons'])
  })

  it('by a mapping', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    const lines = [{ line_id: '1', product: `later-${shop.name}`, quantity: 1 }]
    const { id } = await buy(shop, { user_id: user, lines })
    expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'unknown_product' })
    await withBacklog(shop)
    const references = [{ provider: 'standard-webhooks', ref: `later-${shop.name}` }]
    const body = { name: 'Later', features: [{ feature: 'lessons' }], references }
    expect((await ask('PUT', `/v4/products/later-${shop.name}`, { body })).status).toBe(201)
    await vi.waitFor(() => expectApplied(id), { timeout: 10_000 })
    expect(await featuresOf(user)).toEqual(['lessons'])
  })
})

describe('a drain that fails', () => {
  it('loses nothing: the event that woke is settled, and the sweep does the rest', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    const { id } = await subscribe(shop)
    const linked = await link(shop, user, { by: { ...shop.deps, d1: withoutClaims() } })
    await expectApplied(linked.id)
    expect(await inInbox(id)).toMatchObject({ state: 'quarantined', nextAttemptAt: shop.deps.now() })
    await shop.sweep()
    await expectApplied(id)
    expect(await featuresOf(user)).toEqual(['lessons'])
  })
})

/** A D1 that answers until an event of the inbox is to be claimed. */
function withoutClaims(): D1Database {
  return new Proxy(env.DB, {
    get(target, property) {
      if (property !== 'prepare') return Reflect.get(target, property).bind(target)
      return (sql: string) => {
        if (/^update "inbox".*"attempts" \+ 1/s.test(sql)) throw new Error('D1 is gone')
        return target.prepare(sql)
      }
    },
  })
}
