import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { purchaseToWire } from '../../src/app/wire/purchase-to-wire.ts'
import { purchaseByIds } from '../../src/owners/purchase.ts'
import { putProduct } from '../../src/catalog/put-product.ts'
import { claimPurchaseIds } from '../../src/owners/claim-purchase-ids.ts'
import { keepTransfer } from '../../src/owners/transfers.ts'
import { aUser } from '../support/user.ts'
import * as paddle from '../checkout/payloads/paddle.ts'
import {
  MARCH,
  charge,
  delivery,
  invoicePayment,
  session,
  subscription,
} from '../checkout/payloads/stripe.ts'
import type { Delivery } from '../checkout/scenario.ts'
import { aProvider } from '../checkout/a-provider.ts'
import { anEmptyLedger } from '../support/an-empty-ledger.ts'

// The ids are those of the provider's own examples: each test has a world of its own.
afterEach(async () => {
  await anEmptyLedger()
})

const [CREATED, COMPLETED] = ['customer.subscription.created', 'checkout.session.completed'] as const
const SOON = '2027-03-05T12:00:00Z'

/** A shop that has mapped its prices, and none of the products that Stripe names besides. */
async function aStripe(...events: readonly Delivery[]) {
  const stripe = aProvider('stripe')
  await stripe.sells('price_pro', 'pro')
  await stripe.sells('price_book', 'book')
  for (const event of events) await stripe.tell(event)
  return stripe
}

async function told(id: string, provider = 'stripe') {
  const of = { provider, account: '' }
  const found = await purchaseByIds(env.DB, of, [id], Date.parse('2027-03-10T00:00:00Z'))
  return purchaseToWire({ ...of, id, onlyOf: null }, found)
}

/** The subscription's first invoice is paid, and given back. */
const paid = delivery('invoice_payment.paid', MARCH, invoicePayment())
const refunded = delivery('charge.refunded', SOON, charge({ refunded: 1900 }))

describe('a purchase of a mapped price whose product nobody mapped', () => {
  it('has ended once it is refunded', async () => {
    const userId = aUser()
    const stripe = await aStripe(delivery(CREATED, MARCH, subscription({ userId })), paid)
    expect(await told('sub_1')).toMatchObject({ state: 'applied', userId })
    await stripe.tell(refunded)
    expect(await told('sub_1')).toMatchObject({ state: 'ended', userId })
  })
})

describe('a purchase that nobody mapped', () => {
  const unmapped = (says: object) =>
    delivery(COMPLETED, MARCH, session({ metadata: { product: 'price_new' }, ...says }))

  it('waits to be mapped, also while a part of it was given back', async () => {
    const userId = aUser()
    await aStripe(unmapped({ userId }), delivery('charge.refunded', SOON, charge({ refunded: 900 })))
    expect(await told('cs_test_1')).toMatchObject({ state: 'waiting', reason: 'unknown_product', userId })
  })

  it('has ended once all of it was given back, though it never gave anything', async () => {
    const userId = aUser()
    await aStripe(unmapped({ userId }), refunded)
    expect(await told('cs_test_1')).toMatchObject({ state: 'ended', userId })
  })

  it('has ended once its subscription has', async () => {
    const userId = aUser()
    const of = { userId, items: [{ price: 'price_new' }] }
    await aStripe(
      delivery(CREATED, MARCH, subscription(of)),
      delivery(
        'customer.subscription.deleted',
        SOON,
        subscription({ ...of, status: 'canceled', endedAt: SOON }),
      ),
    )
    expect(await told('sub_1')).toMatchObject({ state: 'ended', userId })
  })
})

describe('a purchase that is overdue past its grace', () => {
  it('has ended, until a payment comes after all', async () => {
    const userId = aUser()
    const late = subscription({ userId, status: 'past_due' })
    // As soon as it begins, so that all that there ever was of it is grace.
    const stripe = await aStripe(delivery(CREATED, MARCH, late))
    expect(await told('sub_1')).toMatchObject({ state: 'ended', userId })
    await stripe.tell(delivery('customer.subscription.updated', SOON, subscription({ userId })))
    expect(await told('sub_1')).toMatchObject({ state: 'applied', userId })
  })
})

describe('a purchase that gives nothing yet', () => {
  it('is not known while its subscription is incomplete, and is applied once that is paid', async () => {
    const userId = aUser()
    const stripe = await aStripe(delivery(CREATED, MARCH, subscription({ userId, status: 'incomplete' })))
    expect(await told('sub_1')).toMatchObject({ state: 'unknown' })
    await stripe.tell(delivery('customer.subscription.updated', SOON, subscription({ userId })))
    expect(await told('sub_1')).toMatchObject({ state: 'applied', userId })
  })

  it('is not known where its subscription is given up unpaid', async () => {
    const [userId, status] = [aUser(), 'incomplete_expired']
    const stripe = await aStripe(delivery(CREATED, MARCH, subscription({ userId, status: 'incomplete' })))
    const givenUp = subscription({ userId, status, endedAt: SOON })
    await stripe.tell(delivery('customer.subscription.updated', SOON, givenUp))
    expect(await told('sub_1')).toMatchObject({ state: 'unknown' })
  })

  it('waits for a bank transfer, names nobody, and is applied once that has come', async () => {
    const userId = aUser()
    const stripe = await aStripe(delivery(COMPLETED, MARCH, session({ userId, paid: 'unpaid' })))
    const waiting = await told('cs_test_1')
    expect(waiting).toMatchObject({ state: 'waiting', reason: 'not_paid' })
    expect(waiting).not.toHaveProperty('userId')
    await stripe.tell(delivery('checkout.session.async_payment_succeeded', SOON, session({ userId })))
    expect(await told('cs_test_1')).toMatchObject({ state: 'applied', userId })
  })

  it('is applied where what was bought has no features', async () => {
    const userId = aUser()
    const references = [{ provider: 'stripe', ref: 'price_gift' }]
    const put = await putProduct(env.DB, { id: 'gift', name: 'Gift', features: [], references }, false)
    expect(put.ok).toBe(true)
    await aStripe(delivery(COMPLETED, MARCH, session({ userId, metadata: { product: 'price_gift' } })))
    expect(await told('cs_test_1')).toMatchObject({ state: 'applied', userId })
  })
})

describe('a purchase that something points at before it is told', () => {
  it('is unmatched until then: Paddle tells the payment of a subscription first', async () => {
    const [shop, userId] = [aProvider('paddle'), aUser()]
    await shop.sells(paddle.MONTHLY, 'reading')
    const period = ['2027-03-01T09:00:00Z', '2027-04-01T09:00:00Z'] as const
    const payment = paddle.transaction({
      id: 'txn_1',
      origin: 'web',
      subscription: paddle.SUBSCRIPTION,
      period,
      billedAt: MARCH,
      customer: null,
      lines: [{ id: 'txnitm_1', price: paddle.MONTHLY, total: 1900 }],
    })
    await shop.tell(paddle.event('transaction.completed', MARCH, payment))
    expect(await told('txn_1', 'paddle')).toMatchObject({ state: 'unmatched' })

    const created = paddle.subscription({ status: 'active', period, transactionId: 'txn_1', userId })
    await shop.tell(paddle.event('subscription.created', MARCH, created))
    expect(await told('txn_1', 'paddle')).toMatchObject({ state: 'applied', userId })
  })
})

describe('a purchase that nobody has yet, and whose customer was transferred', () => {
  const of = { provider: 'revenuecat', account: '' }

  it.each([
    ['is named by its buyer while nobody says that it was among what was taken', false, 'payer'],
    ['is named by the receiver where all was taken', true, 'receiver'],
  ] as const)('%s', async (_title, takesAll, whose) => {
    const users = { payer: aUser(), receiver: aUser() }
    const [customerId, toCustomer] = [users.payer, users.receiver]
    const name = { id: 'purchase-1', rank: 'own', userId: users.payer, customerId, toldAt: 0 } as const
    const pointing = { isKept: false, isNaming: false, isHandLifted: false }
    await claimPurchaseIds(env.DB, of, { ids: [name.id], customerId: null, names: [name], ...pointing }, 1)
    const transfer = { customerId, toCustomer, userId: users.receiver, movedAt: 1000, store: '', takesAll }
    await keepTransfer(env.DB, of, transfer, 2000)
    expect(await purchaseByIds(env.DB, of, [name.id], 3000)).toMatchObject({
      userId: null,
      namedUsers: [users[whose]],
    })
  })
})
