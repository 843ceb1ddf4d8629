import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { putCustomerLink } from '../../src/owners/customer-link.ts'
import { purchaseByIds } from '../../src/owners/purchase.ts'
import { claimPurchaseIds } from '../../src/owners/claim-purchase-ids.ts'
import { aUser } from '../support/user.ts'
import * as lemonsqueezy from '../checkout/payloads/lemonsqueezy.ts'
import * as polar from '../checkout/payloads/polar.ts'
import * as revenuecat from '../checkout/payloads/revenuecat.ts'
import { MARCH, delivery, session, subscription } from '../checkout/payloads/stripe.ts'
import type { Delivery } from '../checkout/scenario.ts'
import { NOW } from '../checkout/signatures/senders.ts'
import { aProvider } from '../checkout/a-provider.ts'
import { featuresOf } from '../checkout/a-shop.ts'
import { anEmptyLedger } from '../support/an-empty-ledger.ts'
import { IS_WHOLE } from '../support/whole.ts'

// The ids are those of the providers' own examples: each test has a world of its own.
afterEach(async () => {
  await anEmptyLedger()
})

type Told = readonly (readonly [string, Delivery])[]

function ordersOf(told: Told): readonly Told[] {
  if (told.length === 0) return [[]]
  return told.flatMap((one, index) => ordersOf(told.toSpliced(index, 1)).map((rest) => [one, ...rest]))
}

function namesOf(told: Told): string {
  return told.map(([name]) => name).join(', ')
}

const [CREATED, COMPLETED] = ['customer.subscription.created', 'checkout.session.completed'] as const

async function aStripe() {
  const stripe = aProvider('stripe')
  await stripe.sells('price_pro', 'pro')
  return stripe
}

function byId(provider: string, id: string) {
  return purchaseByIds(env.DB, { provider, account: '' }, [id], NOW)
}

function sessionOf(userId: string | null): readonly [string, Delivery] {
  return ['session', delivery(COMPLETED, MARCH, session({ mode: 'subscription', userId }))]
}

function subscriptionOf(userId?: string): readonly [string, Delivery] {
  return ['subscription', delivery(CREATED, MARCH, subscription(userId === undefined ? {} : { userId }))]
}

describe('a Stripe subscription', () => {
  const [payer, receiver] = [aUser(), aUser()]

  it.each(
    ordersOf([sessionOf(payer), subscriptionOf(receiver)]).map((told) => [namesOf(told), told] as const),
  )('given to somebody else is whose its own metadata names, told by %s', async (_order, told) => {
    const stripe = await aStripe()
    for (const [, event] of told) await stripe.tell(event)
    expect(await featuresOf(receiver)).toEqual(['pro'])
    expect(await featuresOf(payer)).toEqual([])
    for (const id of ['sub_1', 'cs_test_1']) {
      expect(await byId('stripe', id)).toMatchObject({ userId: receiver, source: { states: ['expired'] } })
    }
  })

  it.each(ordersOf([sessionOf(payer), subscriptionOf()]).map((told) => [namesOf(told), told] as const))(
    'that names nobody is whom its session names, told by %s',
    async (_order, told) => {
      const stripe = await aStripe()
      for (const [, event] of told) await stripe.tell(event)
      await stripe.sweep()
      expect(await featuresOf(payer)).toEqual(['pro'])
      expect(await byId('stripe', 'cs_test_1')).toMatchObject({ userId: payer })
    },
  )

  it.each(
    ordersOf([sessionOf(null), subscriptionOf(receiver)]).map((told) => [namesOf(told), told] as const),
  )('is found by a session that names nobody, told by %s', async (_order, told) => {
    const stripe = await aStripe()
    for (const [, event] of told) await stripe.tell(event)
    expect(await featuresOf(receiver)).toEqual(['pro'])
    expect(await byId('stripe', 'cs_test_1')).toMatchObject({ userId: receiver })
  })

  it('whose session alone was told waits for it, and is known to be its user’s', async () => {
    const stripe = await aStripe()
    await stripe.tell(sessionOf(payer)[1])
    expect(await byId('stripe', 'cs_test_1')).toMatchObject({ userId: payer, source: null })
  })
})

/** As RevenueCat names it since: only whom it was transferred to is told of it. */
const AS_GRACE = { app_user_id: 'u_grace', aliases: ['u_grace'], original_app_user_id: 'u_grace' }

describe('a RevenueCat purchase that was transferred', () => {
  const told: Told = [
    ['purchase', revenuecat.event('INITIAL_PURCHASE', '2027-03-01T08:00:00Z')],
    ['transfer', revenuecat.transfer('2027-03-02T08:00:00Z', ['u_ada'], ['u_grace'])],
    [
      'renewal',
      revenuecat.event('RENEWAL', '2027-04-01T08:00:00Z', {
        app_user_id: 'u_grace',
        aliases: ['u_grace'],
        original_app_user_id: 'u_grace',
        transaction_id: '430001000000002',
      }),
    ],
  ]

  it.each(ordersOf(told).map((order) => [namesOf(order), order] as const))(
    'is whose it was transferred to, told by %s',
    async (_order, order) => {
      const store = aProvider('revenuecat', 'live')
      await store.sells('reader.monthly', 'reader')
      for (const [, event] of order) await store.tell(event)
      await store.sweep()
      expect(await featuresOf('u_grace')).toEqual(['reader'])
      expect(await featuresOf('u_ada')).toEqual([])
    },
  )

  it('is found however many more name the same customer and were claimed under another', async () => {
    const ofRevenuecat = { provider: 'revenuecat', account: '' }
    const ids = Array.from({ length: 101 }, (_, index) => `purchase-${1000 + index}`)
    for (const id of ids) {
      const name = { id, rank: 'own', userId: 'u_ada', customerId: 'u_ada', toldAt: 0 } as const
      const claim = {
        ids: [id],
        customerId: 'u_anonymous',
        isKept: true,
        isNaming: true,
        isHandLifted: false,
      }
      await claimPurchaseIds(env.DB, ofRevenuecat, { ...claim, names: [name] }, NOW)
    }
    // Only where the shop's own server says who logs in does a transfer take all that there is.
    const namings = new Map([['revenuecat', 'server' as const]])
    await aProvider('revenuecat', 'live', { namings }).tell(told[1]?.[1] ?? expect.fail())
    for (const id of ids.slice(-2)) expect(await byId('revenuecat', id)).toMatchObject({ userId: 'u_grace' })
  })

  it.each(
    ordersOf([
      ...told.slice(0, 2),
      [
        'old one',
        revenuecat.event('RENEWAL', '2027-04-01T08:00:00Z', {
          ...AS_GRACE,
          transaction_id: '430001000000002',
        }),
      ],
      [
        'new one',
        revenuecat.event('INITIAL_PURCHASE', '2027-04-02T08:00:00Z', {
          product_id: 'reader.yearly',
          transaction_id: '430001000000009',
          original_transaction_id: '430001000000009',
        }),
      ],
    ])
      .map((order) => [namesOf(order), order] as const)
      .filter((_order, index) => IS_WHOLE || index % 6 === 0),
  )('is, and what its buyer buys afterwards is the buyer’s, told by %s', async (_order, order) => {
    const store = aProvider('revenuecat', 'live')
    await store.sells('reader.monthly', 'reader')
    await store.sells('reader.yearly', 'library')
    for (const [, event] of order) await store.tell(event)
    await store.sweep()
    expect(await featuresOf('u_grace')).toEqual(['reader'])
    expect(await featuresOf('u_ada')).toEqual(['library'])
  })
})

describe('RevenueCat purchases of a customer who is transferred more than once', () => {
  const purchase = ['purchase', revenuecat.event('INITIAL_PURCHASE', '2027-03-01T08:00:00Z')] as const
  const [ADA_TO_GRACE, GRACE_TO_ADA, ADA_TO_MARY] = ['ada to grace', 'grace to ada', 'ada to mary'] as const
  const adaToGrace = [
    ADA_TO_GRACE,
    revenuecat.transfer('2027-03-02T08:00:00Z', ['u_ada'], ['u_grace']),
  ] as const
  const graceToAda = [
    GRACE_TO_ADA,
    revenuecat.transfer('2027-03-03T08:00:00Z', ['u_grace'], ['u_ada']),
  ] as const
  const adaToMary = [ADA_TO_MARY, revenuecat.transfer('2027-03-04T08:00:00Z', ['u_ada'], ['u_mary'])] as const

  it.each<readonly [string, string, Told]>([
    ...ordersOf([purchase, adaToGrace, graceToAda]).map((told) => [namesOf(told), 'u_ada', told] as const),
    ...ordersOf([purchase, adaToGrace, adaToMary]).map((told) => [namesOf(told), 'u_grace', told] as const),
  ])('are whose they came to last, told by %s: of %s', async (_order, owner, told) => {
    const store = aProvider('revenuecat', 'live')
    await store.sells('reader.monthly', 'reader')
    for (const [, event] of told) await store.tell(event)
    await store.sweep()
    for (const userId of ['u_ada', 'u_grace', 'u_mary']) {
      expect([userId, ...(await featuresOf(userId))]).toEqual([
        userId,
        ...(userId === owner ? ['reader'] : []),
      ])
    }
  })

  it.each(ordersOf([purchase, adaToGrace, graceToAda]).map((order) => [namesOf(order), order] as const))(
    'follow also where an anonymous customer bought, told by %s',
    async (_order, order) => {
      const anonymous = '$RCAnonymousID:0123'
      const names = { app_user_id: anonymous, original_app_user_id: anonymous, aliases: [anonymous] }
      const store = aProvider('revenuecat', 'live')
      await store.sells('reader.monthly', 'reader')
      const told = order.map(([name, event]): Delivery => {
        if (name === 'purchase') return revenuecat.event('INITIAL_PURCHASE', '2027-03-01T08:00:00Z', names)
        if (name === ADA_TO_GRACE)
          return revenuecat.transfer('2027-03-02T08:00:00Z', [anonymous], ['u_grace'])
        return event
      })
      for (const event of told) await store.tell(event)
      await store.sweep()
      expect(await featuresOf('u_ada')).toEqual(['reader'])
      expect(await featuresOf('u_grace')).toEqual([])
    },
  )

  it('stay as they were transferred where the customer is moved by hand afterwards', async () => {
    const store = aProvider('revenuecat', 'live')
    await store.sells('reader.monthly', 'reader')
    await store.sells('reader.yearly', 'library')
    await store.tell(purchase[1])
    await store.tell(adaToGrace[1])
    const ofRevenuecat = { provider: 'revenuecat', account: '' }
    const byHand = { customerId: 'u_ada', userId: 'u_mary', now: NOW }
    await putCustomerLink(env.DB, ofRevenuecat, byHand)
    const bought = { transaction_id: '430001000000009', original_transaction_id: '430001000000009' }
    await store.tell(
      revenuecat.event('INITIAL_PURCHASE', '2027-03-03T08:00:00Z', {
        product_id: 'reader.yearly',
        ...bought,
      }),
    )
    await store.tell(
      revenuecat.event('RENEWAL', '2027-04-01T08:00:00Z', { ...AS_GRACE, transaction_id: '430001000000002' }),
    )
    expect(await featuresOf('u_grace')).toEqual(['reader'])
    expect(await featuresOf('u_ada')).toEqual(['library'])
    expect(await featuresOf('u_mary')).toEqual([])
  })
})

it('A Polar subscription whose customer becomes another user goes along with the event that says so', async () => {
  const [shop, ada, grace] = [aProvider('polar', 'live'), aUser(), aUser()]
  await shop.sells(polar.BASIC, 'reader')
  const told = [
    [ada, '2027-01-10T09:00:01Z'],
    [grace, '2027-01-11T09:00:00Z'],
  ] as const
  for (const [externalId, at] of told) {
    const says = { status: 'active', modifiedAt: at, externalId }
    await shop.tell(polar.event('subscription.updated', at, polar.subscription(says)))
  }
  const { results } = await env.DB.prepare('SELECT state, reason FROM inbox ORDER BY id').all()
  expect(results).toEqual(told.map(() => ({ state: 'applied', reason: null })))
  expect([await featuresOf(ada), await featuresOf(grace)]).toEqual([[], ['reader']])
})

it('A Lemon Squeezy invoice that names its user waits for a subscription that is not told yet', async () => {
  const [shop, userId] = [aProvider('lemonsqueezy', 'live'), aUser()]
  await shop.sells(String(lemonsqueezy.VARIANT), 'garden')
  const paid = lemonsqueezy.invoice({ id: 901, reason: 'initial', createdAt: '2027-01-10T09:00:05.000000Z' })
  await shop.tell(lemonsqueezy.event('subscription_payment_success', paid, { userId }))
  expect(await byId('lemonsqueezy', 'subscription/501')).toMatchObject({
    waiting: { reason: 'unmatched', waitsFor: ['ref:subscription/501'] },
  })
  const begun = { status: 'active', updatedAt: '2027-01-10T09:00:06.000000Z' }
  const subscription = lemonsqueezy.subscription({ ...begun, renewsAt: '2027-02-10T09:00:05.000000Z' })
  await shop.tell(lemonsqueezy.event('subscription_created', subscription, { userId }))
  expect(await featuresOf(userId)).toEqual(['garden'])
  await shop.sweep()
  expect(await byId('lemonsqueezy', 'subscription/501')).toMatchObject({ waiting: null })
})
