import { describe, expect, it } from 'vitest'
import * as payload from '../payloads/stripe.ts'
import { alikeAt } from './alike-at.ts'
import { Story, bought } from './story.ts'

const expectAlike = alikeAt('stripe')

describe('what happens at Stripe when', () => {
  it('A renewal is told before it is paid', (test) => expectAlike(test))
  it('A renewal fails, and is paid later', (test) => expectAlike(test))
  it('A renewal fails, and is never paid', (test) => expectAlike(test))

  it('A debit fails after ten days', async () => {
    const story = await bought('stripe')
    await story.moves()
    expect(story.on('04-05')).toBe('basic: granted, 100')
    await story.spends(30, '04-05')
    await story.failsAgain('04-11')
    expect(story.on('04-17')).toBe('basic: in_grace, 100')
    expect(story.on('04-19')).toBe('nothing: expired, 0')
    await story.recovers('04-20')
    expect(story.on('04-20')).toBe('basic: granted, 70')
  })

  it('An invoice on account is overdue', (test) => expectAlike(test))
  it('The card is changed', (test) => expectAlike(test))
  it('The plan goes up', (test) => expectAlike(test))
  it('The plan goes up and down again within a period', (test) => expectAlike(test))
  it('A change is charged at once, and declined', (test) => expectAlike(test))
  it('The quantity goes up, and down again', (test) => expectAlike(test))
  it('An item is added, and taken away', (test) => expectAlike(test))
  it('It is paused, and resumed', (test) => expectAlike(test))

  it('Only the collection is paused', async () => {
    const story = await bought('stripe')
    for (const pause of ['keep_as_draft', 'mark_uncollectible']) {
      const items = [{ price: 'price_lite' }]
      const object = payload.subscription({ pause, items })
      await story.hears(
        payload.delivery('customer.subscription.updated', '2027-03-10T12:00:00Z', object),
        '03-10',
      )
      expect(story.on('03-10')).toBe('basic: granted, 100')
    }
  })

  it('It is cancelled at the end of the period', (test) => expectAlike(test))
  it('It is cancelled at once', (test) => expectAlike(test))
  it('A period is paid after the end', (test) => expectAlike(test))
  it('The running period is refunded in full', (test) => expectAlike(test))
  it('An older period is refunded in full', (test) => expectAlike(test))
  it('A change within a period or an extra invoice is refunded', (test) => expectAlike(test))
  it('A part is refunded', (test) => expectAlike(test))
  it('What was spent already is refunded', (test) => expectAlike(test))
  it('A renewal fails after a refund', (test) => expectAlike(test))

  it('A refund fails', async () => {
    const story = await bought('stripe')
    await story.spends(30, '03-10')
    await story.refunds('p0', '03-15')
    expect(story.on('03-15')).toBe('nothing: no_entitlement, 0')
    const failed = payload.refund({ id: 're_1', payment: 'pi_p0', amount: 900, status: 'failed' })
    await story.hears(payload.delivery('refund.failed', '2027-03-20T12:00:00Z', failed), '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 70')
  })

  it('The payment of the running period is disputed, and the dispute is won', (test) => expectAlike(test))
  it('The payment of the running period is disputed, and the dispute is lost', (test) => expectAlike(test))
  it('The payment of an older period is disputed', (test) => expectAlike(test))
  it('A trial converts', (test) => expectAlike(test))
  it('A trial ends with a declined card', (test) => expectAlike(test))
  it('It changes to a price that nobody mapped', (test) => expectAlike(test))

  it('Something is bought once, refunded, and disputed', async () => {
    const session = payload.session({ metadata: { product: 'price_lite' } })
    const buy = payload.delivery('checkout.session.completed', payload.MARCH, session)
    const refunded = new Story('stripe')
    await refunded.hears(buy, '03-01')
    expect(refunded.on('2029-03-01')).toBe('basic: granted, 100')
    await refunded.hears(
      payload.delivery('charge.refunded', payload.APRIL, payload.charge({ refunded: 1900 })),
      '04-01',
    )
    expect(refunded.on('04-01')).toBe('nothing: no_entitlement, 0')

    const disputed = new Story('stripe')
    await disputed.hears(buy, '03-01')
    const dispute = payload.dispute('needs_response')
    await disputed.hears(payload.delivery('charge.dispute.created', payload.APRIL, dispute), '04-01')
    expect(disputed.on('04-01')).toBe('nothing: suspended, 0')
  })

  it('A payment by transfer or debit is still on its way', async () => {
    const story = new Story('stripe')
    const session = payload.session({ paid: 'unpaid', metadata: { product: 'price_lite' } })
    await story.hears(payload.delivery('checkout.session.completed', payload.MARCH, session), '03-01')
    expect(story.on('03-01')).toBe('nothing: no_entitlement, 0')
    const paid = payload.session({ metadata: { product: 'price_lite' } })
    await story.hears(
      payload.delivery('checkout.session.async_payment_succeeded', '2027-03-05T12:00:00Z', paid),
      '03-05',
    )
    expect(story.on('03-05')).toBe('basic: granted, 100')
  })

  it('A payment is captured by hand', async () => {
    const story = new Story('stripe')
    const session = payload.session({ paid: 'unpaid', metadata: { product: 'price_lite' } })
    await story.hears(payload.delivery('checkout.session.completed', payload.MARCH, session), '03-01')
    const held = { ...payload.charge(), captured: false, amount_captured: 0 }
    await story.hears(payload.delivery('charge.succeeded', payload.MARCH, held), '03-01')
    expect(story.on('03-01')).toBe('nothing: no_entitlement, 0')
    await story.hears(payload.delivery('charge.captured', '2027-03-05T12:00:00Z', payload.charge()), '03-05')
    expect(story.on('03-05')).toBe('basic: granted, 100')
  })

  it('The buyer raises the quantity in Checkout', async () => {
    const story = new Story('stripe')
    const told = (metadata: Readonly<Record<string, string>>) =>
      payload.delivery('checkout.session.completed', payload.MARCH, payload.session({ metadata }))
    const doubtful = told({ product: 'price_lite', quantity: '1' })
    expect(await story.flagsOf(doubtful)).toEqual(['quantity_not_verified'])
    expect(await story.flagsOf(told({ product: 'price_lite', quantity: '1', amount: '4900' }))).toEqual([])
    expect(await story.flagsOf(told({ product: 'price_lite', quantity: '1', amount: '900' }))).toEqual([
      'amount_differs',
    ])
    await story.hears(doubtful, '03-01')
    expect(story.on('03-01')).toBe('basic: granted, 100')
  })

  it('A one-off invoice is paid', async () => {
    const story = new Story('stripe')
    const lines = {
      data: [{ id: 'il_1', amount: 900, quantity: 2, pricing: { price_details: { price: 'price_lite' } } }],
    }
    const invoice = { ...payload.invoice({ subscription: null, userId: 'ada' }), lines }
    await story.hears(payload.delivery('invoice.paid', payload.MARCH, invoice), '03-01')
    expect(story.on('03-01')).toBe('basic: granted, 200')
  })

  it('A payment without Checkout names a product', async () => {
    const story = new Story('stripe')
    const metadata = { user_id: 'ada', product: 'price_lite', quantity: '2' }
    const intent = {
      id: 'pi_1',
      object: 'payment_intent',
      amount_received: 1900,
      latest_charge: 'ch_1',
      metadata,
    }
    await story.hears(payload.delivery('payment_intent.succeeded', payload.MARCH, intent), '03-01')
    expect(story.on('03-01')).toBe('basic: granted, 200')
    await story.hears(
      payload.delivery('charge.refunded', payload.APRIL, payload.charge({ refunded: 1900 })),
      '04-01',
    )
    expect(story.on('04-01')).toBe('nothing: no_entitlement, 0')
  })

  it('Something is bought once along with a subscription', async () => {
    const story = await bought('stripe')
    const session = payload.session({ mode: 'subscription', metadata: { product: 'price_addon' } })
    const checkout = payload.delivery('checkout.session.completed', payload.MARCH, session)
    expect(await story.flagsOf(checkout)).toEqual(['product_of_subscription_session'])
    await story.hears(checkout, '03-01')
    expect(story.on('03-01')).toBe('basic: granted, 100')
    const line = {
      id: 'il_once',
      amount: 300,
      quantity: 1,
      pricing: { price_details: { price: 'price_addon' } },
    }
    const invoice = { ...payload.invoice({ id: 'in_p0' }), lines: { data: [line] } }
    await story.hears(payload.delivery('invoice.paid', payload.MARCH, invoice), '03-01')
    expect(story.on('03-01')).toBe('basic extra: granted, 150')
  })

  it('Something is refunded that nobody told of', async () => {
    const story = await bought('stripe')
    await story.hears(
      payload.delivery('refund.created', payload.APRIL, payload.refund({ payment: 'pi_9' })),
      '03-15',
    )
    expect(story.waiting).toBe(1)
    expect(story.on('03-15')).toBe('basic: granted, 100')
  })
})
