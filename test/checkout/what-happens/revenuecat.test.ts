import { describe, expect, it } from 'vitest'
import * as payload from '../payloads/revenuecat.ts'
import { alikeAt } from './alike-at.ts'
import { Story, bought } from './story.ts'

const expectAlike = alikeAt('revenuecat')

describe('what happens at RevenueCat when', () => {
  it('A renewal fails while the store waits, and is paid later', async () => {
    const story = await bought('revenuecat')
    await story.spends(60, '03-20')
    await story.fails(undefined, '04-17')
    expect(story.on('04-10')).toBe('basic: granted, 40')
    await story.recovers('04-12')
    expect(story.on('04-12')).toBe('basic: granted, 100')
  })

  it('A renewal fails while the store waits, and is never paid', async () => {
    const story = await bought('revenuecat')
    await story.fails(undefined, '04-17')
    expect(story.on('04-16')).toBe('basic: granted, 100')
    expect(story.on('04-17')).toBe('nothing: expired, 0')
    await story.isGivenUp('04-17', 'ended')
    expect(story.on('04-17')).toBe('nothing: expired, 0')
  })

  it('A renewal fails and the store does not wait', async () => {
    const story = await bought('revenuecat')
    await story.spends(60, '03-20')
    await story.fails()
    expect(story.on('04-01')).toBe('nothing: expired, 0')
    await story.recovers('04-12')
    expect(story.on('04-12')).toBe('basic: granted, 100')
  })

  it('A renewal is not told', async () => {
    const story = await bought('revenuecat')
    expect(story.on('04-03')).toBe('basic: in_grace, 100')
    expect(story.on('04-09')).toBe('nothing: expired, 0')
  })

  it('The plan goes up at once', async () => {
    const story = await bought('revenuecat')
    await story.spends(60, '03-10')
    await story.buysPlan('max', '03-15')
    expect(story.on('03-15')).toBe('basic pro: granted, 500')
  })

  it('The plan goes down with the next period', async () => {
    const story = await bought('revenuecat', { plan: 'max' })
    await story.plansChange('lite', '03-15')
    expect(story.on('03-15')).toBe('basic pro: granted, 500')
    await story.renews({ plan: 'lite' })
    expect(story.on('04-01')).toBe('basic: granted, 100')
  })

  it('The plan changes at Google Play', async () => {
    const story = new Story('revenuecat')
    const at = '2027-03-10T08:00:00Z'
    const of = (id: string, plan: string) => {
      return { store: 'PLAY_STORE', product_id: plan, transaction_id: id, original_transaction_id: id }
    }
    const lite = of('GPA.1', 'lite.monthly')
    await story.hears(payload.event('INITIAL_PURCHASE', '2027-03-01T08:00:00Z', lite), '03-01')
    const change = { ...lite, new_product_id: 'max.monthly' }
    await story.hears(payload.event('PRODUCT_CHANGE', at, change), '03-10')
    const period = { purchased_at_ms: payload.ms(at), expiration_at_ms: payload.ms('2027-04-10T08:00:00Z') }
    const max = { ...of('GPA.2', 'max.monthly'), ...period }
    await story.hears(payload.event('INITIAL_PURCHASE', at, max), '03-10')
    expect(story.on('03-10')).toBe('basic pro: granted, 500')
  })

  it('It is paused at Google Play', async () => {
    const story = await bought('revenuecat')
    await story.hears(payload.event('SUBSCRIPTION_PAUSED', '2027-03-10T08:00:00Z'), '03-10')
    expect(story.on('03-31')).toBe('basic: granted, 100')
    await story.ends('04-01')
    expect(story.on('04-01')).toBe('nothing: expired, 0')
  })

  it('It is cancelled at the end of the period', (test) => expectAlike(test))

  it('The running period is refunded', async () => {
    const story = await bought('revenuecat', { interval: 'year' })
    await story.refunds('p0', '09-15')
    expect(story.on('09-15')).toBe('nothing: no_entitlement, 0')
  })

  it('A refund is reversed', async () => {
    const story = await bought('revenuecat')
    await story.spends(60, '03-10')
    await story.refunds('p0', '03-15')
    expect(story.on('03-15')).toBe('nothing: no_entitlement, 0')
    const period = {
      purchased_at_ms: payload.ms('2027-03-01T09:00:00Z'),
      expiration_at_ms: payload.ms('2027-04-01T09:00:00Z'),
    }
    const of = { product_id: 'lite.monthly', transaction_id: 'tx_p0', original_transaction_id: 'tx_p0' }
    await story.hears(payload.event('REFUND_REVERSED', '2027-03-20T08:00:00Z', { ...of, ...period }), '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 40')
  })

  it('An older transaction is refunded', async () => {
    const story = await bought('revenuecat')
    await story.renews()
    await story.spends(60, '04-10')
    await story.refunds('p0', '04-15')
    expect(story.on('04-15')).toBe('basic: granted, 40')
  })

  it('What was spent already is refunded', async () => {
    const forgiven = await bought('revenuecat')
    await forgiven.spends(60, '03-10')
    await forgiven.refunds('p0', '03-15')
    expect(forgiven.on('03-15')).toBe('nothing: no_entitlement, 0')

    const owed = await bought('revenuecat', { spentRefund: 'allow_debt' })
    await owed.spends(60, '03-10')
    await owed.refunds('p0', '03-15')
    expect(owed.on('03-15')).toBe('nothing: no_entitlement, -60')
  })

  it('A trial converts', (test) => expectAlike(test))

  it('A trial ends with a declined card', async () => {
    const ended = await bought('revenuecat', { trialDays: 14 })
    await ended.fails()
    expect(ended.on('03-16')).toBe('nothing: expired, 0')

    const waiting = await bought('revenuecat', { trialDays: 14 })
    await waiting.spends(60, '03-10')
    await waiting.fails(undefined, '03-31')
    expect(waiting.on('03-16')).toBe('basic: granted, 40')
    expect(waiting.on('03-31')).toBe('nothing: expired, 0')
  })

  it('A product is sold that nobody mapped', async () => {
    const story = await bought('revenuecat', { mapped: ['lite'] })
    await story.renews({ plan: 'max' })
    expect(story.on('04-15')).toBe('basic: granted, 100')
    expect(story.shown).toEqual(['unknown_product'])
  })

  it('Something is bought for life, and refunded', async () => {
    const story = new Story('revenuecat')
    const life = {
      product_id: 'lite.monthly',
      transaction_id: 'tx_1',
      original_transaction_id: 'tx_1',
      expiration_at_ms: null,
    }
    await story.hears(payload.event('NON_RENEWING_PURCHASE', '2027-03-01T08:00:00Z', life), '03-01')
    expect(story.on('2029-03-01')).toBe('basic: granted, 100')
    const refund = { ...life, cancel_reason: 'CUSTOMER_SUPPORT' }
    await story.hears(payload.event('CANCELLATION', '2027-04-01T08:00:00Z', refund), '04-01')
    expect(story.on('04-01')).toBe('nothing: no_entitlement, 0')
  })

  it('Virtual currency is credited', async () => {
    const story = new Story('revenuecat')
    const adjustments = [{ amount: 3, currency: { code: 'lite.monthly' } }]
    const of = { virtual_currency_transaction_id: 'vc_1', adjustments }
    await story.hears(payload.event('VIRTUAL_CURRENCY_TRANSACTION', '2027-03-01T08:00:00Z', of), '03-01')
    expect(story.on('2029-03-01')).toBe('basic: granted, 300')
    const taken = payload.event('VIRTUAL_CURRENCY_TRANSACTION', '2027-03-02T08:00:00Z', {
      virtual_currency_transaction_id: 'vc_2',
      adjustments: [{ amount: -3, currency: { code: 'lite.monthly' } }],
    })
    expect(await story.flagsOf(taken)).toEqual(['virtual_currency_taken'])
    await story.hears(taken, '03-02')
    expect(story.on('03-02')).toBe('basic: granted, 300')
  })
})
