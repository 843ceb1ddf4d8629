import { describe, expect, it } from 'vitest'
import * as payload from '../payloads/lemonsqueezy.ts'
import { Story, bought } from './story.ts'

describe('what happens at Lemon Squeezy when', () => {
  it('A renewal fails, and is paid later', async () => {
    const story = await bought('lemonsqueezy')
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
    const story = await bought('lemonsqueezy')
    await story.spends(60, '03-20')
    await story.fails()
    expect(story.on('04-07')).toBe('basic: in_grace, 40')
    expect(story.on('04-08')).toBe('nothing: expired, 0')
    await story.isGivenUp('04-22', 'unpaid')
    expect(story.on('04-22')).toBe('nothing: expired, 0')
  })

  it('The card is changed', async () => {
    const story = await bought('lemonsqueezy')
    await story.spends(60, '03-20')
    await story.changesCard('03-21')
    expect(story.on('03-21')).toBe('basic: granted, 40')
  })

  it('The plan goes up', async () => {
    const story = await bought('lemonsqueezy')
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic pro: granted, 440')
  })

  it('The plan goes up and down again within a period', async () => {
    const story = await bought('lemonsqueezy')
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    await story.spends(240, '03-16')
    await story.changes({ plan: 'lite' }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 0')
    await story.changes({ plan: 'max' }, 'on_account', '03-25')
    expect(story.on('03-25')).toBe('basic pro: granted, 200')
  })

  it('The quantity goes up, and down again', async () => {
    const story = await bought('lemonsqueezy')
    await story.spends(60, '03-10')
    await story.changes({ quantity: 3 }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 240')
    await story.changes({ quantity: 1 }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 40')
  })

  it('It is paused, and resumed', async () => {
    const story = await bought('lemonsqueezy')
    await story.spends(60, '03-10')
    await story.pauses('03-15')
    expect(story.on('03-16')).toBe('nothing: suspended, 0')
    await story.resumes('03-20')
    expect(story.on('03-20')).toBe('basic: granted, 40')
  })

  it('It is paused and goes on for free', async () => {
    const story = await bought('lemonsqueezy')
    const pause = { mode: 'free', resumes_at: '2027-06-01T09:00:00Z' }
    const of = { status: 'paused', variant: 51, pause, orderItem: 4, updatedAt: '2027-03-10T12:00:00Z' }
    await story.hears(payload.event('subscription_paused', payload.subscription(of)), '03-10')
    expect(story.on('05-31')).toBe('basic: granted, 100')
    expect(story.on('06-01')).toBe('nothing: expired, 0')
  })

  it('It is cancelled at the end of the period', async () => {
    const story = await bought('lemonsqueezy')
    await story.cancels('03-15')
    expect(story.on('03-31')).toBe('basic: granted, 100')
    expect(story.on('04-01')).toBe('nothing: expired, 0')
  })

  it('The running period is refunded in full', async () => {
    const story = await bought('lemonsqueezy', { interval: 'year' })
    await story.refunds('p0', '09-15')
    expect(story.on('09-15')).toBe('nothing: no_entitlement, 0')
    await story.changesCard('09-16')
    expect(story.on('09-16')).toBe('nothing: no_entitlement, 0')
  })

  it('An older period is refunded in full', async () => {
    const story = await bought('lemonsqueezy')
    await story.renews()
    await story.spends(60, '04-10')
    await story.refunds('p0', '04-15')
    expect(story.on('04-15')).toBe('basic: granted, 40')
  })

  it('A change within a period is refunded', async () => {
    const story = await bought('lemonsqueezy')
    await story.changes({ plan: 'max' }, 'paid', '03-10')
    await story.refunds('c1', '03-15')
    expect(story.on('03-15')).toBe('basic pro: granted, 500')
  })

  it('The plan changes to a year, which is refunded in full', async () => {
    const story = await bought('lemonsqueezy')
    await story.spends(60, '03-05')
    await story.changesToYear('03-10')
    expect(story.on('03-10')).toBe('basic: granted, 100')
    expect(story.on('2028-03-09')).toBe('basic: granted, 100')
    await story.refunds('p1', '03-20')
    expect(story.on('03-20')).toBe('nothing: no_entitlement, 0')
    await story.changesCard('03-21')
    await story.cancels('03-22')
    expect(story.on('03-22')).toBe('nothing: no_entitlement, 0')
  })

  it('A part is refunded', async () => {
    const kept = await bought('lemonsqueezy')
    await kept.refunds('p0', '03-15', 450)
    expect(kept.on('03-15')).toBe('basic: granted, 100')

    const revoked = await bought('lemonsqueezy', { partialRefund: 'revoke' })
    await revoked.refunds('p0', '03-15', 450)
    expect(revoked.on('03-15')).toBe('nothing: no_entitlement, 0')
  })

  it('What was spent already is refunded', async () => {
    const forgiven = await bought('lemonsqueezy')
    await forgiven.spends(60, '03-10')
    await forgiven.refunds('p0', '03-15')
    expect(forgiven.on('03-15')).toBe('nothing: no_entitlement, 0')

    const owed = await bought('lemonsqueezy', { spentRefund: 'allow_debt' })
    await owed.spends(60, '03-10')
    await owed.refunds('p0', '03-15')
    expect(owed.on('03-15')).toBe('nothing: no_entitlement, -60')
    expect(owed.on('04-07')).toBe('nothing: no_entitlement, -60')
    expect(owed.on('04-09')).toBe('nothing: no_entitlement, 0')
  })

  it('A renewal fails after a refund', async () => {
    const story = await bought('lemonsqueezy')
    await story.refunds('p0', '03-15')
    await story.fails()
    expect(story.on('04-03')).toBe('basic: in_grace, 0')
    expect(story.on('04-09')).toBe('nothing: expired, 0')
  })

  it('A trial converts', async () => {
    const story = await bought('lemonsqueezy', { trialDays: 14 })
    await story.spends(60, '03-10')
    expect(story.on('03-10')).toBe('basic: in_trial, 40')
    await story.renews()
    expect(story.on('03-16')).toBe('basic: granted, 100')
  })

  it('A trial ends with a declined card', async () => {
    const story = await bought('lemonsqueezy', { trialDays: 14 })
    await story.spends(60, '03-10')
    await story.fails()
    expect(story.on('03-16')).toBe('basic: in_grace, 40')
    expect(story.on('03-22')).toBe('nothing: expired, 0')
  })

  it('It changes to a price that nobody mapped', async () => {
    const story = await bought('lemonsqueezy', { mapped: ['lite'] })
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'paid', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 40')
    await story.renews()
    expect(story.on('04-02')).toBe('basic: granted, 100')
    expect(story.shown).toEqual(['unknown_product'])
  })

  it('An order comes without its subscription', async () => {
    const story = new Story('lemonsqueezy')
    const order = payload.order({ variant: 51 })
    await story.hears(payload.event('order_created', order, { userId: 'ada' }), '01-10')
    expect(story.on('2029-01-10')).toBe('basic: granted, 100')
    await story.spends(60, '01-11')
    const of = { status: 'active', variant: 51, updatedAt: '2027-01-10T09:00:05Z' }
    await story.hears(payload.event('subscription_created', payload.subscription(of)), '01-12')
    expect(story.on('01-12')).toBe('basic: granted, 40')
    expect(story.on('02-20')).toBe('nothing: expired, 0')
  })

  it('Something is bought once, and refunded', async () => {
    const story = new Story('lemonsqueezy')
    const bought = payload.order({ variant: 51, quantity: 2 })
    await story.hears(payload.event('order_created', bought, { userId: 'ada' }), '01-10')
    expect(story.on('2029-01-10')).toBe('basic: granted, 200')
    const order = payload.order({
      variant: 51,
      quantity: 2,
      status: 'refunded',
      updatedAt: '2027-02-01T09:00:00Z',
    })
    await story.hears(payload.event('order_refunded', order), '02-01')
    expect(story.on('02-01')).toBe('nothing: no_entitlement, 0')
  })

  it('An invoice comes of a subscription that nobody told of', async () => {
    const story = new Story('lemonsqueezy')
    const invoice = payload.invoice({ id: 9, reason: 'renewal', createdAt: '2027-03-01T09:00:00Z' })
    await story.hears(payload.event('subscription_payment_success', invoice), '03-01')
    expect(story.waiting).toBe(1)
    expect(story.on('03-01')).toBe('nothing: no_entitlement, 0')
  })
})
