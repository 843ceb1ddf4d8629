import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { followUp } from '../../src/checkout/jobs/follow-up.ts'
import { putCustomerLink } from '../../src/owners/customer-link.ts'
import { decidePurchase } from '../../src/owners/decide-purchase.ts'
import { aUser } from '../support/user.ts'
import { MARCH, charge, delivery, session } from '../checkout/payloads/stripe.ts'
import { NOW } from '../checkout/signatures/senders.ts'
import { aProvider } from '../checkout/a-provider.ts'
import { featuresOf, inInbox } from '../checkout/a-shop.ts'
import { aShopThatSells, buy, customerOf } from '../checkout/a-trade.ts'
import { anEmptyLedger } from '../support/an-empty-ledger.ts'

// The ids are those of the provider's own examples: each test has a world of its own.
afterEach(async () => {
  await anEmptyLedger()
})

const BY_HAND = { what: 'customer', at: NOW } as const

async function statesOf(type: string) {
  const { results } = await env.DB.prepare('SELECT state FROM inbox WHERE type = ?').bind(type).all()
  return results
}

describe('an event that came while a purchase was nobody’s', () => {
  it('goes on at once when that is given to somebody by another of its ids', async () => {
    const [ada, bob] = [aUser(), aUser()]
    const stripe = aProvider('stripe')
    await stripe.sells('price_book', 'book')
    await stripe.tell(
      delivery('checkout.session.completed', MARCH, session({ userId: null, customer: null })),
    )
    const give = async (userId: string | null) => {
      const of = { provider: 'stripe', account: '' }
      await decidePurchase(env.DB, of, { ids: ['cs_test_1'], userId, now: NOW })
      await followUp(stripe.deps, BY_HAND)
    }
    await give(ada)
    expect(await featuresOf(ada)).toEqual(['book'])
    await give(null)
    await stripe.tell(delivery('charge.refunded', MARCH, charge({ refunded: 1900 })))
    expect(await statesOf('charge.refunded')).not.toEqual([{ state: 'applied' }])

    await give(bob)
    expect(await statesOf('charge.refunded')).toEqual([{ state: 'applied' }])
    expect(await featuresOf(bob)).toEqual([])
  })

  it('goes on at once when its customer is linked', async () => {
    const [ada, bob] = [aUser(), aUser()]
    const shop = await aShopThatSells()
    const customer = customerOf(shop)
    await buy(shop, { purchase_id: `1-${shop.name}`, customer, user_id: ada })
    await buy(shop, { customer })
    // A second user is named with the customer: whose it is what names nobody, nobody can say any more.
    await buy(shop, { purchase_id: `2-${shop.name}`, customer, user_id: bob })
    const says = { purchase_id: shop.name, refund_id: 'r', full: true }
    const { id } = await shop.send('purchase.refunded', says)
    expect((await inInbox(id)).state).not.toBe('applied')

    const at = shop.deps.now()
    const of = { provider: 'standard-webhooks', account: '' }
    await putCustomerLink(env.DB, of, { customerId: customer, userId: bob, now: at })
    await followUp(shop.deps, { ...BY_HAND, at })
    expect(await inInbox(id)).toMatchObject({ state: 'applied', userId: bob })
  })
})
