import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { aUser } from '../support/user.ts'
import * as lemonsqueezy from '../checkout/payloads/lemonsqueezy.ts'
import * as paddle from '../checkout/payloads/paddle.ts'
import * as polar from '../checkout/payloads/polar.ts'
import * as revenuecat from '../checkout/payloads/revenuecat.ts'
import * as shopify from '../checkout/payloads/shopify.ts'
import { MARCH, delivery, session, subscription } from '../checkout/payloads/stripe.ts'
import type { Delivery } from '../checkout/scenario.ts'
import type { Provider } from '../checkout/signatures/senders.ts'
import { aProvider } from '../checkout/a-provider.ts'
import { featuresOf } from '../checkout/a-shop.ts'
import { anEmptyLedger } from '../support/an-empty-ledger.ts'
import { oneIn } from '../support/whole.ts'

// The ids are those of the providers' own examples: each test has a world of its own.
afterEach(async () => {
  await anEmptyLedger()
})

const COMPLETED = 'checkout.session.completed'

/** All that is known of anybody's purchases. */
async function leftBehind(): Promise<number> {
  const tables = ['refs', 'names', 'customers', 'entries', 'sources']
  const counts = await Promise.all(
    tables.map((table) => env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')),
  )
  return counts.reduce<number>((sum, count) => sum + Number(count), 0)
}

async function shownEvent() {
  return env.DB.prepare('SELECT state, reason, flags FROM inbox WHERE reason IS NOT NULL').first()
}

interface Shelf {
  readonly provider: Provider
  readonly mode: 'live' | 'test'
  readonly ref: string
  /** A paid purchase under the customer that all of them share, of this number. */
  readonly buys: (number: number, userId?: string) => Delivery
  /** The same, of which nobody has paid anything. */
  readonly opens?: (number: number, userId?: string) => Delivery
}

const lemonsqueezyOrder = (status: string) => (number: number, userId?: string) =>
  lemonsqueezy.event(
    'order_created',
    lemonsqueezy.order({ id: 300 + number, item: 400 + number, status, customer: 201 }),
    userId === undefined ? {} : { userId },
  )

const shopifyOrder = (status: string) => (number: number, userId?: string) =>
  shopify.delivery(
    'orders/create',
    shopify.order({
      id: 7000 + number,
      updatedAt: '2027-03-01T10:00:05+01:00',
      status,
      lines: [{ id: 80 + number, variant: 501, quantity: 1 }],
      ...(userId === undefined ? {} : { userId }),
    }),
  )

const SHELVES: readonly Shelf[] = [
  {
    provider: 'lemonsqueezy',
    mode: 'live',
    ref: String(lemonsqueezy.VARIANT),
    buys: lemonsqueezyOrder('paid'),
    opens: lemonsqueezyOrder('pending'),
  },
  {
    provider: 'shopify',
    mode: 'live',
    ref: '501',
    buys: shopifyOrder('paid'),
    opens: shopifyOrder('pending'),
  },
  {
    provider: 'paddle',
    mode: 'live',
    ref: paddle.MONTHLY,
    buys: (number, userId) =>
      paddle.event(
        'transaction.completed',
        MARCH,
        paddle.transaction({
          id: `txn_${number}`,
          origin: 'web',
          billedAt: MARCH,
          lines: [{ id: `txnitm_${number}`, price: paddle.MONTHLY, total: 1900, once: true }],
          ...(userId === undefined ? {} : { userId }),
        }),
      ),
  },
  {
    provider: 'stripe',
    mode: 'test',
    ref: 'price_book',
    buys: (number, userId) =>
      delivery(
        COMPLETED,
        MARCH,
        session({ id: `cs_${number}`, payment: `pi_${number}`, userId: userId ?? null }),
      ),
    opens: (number, userId) =>
      delivery(
        COMPLETED,
        MARCH,
        session({ id: `cs_${number}`, payment: `pi_${number}`, userId: userId ?? null, paid: 'unpaid' }),
      ),
  },
]

describe.each(SHELVES)('at $provider', ({ provider, mode, ref, buys }) => {
  async function aShelf(trusted: Parameters<typeof aProvider>[2] = {}) {
    const shop = aProvider(provider, mode, trusted)
    await shop.sells(ref, 'book')
    return shop
  }

  it('a stranger gets what they paid for, and not what the same customer buys in nobody’s name', async () => {
    const [shop, mallory] = [await aShelf(), aUser()]
    await shop.tell(buys(1, mallory))
    expect(await featuresOf(mallory)).toEqual(['book'])
    const { results } = await env.DB.prepare('SELECT user_id FROM customers').all()
    expect(results).toEqual([])
  })

  it('a stranger who names themself takes no purchase from a customer whom the shop has linked', async () => {
    const [shop, ada, mallory] = [await aShelf(), aUser(), aUser()]
    await shop.tell(buys(1, mallory))
    await shop.tell(buys(2, ada))
    expect(await featuresOf(mallory)).toEqual(['book'])
    expect(await featuresOf(ada)).toEqual(['book'])
  })

  it('a name that has to be signed, and is not, names nobody', async () => {
    const namings = new Map([[provider, 'signed' as const]])
    const [shop, mallory] = [await aShelf({ namings, namingKeys: ['k'.repeat(32)] }), aUser()]
    await shop.tell(buys(1, mallory))
    expect(await featuresOf(mallory)).toEqual([])
    expect(await shownEvent()).toMatchObject({ reason: 'unknown_customer', flags: '["unsigned_user_id"]' })
  })
})

describe('what nobody has paid', () => {
  const open = SHELVES.flatMap(({ opens, ...shelf }) => (opens === undefined ? [] : [{ ...shelf, opens }]))

  it.each(open)('leaves nothing behind at $provider', async ({ provider, mode, ref, opens }) => {
    const shop = aProvider(provider, mode)
    await shop.sells(ref, 'book')
    await shop.tell(opens(1, aUser()))
    expect(await leftBehind()).toBe(0)
  })
})

describe('what a customer buys who names nobody', () => {
  it('stays with whom the shop has linked, whatever a stranger writes under the same address', async () => {
    const shop = aProvider('polar', 'live')
    await shop.sells(polar.BOOK, 'book')
    const [ada, mallory] = [aUser(), aUser()]
    const paid = (id: string, says: { externalId?: string; metadata?: object }) =>
      polar.event('order.paid', MARCH, {
        ...polar.order({ id, reason: 'purchase', createdAt: MARCH, externalId: says.externalId ?? null }),
        metadata: says.metadata ?? {},
      })
    await shop.tell(paid('order-1', { externalId: ada }))
    await shop.tell(paid('order-2', { metadata: { user_id: mallory } }))
    await shop.tell(paid('order-3', {}))
    expect(await featuresOf(ada)).toEqual(['book'])
    const { results } = await env.DB.prepare('SELECT DISTINCT source_ref, user_id FROM refs ORDER BY 1').all()
    expect(results).toEqual([
      { source_ref: 'order-1', user_id: ada },
      { source_ref: 'order-2', user_id: mallory },
      { source_ref: 'order-3', user_id: ada },
    ])
  })
})

describe('a session whose money is still to come', () => {
  it('is given once its payment is told, also where that came first', async () => {
    const captured = (id: string) =>
      delivery('charge.captured', MARCH, {
        id: `ch_${id}`,
        object: 'charge',
        payment_intent: `pi_${id}`,
        amount: 4900,
        amount_captured: 4900,
        amount_refunded: 0,
        captured: true,
        created: 1_803_891_600,
        currency: 'eur',
        customer: 'cus_1',
        invoice: null,
        status: 'succeeded',
        paid: true,
      })
    const shop = aProvider('stripe')
    await shop.sells('price_book', 'book')
    const [ada, eve] = [aUser(), aUser()]
    const open = (id: string, userId: string) =>
      delivery(COMPLETED, MARCH, session({ id: `cs_${id}`, payment: `pi_${id}`, userId, paid: 'unpaid' }))
    await shop.tell(open('a', ada))
    await shop.tell(captured('a'))
    await shop.tell(captured('b'))
    await shop.tell(open('b', eve))
    await shop.sweep()
    expect(await featuresOf(ada)).toEqual(['book'])
    expect(await featuresOf(eve)).toEqual(['book'])
  })
})

describe('a subscription at Paddle', () => {
  const period = ['2027-03-01T09:00:00Z', '2027-04-01T09:00:00Z'] as const

  it('stays with whom it names, whatever is written in the browser for a later payment of it', async () => {
    const shop = aProvider('paddle', 'live')
    await shop.sells(paddle.MONTHLY, 'reading')
    const [ada, mallory] = [aUser(), aUser()]
    await shop.tell(
      paddle.event(
        'subscription.created',
        MARCH,
        paddle.subscription({ status: 'active', period, userId: ada }),
      ),
    )
    const renewal = paddle.transaction({
      id: 'txn_2',
      origin: 'subscription_recurring',
      subscription: paddle.SUBSCRIPTION,
      period,
      billedAt: MARCH,
      lines: [{ id: 'txnitm_2', price: paddle.MONTHLY, total: 1900 }],
      userId: mallory,
    })
    await shop.tell(paddle.event('transaction.completed', MARCH, renewal))
    const { results } = await env.DB.prepare('SELECT DISTINCT user_id FROM refs').all()
    expect(results).toEqual([{ user_id: ada }])
  })
})

describe('a connected account', () => {
  const told = (account: string, user: string) =>
    delivery('customer.subscription.created', MARCH, subscription({ userId: user }), { account })

  it('that nobody accepted gives nothing, and is shown', async () => {
    const [shop, mallory] = [aProvider('stripe'), aUser()]
    await shop.sells('price_pro', 'pro')
    await shop.tell(told('acct_other', mallory))
    expect(await leftBehind()).toBe(0)
    expect(await shownEvent()).toMatchObject({ state: 'quarantined', reason: 'unknown_account' })
  })

  it('that is listed is taken', async () => {
    const accounts = new Map([['stripe', new Set(['acct_1'])]])
    const [shop, ada] = [aProvider('stripe', 'test', { accounts }), aUser()]
    await shop.sells('price_pro', 'pro')
    await shop.tell(told('acct_1', ada))
    expect(await leftBehind()).toBeGreaterThan(0)
  })
})

describe('an order of Shopify', () => {
  const paid = (userId: string) =>
    shopify.order({ updatedAt: '2027-03-01T10:00:05+01:00', status: 'paid', userId })

  it('counts once, whatever shop, topic, id and time the headers name', async () => {
    const [shop, ada] = [aProvider('shopify', 'live'), aUser()]
    await shop.sells('501', 'course')
    await shop.tell(shopify.delivery('orders/paid', paid(ada)))
    const before = await leftBehind()
    for (const headers of [
      { 'X-Shopify-Shop-Domain': 'other.myshopify.com' },
      { 'X-Shopify-Triggered-At': '2026-01-01T00:00:00Z', 'X-Shopify-Shop-Domain': 'third.myshopify.com' },
    ]) {
      await shop.tell(shopify.delivery('orders/updated', paid(ada), headers))
    }
    expect(await leftBehind()).toBe(before)
  })

  it('of a shop that is not listed gives nothing once shops are', async () => {
    const accounts = new Map([['shopify', new Set(['field-notes.myshopify.com'])]])
    const [shop, ada, mallory] = [aProvider('shopify', 'live', { accounts }), aUser(), aUser()]
    await shop.sells('501', 'course')
    await shop.tell(
      shopify.delivery('orders/paid', paid(mallory), { 'X-Shopify-Shop-Domain': 'other.myshopify.com' }),
    )
    expect(await leftBehind()).toBe(0)
    await shop.tell(shopify.delivery('orders/paid', paid(ada)))
    expect(await featuresOf(ada)).toEqual(['course'])
  })

  it('of a payer who has given as much as one may waits, and what the user buys for themself is given', async () => {
    const [shop, ada] = [aProvider('shopify', 'live'), aUser()]
    await shop.sells('501', 'course')
    const order = (id: number, lines: number, customer: number) =>
      shopify.delivery(
        'orders/paid',
        shopify.order({
          id,
          customer,
          updatedAt: MARCH,
          status: 'paid',
          userId: ada,
          lines: Array.from({ length: lines }, (_, index) => ({
            id: id * 1000 + index,
            variant: 501,
            quantity: 1,
          })),
        }),
      )
    for (const id of [1, 2, 3]) await shop.tell(order(id, 200, 666))
    expect(await shownEvent()).toMatchObject({ state: 'quarantined', reason: 'too_many_entitlements' })
    const given = () =>
      env.DB.prepare('SELECT count(*) AS n FROM entitlements WHERE user_id = ?').bind(ada).first<number>('n')
    expect(await given()).toBe(400)
    await shop.tell(order(4, 1, 3301))
    expect(await given()).toBe(401)
  })

  it('of more lines than one purchase may give waits, and takes no room from what is granted by hand', async () => {
    const [shop, ada] = [aProvider('shopify', 'live'), aUser()]
    await shop.sells('501', 'course')
    const lines = Array.from({ length: 251 }, (_, index) => ({ id: 1000 + index, variant: 501, quantity: 1 }))
    await shop.tell(
      shopify.delivery('orders/paid', {
        ...paid(ada),
        ...shopify.order({ updatedAt: MARCH, status: 'paid', userId: ada, lines }),
      }),
    )
    expect(await featuresOf(ada)).toEqual([])
    expect(await shownEvent()).toMatchObject({ state: 'quarantined', reason: 'too_many_entitlements' })
  })
})

describe('a transfer at RevenueCat', () => {
  const bought = (id: string, at: string, says: object) =>
    revenuecat.event('INITIAL_PURCHASE', at, {
      transaction_id: id,
      original_transaction_id: id,
      app_user_id: 'u_ada',
      original_app_user_id: 'u_ada',
      aliases: ['u_ada'],
      ...says,
    })
  const own = bought('own', '2027-03-01T08:00:00Z', { product_id: 'reader.monthly' })
  const cheap = (store: string) => bought('cheap', '2027-03-02T08:00:00Z', { product_id: 'sticker', store })
  const transfer = revenuecat.transfer('2027-03-03T08:00:00Z', ['u_ada'], ['u_mallory'])
  const renewal = revenuecat.event('RENEWAL', '2027-04-01T08:00:00Z', {
    product_id: 'reader.monthly',
    transaction_id: 'own.2',
    original_transaction_id: 'own',
    app_user_id: 'u_ada',
    original_app_user_id: 'u_ada',
    aliases: ['u_ada'],
  })
  const asMallory = { app_user_id: 'u_mallory', original_app_user_id: 'u_mallory', aliases: ['u_mallory'] }
  const cheapRenews = revenuecat.event('RENEWAL', '2027-04-02T08:00:00Z', {
    product_id: 'sticker',
    transaction_id: 'cheap.2',
    original_transaction_id: 'cheap',
    store: 'APP_STORE',
    ...asMallory,
  })

  async function told(...events: readonly Delivery[]) {
    const shop = aProvider('revenuecat', 'live')
    await shop.sells('reader.monthly', 'reader')
    await shop.sells('sticker', 'sticker')
    for (const event of events) await shop.tell(event)
    await shop.sweep()
    const featuresInOrder = async (user: string) => (await featuresOf(user)).toSorted()
    return { ada: await featuresInOrder('u_ada'), mallory: await featuresInOrder('u_mallory') }
  }

  const inAnyOrder = (...events: readonly Delivery[]) =>
    ordersOf(events).map((order) => [order.map((event) => events.indexOf(event)).join(', '), order] as const)

  /** Usually every fifth of them: each event comes first, and last, in some. */
  const inSomeOrders = (...events: readonly Delivery[]) => oneIn(5, inAnyOrder(...events))

  it.each(inSomeOrders(own, cheap('APP_STORE'), transfer, renewal))(
    'takes nothing where it could be of several, told %s',
    async (_order, events) => {
      expect(await told(...events)).toEqual({ ada: ['reader', 'sticker'], mallory: [] })
    },
  )

  it.each(inAnyOrder(own, transfer, renewal))(
    'takes nothing of which the old user is named since, told %s',
    async (_order, events) => {
      expect(await told(...events)).toEqual({ ada: ['reader'], mallory: [] })
    },
  )

  it('takes nothing where something came to the old user of which nobody told', async () => {
    const came = revenuecat.transfer('2027-03-02T08:00:00Z', ['u_mallory'], ['u_ada'])
    expect(await told(own, came, transfer)).toEqual({ ada: ['reader'], mallory: [] })
  })

  it('takes nothing that was bought in no store', async () => {
    const coins = bought('own', '2027-03-01T08:00:00Z', { product_id: 'reader.monthly', store: undefined })
    expect(await told(coins, transfer)).toEqual({ ada: ['reader'], mallory: [] })
  })

  it('that could be of several waits for somebody to look', async () => {
    await told(own, cheap('APP_STORE'), transfer)
    expect(await shownEvent()).toMatchObject({ state: 'quarantined', reason: 'transfer_unclear' })
  })

  it('is shown as unclear with what is told later of a third, also once the product of that is mapped', async () => {
    const shop = aProvider('revenuecat', 'live')
    const late = bought('late', '2027-03-02T09:00:00Z', { product_id: 'late' })
    await shop.sells('reader.monthly', 'reader')
    await shop.sells('sticker', 'sticker')
    for (const event of [own, cheap('APP_STORE'), transfer]) await shop.tell(event)
    const { id } = await shop.tell(late)
    const shown = () => env.DB.prepare('SELECT state, flags FROM inbox WHERE id = ?').bind(id).first()
    expect(await shown()).toEqual({ state: 'quarantined', flags: '["transfer_unclear"]' })
    await shop.sells('late', 'late')
    await shop.tell(late)
    expect(await featuresOf('u_ada')).toContain('late')
    expect(await shown()).toMatchObject({ flags: '["transfer_unclear"]' })
  })

  it.each(inAnyOrder(own, cheap('PLAY_STORE'), transfer))(
    'takes what was bought in its store, told %s',
    async (_order, events) => {
      expect(await told(...events)).toEqual({ ada: ['sticker'], mallory: ['reader'] })
    },
  )

  it.each(inSomeOrders(own, cheap('APP_STORE'), transfer, cheapRenews))(
    'takes what was named with its receiver since, told %s',
    async (_order, events) => {
      expect(await told(...events)).toEqual({ ada: ['reader'], mallory: ['sticker'] })
    },
  )
})

function ordersOf(events: readonly Delivery[]): readonly (readonly Delivery[])[] {
  if (events.length === 0) return [[]]
  return events.flatMap((one, index) => ordersOf(events.toSpliced(index, 1)).map((rest) => [one, ...rest]))
}
