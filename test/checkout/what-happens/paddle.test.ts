import { describe, expect, it } from 'vitest'
import * as payload from '../payloads/paddle.ts'
import { Story, bought } from './story.ts'

describe('what happens at Paddle when', () => {
  it('A renewal is told before it is paid', async () => {
    const usual = await bought('paddle')
    await usual.moves()
    expect(usual.on('04-01')).toBe('basic: granted, 100')

    const strict = await bought('paddle', { amounts: 'on_payment' })
    await strict.spends(60, '03-20')
    await strict.moves()
    expect(strict.on('04-01')).toBe('basic: granted, 40')
    await strict.recovers('04-02')
    expect(strict.on('04-02')).toBe('basic: granted, 100')
  })

  it('A renewal fails, and is paid later', async () => {
    const story = await bought('paddle')
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
    const story = await bought('paddle')
    await story.spends(60, '03-20')
    await story.fails()
    expect(story.on('04-07')).toBe('basic: in_grace, 40')
    expect(story.on('04-08')).toBe('nothing: expired, 0')
    await story.isGivenUp('04-22', 'ended')
    expect(story.on('04-22')).toBe('nothing: expired, 0')
  })

  it('An invoice on account is overdue', async () => {
    const story = await bought('paddle', { isByInvoice: true })
    await story.moves()
    expect(story.on('04-10')).toBe('basic: granted, 100')
    await story.failsAgain('04-15')
    expect(story.on('04-21')).toBe('basic: in_grace, 100')
    expect(story.on('04-23')).toBe('nothing: expired, 0')
    await story.recovers('04-25')
    expect(story.on('04-25')).toBe('basic: granted, 100')
  })

  it('The card is changed', async () => {
    const story = await bought('paddle')
    await story.spends(60, '03-20')
    await story.changesCard('03-21')
    expect(story.on('03-21')).toBe('basic: granted, 40')
  })

  it('The plan goes up', async () => {
    const story = await bought('paddle')
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic pro: granted, 440')
  })

  it('The plan goes up and down again within a period', async () => {
    const story = await bought('paddle')
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    await story.spends(240, '03-16')
    await story.changes({ plan: 'lite' }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 0')
    await story.changes({ plan: 'max' }, 'on_account', '03-25')
    expect(story.on('03-25')).toBe('basic pro: granted, 200')
  })

  it('A change is charged at once, and declined', async () => {
    const story = await bought('paddle')
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'declined', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 40')
    expect(story.on('03-31')).toBe('basic: granted, 40')
    await story.settlesChange('03-18')
    expect(story.on('03-18')).toBe('basic pro: granted, 440')
  })

  it('The quantity goes up, and down again', async () => {
    const story = await bought('paddle')
    await story.spends(60, '03-10')
    await story.changes({ quantity: 3 }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 240')
    await story.changes({ quantity: 1 }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 40')
  })

  it('An item is added, and taken away', async () => {
    const story = await bought('paddle')
    await story.changes({ addon: true }, 'paid', '03-10')
    expect(story.on('03-10')).toBe('basic extra: granted, 150')
    await story.changes({ addon: false }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 100')
  })

  it('It is paused, and resumed', async () => {
    const story = await bought('paddle')
    await story.spends(60, '03-10')
    await story.pauses('03-15')
    expect(story.on('03-16')).toBe('nothing: suspended, 0')
    await story.resumes('03-20')
    expect(story.on('03-20')).toBe('basic: granted, 40')
  })

  it('It is cancelled at the end of the period', async () => {
    const story = await bought('paddle')
    await story.cancels('03-15')
    expect(story.on('03-31')).toBe('basic: granted, 100')
    expect(story.on('04-01')).toBe('nothing: expired, 0')
  })

  it('It is cancelled at once', async () => {
    const story = await bought('paddle')
    await story.ends('03-15')
    expect(story.on('03-15')).toBe('nothing: expired, 0')
  })

  it('A period is paid after the end', async () => {
    const story = await bought('paddle')
    await story.ends('03-15')
    await story.isPaidAfterEnd('04-10')
    expect(story.on('04-10')).toBe('nothing: expired, 0')
    expect(story.shown).toEqual(['payment_after_end'])

    const unpaid = await bought('paddle')
    await unpaid.fails()
    await unpaid.isGivenUp('04-22', 'ended')
    await unpaid.isPaidAfterEnd('04-25', 'unpaid')
    expect(unpaid.on('04-25')).toBe('nothing: expired, 0')
    expect(unpaid.shown).toEqual(['payment_after_end'])
  })

  it('The running period is refunded in full', async () => {
    const story = await bought('paddle', { interval: 'year' })
    await story.refunds('p0', '09-15')
    expect(story.on('09-15')).toBe('nothing: no_entitlement, 0')
    await story.changesCard('09-16')
    expect(story.on('09-16')).toBe('nothing: no_entitlement, 0')
  })

  it('An older period is refunded in full', async () => {
    const story = await bought('paddle')
    await story.renews()
    await story.spends(60, '04-10')
    await story.refunds('p0', '04-15')
    expect(story.on('04-15')).toBe('basic: granted, 40')
  })

  it('A change within a period or an extra invoice is refunded', async () => {
    const story = await bought('paddle')
    await story.changes({ plan: 'max' }, 'paid', '03-10')
    await story.paysExtra('03-12')
    await story.refunds('c1', '03-15')
    await story.refunds('x1', '03-15')
    expect(story.on('03-15')).toBe('basic pro: granted, 500')
  })

  it('A part is refunded', async () => {
    const kept = await bought('paddle')
    await kept.refunds('p0', '03-15', 450)
    expect(kept.on('03-15')).toBe('basic: granted, 100')

    const revoked = await bought('paddle', { partialRefund: 'revoke' })
    await revoked.refunds('p0', '03-15', 450)
    expect(revoked.on('03-15')).toBe('nothing: no_entitlement, 0')
  })

  it('A line is refunded whole', async () => {
    const story = new Story('paddle')
    const period = ['2027-03-01T09:00:00Z', '2027-04-01T09:00:00Z'] as const
    const items = [{ price: 'pri_lite' }, { price: 'pri_addon' }]
    const begun = payload.subscription({ status: 'active', period, userId: 'ada', items })
    await story.hears(payload.event('subscription.created', period[0], begun), '03-01')
    const lines = [
      { id: 'txnitm_1', price: 'pri_lite', total: 900 },
      { id: 'txnitm_2', price: 'pri_addon', total: 300 },
    ]
    const of = { id: 'txn_1', origin: 'web', billedAt: period[0], subscription: payload.SUBSCRIPTION, period }
    const paid = payload.transaction({ ...of, lines })
    await story.hears(payload.event('transaction.completed', period[0], paid), '03-01')
    expect(story.on('03-05')).toBe('basic extra: granted, 150')

    const named = { id: 'adj_1', action: 'refund', type: 'partial', transaction: 'txn_1' }
    const refund = payload.adjustment({ ...named, items: [{ line: 'txnitm_2', total: 300 }] })
    await story.hears(payload.event('adjustment.updated', '2027-03-10T12:00:00Z', refund), '03-10')
    expect(story.on('03-10')).toBe('basic: granted, 100')
  })

  it('A refund is not approved yet, or is rejected', async () => {
    const story = await bought('paddle')
    const items = [{ line: 'txnitm_p0_0', total: 900 }]
    for (const status of ['pending_approval', 'rejected']) {
      const refund = payload.adjustment({
        id: 'adj_1',
        action: 'refund',
        status,
        transaction: 'txn_p0',
        items,
      })
      await story.hears(payload.event('adjustment.created', '2027-03-10T12:00:00Z', refund), '03-10')
    }
    expect(story.on('03-10')).toBe('basic: granted, 100')
  })

  it('What was spent already is refunded', async () => {
    const forgiven = await bought('paddle')
    await forgiven.spends(60, '03-10')
    await forgiven.refunds('p0', '03-15')
    expect(forgiven.on('03-15')).toBe('nothing: no_entitlement, 0')

    const owed = await bought('paddle', { spentRefund: 'allow_debt' })
    await owed.spends(60, '03-10')
    await owed.refunds('p0', '03-15')
    expect(owed.on('03-15')).toBe('nothing: no_entitlement, -60')
    expect(owed.on('04-07')).toBe('nothing: no_entitlement, -60')
    expect(owed.on('04-09')).toBe('nothing: no_entitlement, 0')
  })

  it('A renewal fails after a refund', async () => {
    const story = await bought('paddle')
    await story.refunds('p0', '03-15')
    await story.fails()
    expect(story.on('04-03')).toBe('basic: in_grace, 0')
    expect(story.on('04-09')).toBe('nothing: expired, 0')
  })

  it('The payment of the running period is disputed, and the dispute is won', async () => {
    const story = await bought('paddle')
    await story.disputes('p0', 'disputed', '03-10')
    expect(story.on('03-10')).toBe('nothing: suspended, 0')
    await story.disputes('p0', 'dispute_won', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 100')
  })

  it('A chargeback stands', async () => {
    const story = await bought('paddle')
    await story.disputes('p0', 'disputed', '03-10')
    expect(story.on('03-31')).toBe('nothing: suspended, 0')
    await story.renews()
    expect(story.on('04-10')).toBe('basic: granted, 100')
  })

  it('The payment of an older period is disputed', async () => {
    const story = await bought('paddle')
    await story.renews()
    await story.disputes('p0', 'disputed', '04-10')
    expect(story.on('04-10')).toBe('basic: granted, 100')
  })

  it('A trial converts', async () => {
    const story = await bought('paddle', { trialDays: 14 })
    await story.spends(60, '03-10')
    expect(story.on('03-10')).toBe('basic: in_trial, 40')
    await story.renews()
    expect(story.on('03-16')).toBe('basic: granted, 100')
  })

  it('A trial ends with a declined card', async () => {
    const story = await bought('paddle', { trialDays: 14 })
    await story.spends(60, '03-10')
    await story.fails()
    expect(story.on('03-16')).toBe('basic: in_grace, 40')
    expect(story.on('03-22')).toBe('nothing: expired, 0')
  })

  it('It changes to a price that nobody mapped', async () => {
    const story = await bought('paddle', { mapped: ['lite'] })
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 40')
    await story.renews()
    expect(story.on('04-02')).toBe('basic: granted, 100')
    expect(story.shown).toEqual(['unknown_product'])
  })

  it('Something is bought once, and refunded', async () => {
    const story = new Story('paddle')
    const at = '2027-03-01T09:00:00Z'
    const lines = [{ id: 'txnitm_1', price: 'pri_lite', total: 900, once: true }]
    const paid = payload.transaction({ id: 'txn_1', origin: 'web', billedAt: at, userId: 'ada', lines })
    await story.hears(payload.event('transaction.completed', at, paid), '03-01')
    expect(story.on('2029-03-01')).toBe('basic: granted, 100')
    const items = [{ line: 'txnitm_1', total: 900 }]
    const refund = payload.adjustment({ id: 'adj_1', action: 'refund', transaction: 'txn_1', items })
    await story.hears(payload.event('adjustment.updated', '2027-04-01T12:00:00Z', refund), '04-01')
    expect(story.on('04-01')).toBe('nothing: no_entitlement, 0')
  })

  it('Something is refunded that nobody told of', async () => {
    const story = await bought('paddle')
    const items = [{ line: 'txnitm_9', total: 900 }]
    const refund = payload.adjustment({ id: 'adj_1', action: 'refund', transaction: 'txn_9', items })
    await story.hears(payload.event('adjustment.updated', '2027-03-10T12:00:00Z', refund), '03-10')
    expect(story.waiting).toBe(1)
    expect(story.on('03-10')).toBe('basic: granted, 100')
  })
})
