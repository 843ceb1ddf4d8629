import { describe, expect, it } from 'vitest'
import * as payload from '../payloads/polar.ts'
import { alikeAt } from './alike-at.ts'
import { Story, bought } from './story.ts'

const expectAlike = alikeAt('polar')

describe('what happens at Polar when', () => {
  it('A renewal is told before it is paid', (test) => expectAlike(test))
  it('A renewal fails, and is paid later', (test) => expectAlike(test))
  it('A renewal fails, and is never paid', (test) => expectAlike(test))
  it('The card is changed', (test) => expectAlike(test))
  it('The plan goes up', (test) => expectAlike(test))
  it('The plan goes up and down again within a period', (test) => expectAlike(test))
  it('The quantity goes up, and down again', (test) => expectAlike(test))
  it('It is paused, and resumed', (test) => expectAlike(test))
  it('It is cancelled at the end of the period', (test) => expectAlike(test))
  it('It is cancelled at once', (test) => expectAlike(test))
  it('The running period is refunded in full', (test) => expectAlike(test))
  it('An older period is refunded in full', (test) => expectAlike(test))

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

  it('A part is refunded', (test) => expectAlike(test))
  it('What was spent already is refunded', (test) => expectAlike(test))
  it('A renewal fails after a refund', (test) => expectAlike(test))
  it('The payment of the running period is disputed, and the dispute is won', (test) => expectAlike(test))
  it('The payment of the running period is disputed, and the dispute is lost', (test) => expectAlike(test))
  it('The payment of an older period is disputed', (test) => expectAlike(test))
  it('A trial converts', (test) => expectAlike(test))
  it('A trial ends with a declined card', (test) => expectAlike(test))
  it('It changes to a price that nobody mapped', (test) => expectAlike(test))

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
