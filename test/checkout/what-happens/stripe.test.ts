import { describe, expect, it } from 'vitest'
import * as payload from '../payloads/stripe.ts'
import { Story, bought } from './story.ts'

describe('what happens at Stripe when', () => {
  it('A renewal is told before it is paid', async () => {
    const usual = await bought('stripe')
    await usual.moves()
    expect(usual.on('04-01')).toBe('basic: granted, 100')

    const strict = await bought('stripe', { amounts: 'on_payment' })
    await strict.spends(60, '03-20')
    await strict.moves()
    expect(strict.on('04-01')).toBe('basic: granted, 40')
    await strict.recovers('04-02')
    expect(strict.on('04-02')).toBe('basic: granted, 100')
  })

  it('A renewal fails, and is paid later', async () => {
    const story = await bought('stripe')
    await story.spends(60, '03-20')
    await story.fails()
    expect(story.on('04-01')).toBe('basic: in_grace, 40')
    await story.spends(10, '04-02')
    await story.failsAgain('04-04')
    expect(story.on('04-07')).toBe('basic: in_grace, 30')
    await story.recovers('04-07')
    expect(story.on('04-07')).toBe('basic: granted, 100')
    expect(story.on('05-01')).toBe('basic: in_grace, 100')
  })

  it('A renewal fails, and is never paid', async () => {
    const story = await bought('stripe')
    await story.spends(60, '03-20')
    await story.fails()
    expect(story.on('04-07')).toBe('basic: in_grace, 40')
    expect(story.on('04-08')).toBe('nothing: expired, 0')
    await story.isGivenUp('04-22', 'unpaid')
    expect(story.on('04-22')).toBe('nothing: expired, 0')
  })

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

  it('An invoice on account is overdue', async () => {
    const story = await bought('stripe', { isByInvoice: true })
    await story.moves()
    expect(story.on('04-10')).toBe('basic: granted, 100')
    await story.failsAgain('04-15')
    expect(story.on('04-21')).toBe('basic: in_grace, 100')
    expect(story.on('04-23')).toBe('nothing: expired, 0')
    await story.recovers('04-25')
    expect(story.on('04-25')).toBe('basic: granted, 100')
  })

  it('The card is changed', async () => {
    const story = await bought('stripe')
    await story.spends(60, '03-20')
    await story.changesCard('03-21')
    expect(story.on('03-21')).toBe('basic: granted, 40')
  })

  it('The plan goes up', async () => {
    const story = await bought('stripe')
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic pro: granted, 440')
  })

  it('The plan goes up and down again within a period', async () => {
    const story = await bought('stripe')
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    await story.spends(240, '03-16')
    await story.changes({ plan: 'lite' }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 0')
    await story.changes({ plan: 'max' }, 'on_account', '03-25')
    expect(story.on('03-25')).toBe('basic pro: granted, 200')
  })

  it('A change is charged at once, and declined', async () => {
    const story = await bought('stripe')
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'declined', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 40')
    expect(story.on('03-31')).toBe('basic: granted, 40')
    await story.settlesChange('03-18')
    expect(story.on('03-18')).toBe('basic pro: granted, 440')
  })

  it('The quantity goes up, and down again', async () => {
    const story = await bought('stripe')
    await story.spends(60, '03-10')
    await story.changes({ quantity: 3 }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 240')
    await story.changes({ quantity: 1 }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 40')
  })

  it('An item is added, and taken away', async () => {
    const story = await bought('stripe')
    await story.changes({ addon: true }, 'paid', '03-10')
    expect(story.on('03-10')).toBe('basic extra: granted, 150')
    await story.changes({ addon: false }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 100')
  })

  it('It is paused, and resumed', async () => {
    const story = await bought('stripe')
    await story.spends(60, '03-10')
    await story.pauses('03-15')
    expect(story.on('03-16')).toBe('nothing: suspended, 0')
    await story.resumes('03-20')
    expect(story.on('03-20')).toBe('basic: granted, 40')
  })

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

  it('It is cancelled at the end of the period', async () => {
    const story = await bought('stripe')
    await story.cancels('03-15')
    expect(story.on('03-31')).toBe('basic: granted, 100')
    expect(story.on('04-01')).toBe('nothing: expired, 0')
  })

  it('It is cancelled at once', async () => {
    const story = await bought('stripe')
    await story.ends('03-15')
    expect(story.on('03-15')).toBe('nothing: expired, 0')
  })

  it('A period is paid after the end', async () => {
    const story = await bought('stripe')
    await story.ends('03-15')
    await story.isPaidAfterEnd('04-10')
    expect(story.on('04-10')).toBe('nothing: expired, 0')
    expect(story.shown).toEqual(['payment_after_end'])

    const unpaid = await bought('stripe')
    await unpaid.fails()
    await unpaid.isGivenUp('04-22', 'ended')
    await unpaid.isPaidAfterEnd('04-25', 'unpaid')
    expect(unpaid.on('04-25')).toBe('nothing: expired, 0')
    expect(unpaid.shown).toEqual(['payment_after_end'])
  })

  it('The running period is refunded in full', async () => {
    const story = await bought('stripe', { interval: 'year' })
    await story.refunds('p0', '09-15')
    expect(story.on('09-15')).toBe('nothing: no_entitlement, 0')
    await story.changesCard('09-16')
    expect(story.on('09-16')).toBe('nothing: no_entitlement, 0')
  })

  it('An older period is refunded in full', async () => {
    const story = await bought('stripe')
    await story.renews()
    await story.spends(60, '04-10')
    await story.refunds('p0', '04-15')
    expect(story.on('04-15')).toBe('basic: granted, 40')
  })

  it('A change within a period or an extra invoice is refunded', async () => {
    const story = await bought('stripe')
    await story.changes({ plan: 'max' }, 'paid', '03-10')
    await story.paysExtra('03-12')
    await story.refunds('c1', '03-15')
    await story.refunds('x1', '03-15')
    expect(story.on('03-15')).toBe('basic pro: granted, 500')
  })

  it('A part is refunded', async () => {
    const kept = await bought('stripe')
    await kept.refunds('p0', '03-15', 450)
    expect(kept.on('03-15')).toBe('basic: granted, 100')

    const revoked = await bought('stripe', { partialRefund: 'revoke' })
    await revoked.refunds('p0', '03-15', 450)
    expect(revoked.on('03-15')).toBe('nothing: no_entitlement, 0')
  })

  it('What was spent already is refunded', async () => {
    const forgiven = await bought('stripe')
    await forgiven.spends(60, '03-10')
    await forgiven.refunds('p0', '03-15')
    expect(forgiven.on('03-15')).toBe('nothing: no_entitlement, 0')

    const owed = await bought('stripe', { spentRefund: 'allow_debt' })
    await owed.spends(60, '03-10')
    await owed.refunds('p0', '03-15')
    expect(owed.on('03-15')).toBe('nothing: no_entitlement, -60')
    expect(owed.on('04-07')).toBe('nothing: no_entitlement, -60')
    expect(owed.on('04-09')).toBe('nothing: no_entitlement, 0')
  })

  it('A renewal fails after a refund', async () => {
    const story = await bought('stripe')
    await story.refunds('p0', '03-15')
    await story.fails()
    expect(story.on('04-03')).toBe('basic: in_grace, 0')
    expect(story.on('04-09')).toBe('nothing: expired, 0')
  })

  it('A refund fails', async () => {
    const story = await bought('stripe')
    await story.spends(30, '03-10')
    await story.refunds('p0', '03-15')
    expect(story.on('03-15')).toBe('nothing: no_entitlement, 0')
    const failed = payload.refund({ id: 're_1', payment: 'pi_p0', amount: 900, status: 'failed' })
    await story.hears(payload.delivery('refund.failed', '2027-03-20T12:00:00Z', failed), '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 70')
  })

  it('The payment of the running period is disputed, and the dispute is won', async () => {
    const story = await bought('stripe')
    await story.disputes('p0', 'disputed', '03-10')
    expect(story.on('03-10')).toBe('nothing: suspended, 0')
    await story.disputes('p0', 'dispute_won', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 100')
  })

  it('The payment of the running period is disputed, and the dispute is lost', async () => {
    const story = await bought('stripe')
    await story.disputes('p0', 'disputed', '03-10')
    await story.disputes('p0', 'dispute_lost', '03-20')
    expect(story.on('03-20')).toBe('nothing: no_entitlement, 0')
  })

  it('The payment of an older period is disputed', async () => {
    const story = await bought('stripe')
    await story.renews()
    await story.disputes('p0', 'disputed', '04-10')
    expect(story.on('04-10')).toBe('basic: granted, 100')
    await story.disputes('p0', 'dispute_lost', '04-20')
    expect(story.on('04-20')).toBe('basic: granted, 100')
  })

  it('A trial converts', async () => {
    const story = await bought('stripe', { trialDays: 14 })
    await story.spends(60, '03-10')
    expect(story.on('03-10')).toBe('basic: in_trial, 40')
    await story.renews()
    expect(story.on('03-16')).toBe('basic: granted, 100')
  })

  it('A trial ends with a declined card', async () => {
    const story = await bought('stripe', { trialDays: 14 })
    await story.spends(60, '03-10')
    await story.fails()
    expect(story.on('03-16')).toBe('basic: in_grace, 40')
    expect(story.on('03-22')).toBe('nothing: expired, 0')
  })

  it('It changes to a price that nobody mapped', async () => {
    const story = await bought('stripe', { mapped: ['lite'] })
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 40')
    await story.renews()
    expect(story.on('04-02')).toBe('basic: granted, 100')
    expect(story.shown).toEqual(['unknown_product'])
  })

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
