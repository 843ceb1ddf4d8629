import { describe, expect, it } from 'vitest'
import * as payload from '../payloads/polar.ts'
import { Story, bought } from './story.ts'

describe('what happens at Polar when', () => {
  it('A renewal is told before it is paid', async () => {
    const usual = await bought('polar')
    await usual.moves()
    expect(usual.on('04-01')).toBe('basic: granted, 100')

    const strict = await bought('polar', { amounts: 'on_payment' })
    await strict.spends(60, '03-20')
    await strict.moves()
    expect(strict.on('04-01')).toBe('basic: granted, 40')
    await strict.recovers('04-02')
    expect(strict.on('04-02')).toBe('basic: granted, 100')
  })

  it('A renewal fails, and is paid later', async () => {
    const story = await bought('polar')
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
    const story = await bought('polar')
    await story.spends(60, '03-20')
    await story.fails()
    expect(story.on('04-07')).toBe('basic: in_grace, 40')
    expect(story.on('04-08')).toBe('nothing: expired, 0')
    await story.isGivenUp('04-22', 'unpaid')
    expect(story.on('04-22')).toBe('nothing: expired, 0')
  })

  it('The card is changed', async () => {
    const story = await bought('polar')
    await story.spends(60, '03-20')
    await story.changesCard('03-21')
    expect(story.on('03-21')).toBe('basic: granted, 40')
  })

  it('The plan goes up', async () => {
    const story = await bought('polar')
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic pro: granted, 440')
  })

  it('The plan goes up and down again within a period', async () => {
    const story = await bought('polar')
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    await story.spends(240, '03-16')
    await story.changes({ plan: 'lite' }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 0')
    await story.changes({ plan: 'max' }, 'on_account', '03-25')
    expect(story.on('03-25')).toBe('basic pro: granted, 200')
  })

  it('The quantity goes up, and down again', async () => {
    const story = await bought('polar')
    await story.spends(60, '03-10')
    await story.changes({ quantity: 3 }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 240')
    await story.changes({ quantity: 1 }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 40')
  })

  it('It is paused, and resumed', async () => {
    const story = await bought('polar')
    await story.spends(60, '03-10')
    await story.pauses('03-15')
    expect(story.on('03-16')).toBe('nothing: suspended, 0')
    await story.resumes('03-20')
    expect(story.on('03-20')).toBe('basic: granted, 40')
  })

  it('It is cancelled at the end of the period', async () => {
    const story = await bought('polar')
    await story.cancels('03-15')
    expect(story.on('03-31')).toBe('basic: granted, 100')
    expect(story.on('04-01')).toBe('nothing: expired, 0')
  })

  it('It is cancelled at once', async () => {
    const story = await bought('polar')
    await story.ends('03-15')
    expect(story.on('03-15')).toBe('nothing: expired, 0')
  })

  it('The running period is refunded in full', async () => {
    const story = await bought('polar', { interval: 'year' })
    await story.refunds('p0', '09-15')
    expect(story.on('09-15')).toBe('nothing: no_entitlement, 0')
    await story.changesCard('09-16')
    expect(story.on('09-16')).toBe('nothing: no_entitlement, 0')
  })

  it('An older period is refunded in full', async () => {
    const story = await bought('polar')
    await story.renews()
    await story.spends(60, '04-10')
    await story.refunds('p0', '04-15')
    expect(story.on('04-15')).toBe('basic: granted, 40')
  })

  it('A change within a period or a metered order is refunded', async () => {
    const story = await bought('polar')
    await story.changes({ plan: 'max' }, 'paid', '03-10')
    await story.paysExtra('03-12')
    await story.refunds('c1', '03-15')
    await story.refunds('x1', '03-15')
    expect(story.on('03-15')).toBe('basic pro: granted, 500')
  })

  it('The plan changes to a year, which is refunded in full', async () => {
    const story = new Story('polar')
    const month = ['2027-03-01T09:00:00Z', '2027-04-01T09:00:00Z'] as const
    const year = ['2027-03-10T09:00:00Z', '2028-03-10T09:00:00Z'] as const
    const told = { status: 'active', externalId: 'ada' }
    const order = { subscription: payload.SUBSCRIPTION, externalId: 'ada' }
    const monthly = payload.subscription({ ...told, period: month, product: 'prod_lite' })
    await story.hears(payload.event('subscription.created', month[0], monthly), '03-01')
    const first = { ...order, id: 'order_1', reason: 'subscription_create', createdAt: month[0] }
    await story.hears(payload.event('order.paid', month[0], payload.order(first)), '03-01')
    const yearly = payload.subscription({ ...told, period: year, product: 'prod_max', modifiedAt: year[0] })
    await story.hears(payload.event('subscription.updated', year[0], yearly), '03-10')
    const change = { ...order, id: 'order_2', reason: 'subscription_update', createdAt: year[0], net: 17_000 }
    await story.hears(payload.event('order.paid', year[0], payload.order(change)), '03-10')
    expect(story.on('05-01')).toBe('basic pro: granted, 500')

    const refunded = payload.order({ ...change, status: 'refunded', modifiedAt: '2027-05-01T12:00:00Z' })
    await story.hears(payload.event('order.refunded', '2027-05-01T12:00:00Z', refunded), '05-01')
    expect(story.on('05-01')).toBe('nothing: no_entitlement, 0')
  })

  it('A part is refunded', async () => {
    const kept = await bought('polar')
    await kept.refunds('p0', '03-15', 450)
    expect(kept.on('03-15')).toBe('basic: granted, 100')

    const revoked = await bought('polar', { partialRefund: 'revoke' })
    await revoked.refunds('p0', '03-15', 450)
    expect(revoked.on('03-15')).toBe('nothing: no_entitlement, 0')
  })

  it('What was spent already is refunded', async () => {
    const forgiven = await bought('polar')
    await forgiven.spends(60, '03-10')
    await forgiven.refunds('p0', '03-15')
    expect(forgiven.on('03-15')).toBe('nothing: no_entitlement, 0')

    const owed = await bought('polar', { spentRefund: 'allow_debt' })
    await owed.spends(60, '03-10')
    await owed.refunds('p0', '03-15')
    expect(owed.on('03-15')).toBe('nothing: no_entitlement, -60')
    expect(owed.on('04-07')).toBe('nothing: no_entitlement, -60')
    expect(owed.on('04-09')).toBe('nothing: no_entitlement, 0')
  })

  it('A renewal fails after a refund', async () => {
    const story = await bought('polar')
    await story.refunds('p0', '03-15')
    await story.fails()
    expect(story.on('04-03')).toBe('basic: in_grace, 0')
    expect(story.on('04-09')).toBe('nothing: expired, 0')
  })

  it('The payment of the running period is disputed, and the dispute is won', async () => {
    const story = await bought('polar')
    await story.disputes('p0', 'disputed', '03-10')
    expect(story.on('03-10')).toBe('nothing: suspended, 0')
    await story.disputes('p0', 'dispute_won', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 100')
  })

  it('The payment of the running period is disputed, and the dispute is lost', async () => {
    const story = await bought('polar')
    await story.disputes('p0', 'disputed', '03-10')
    await story.disputes('p0', 'dispute_lost', '03-20')
    expect(story.on('03-20')).toBe('nothing: no_entitlement, 0')
  })

  it('The payment of an older period is disputed', async () => {
    const story = await bought('polar')
    await story.renews()
    await story.disputes('p0', 'disputed', '04-10')
    expect(story.on('04-10')).toBe('basic: granted, 100')
    await story.disputes('p0', 'dispute_lost', '04-20')
    expect(story.on('04-20')).toBe('basic: granted, 100')
  })

  it('A trial converts', async () => {
    const story = await bought('polar', { trialDays: 14 })
    await story.spends(60, '03-10')
    expect(story.on('03-10')).toBe('basic: in_trial, 40')
    await story.renews()
    expect(story.on('03-16')).toBe('basic: granted, 100')
  })

  it('A trial ends with a declined card', async () => {
    const story = await bought('polar', { trialDays: 14 })
    await story.spends(60, '03-10')
    await story.fails()
    expect(story.on('03-16')).toBe('basic: in_grace, 40')
    expect(story.on('03-22')).toBe('nothing: expired, 0')
  })

  it('It changes to a price that nobody mapped', async () => {
    const story = await bought('polar', { mapped: ['lite'] })
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 40')
    await story.renews()
    expect(story.on('04-02')).toBe('basic: granted, 100')
    expect(story.shown).toEqual(['unknown_product'])
  })

  it('Something is bought once, and refunded', async () => {
    const story = new Story('polar')
    const order = {
      id: 'order_1',
      reason: 'purchase',
      createdAt: '2027-03-01T09:00:00Z',
      product: 'prod_lite',
    }
    const paid = payload.order({ ...order, seats: 2, externalId: 'ada' })
    await story.hears(payload.event('order.paid', '2027-03-01T09:00:00Z', paid), '03-01')
    expect(story.on('2029-03-01')).toBe('basic: granted, 200')
    const refunded = payload.order({ ...order, status: 'refunded', modifiedAt: '2027-04-01T09:00:00Z' })
    await story.hears(payload.event('order.refunded', '2027-04-01T09:00:00Z', refunded), '04-01')
    expect(story.on('04-01')).toBe('nothing: no_entitlement, 0')
  })

  it('Something is refunded that nobody told of', async () => {
    const story = await bought('polar')
    const refund = payload.refund({ id: 'refund_9', order: 'order_9' })
    await story.hears(payload.event('refund.created', '2027-03-10T12:00:00Z', refund), '03-10')
    expect(story.waiting).toBe(1)
    expect(story.on('03-10')).toBe('basic: granted, 100')
  })
})
