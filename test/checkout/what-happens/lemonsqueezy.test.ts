import { describe, expect, it } from 'vitest'
import * as payload from '../payloads/lemonsqueezy.ts'
import { alikeAt } from './alike-at.ts'
import { Story, bought } from './story.ts'

const expectAlike = alikeAt('lemonsqueezy')

describe('what happens at Lemon Squeezy when', () => {
  it('A renewal fails, and is paid later', (test) => expectAlike(test))
  it('A renewal fails, and is never paid', (test) => expectAlike(test))
  it('The card is changed', (test) => expectAlike(test))
  it('The plan goes up', (test) => expectAlike(test))
  it('The plan goes up and down again within a period', (test) => expectAlike(test))
  it('The quantity goes up, and down again', (test) => expectAlike(test))
  it('It is paused, and resumed', (test) => expectAlike(test))

  it('It is paused and goes on for free', async () => {
    const story = await bought('lemonsqueezy')
    const pause = { mode: 'free', resumes_at: '2027-06-01T09:00:00Z' }
    const of = { status: 'paused', variant: 51, pause, orderItem: 4, updatedAt: '2027-03-10T12:00:00Z' }
    await story.hears(payload.event('subscription_paused', payload.subscription(of)), '03-10')
    expect(story.on('05-31')).toBe('basic: granted, 100')
    expect(story.on('06-01')).toBe('nothing: expired, 0')
  })

  it('It is cancelled at the end of the period', (test) => expectAlike(test))
  it('The running period is refunded in full', (test) => expectAlike(test))
  it('An older period is refunded in full', (test) => expectAlike(test))

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

  it('A part is refunded', (test) => expectAlike(test))
  it('What was spent already is refunded', (test) => expectAlike(test))
  it('A renewal fails after a refund', (test) => expectAlike(test))
  it('A trial converts', (test) => expectAlike(test))
  it('A trial ends with a declined card', (test) => expectAlike(test))
  it('It changes to a price that nobody mapped', (test) => expectAlike(test))

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
