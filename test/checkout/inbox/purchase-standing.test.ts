import { applyD1Migrations, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { purchaseToWire } from '../../../src/api/purchase-to-wire.ts'
import { purchaseByIds } from '../../../src/ledger/across-users/purchase.ts'
import { aUser } from '../../support/user.ts'
import { MARCH, charge, delivery, invoicePayment, subscription } from '../payloads/stripe.ts'
import type { Delivery } from '../scenario.ts'
import { aProvider } from './a-provider.ts'

// The ids are those of the provider's own examples: each test has a world of its own.
afterEach(async () => {
  await reset()
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
})

const [CREATED] = ['customer.subscription.created'] as const
const SOON = '2027-03-05T12:00:00Z'

/** A shop that has mapped its prices, and none of the products that Stripe names besides. */
async function aStripe(...events: readonly Delivery[]) {
  const stripe = aProvider('stripe')
  await stripe.sells('price_pro', 'pro')
  await stripe.sells('price_book', 'book')
  for (const event of events) await stripe.tell(event)
  return stripe
}

async function told(id: string) {
  const of = { provider: 'stripe', account: '' }
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
