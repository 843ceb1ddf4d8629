import { describe, expect, it } from 'vitest'
import * as payload from '../payloads/paddle.ts'
import { alikeAt } from './alike-at.ts'
import { Story, bought } from './story.ts'

const expectAlike = alikeAt('paddle')

describe('what happens at Paddle when', () => {
  it('A renewal is told before it is paid', (test) => expectAlike(test))
  it('A renewal fails, and is paid later', (test) => expectAlike(test))

  it('A renewal fails, and is never paid', async () => {
    const story = await bought('paddle')
    await story.spends(60, '03-20')
    await story.fails()
    expect(story.on('04-07')).toBe('basic: in_grace, 40')
    expect(story.on('04-08')).toBe('nothing: expired, 0')
    await story.isGivenUp('04-22', 'ended')
    expect(story.on('04-22')).toBe('nothing: expired, 0')
  })

  it('An invoice on account is overdue', (test) => expectAlike(test))
  it('The card is changed', (test) => expectAlike(test))
  it('The plan goes up', (test) => expectAlike(test))
  it('The plan goes up and down again within a period', (test) => expectAlike(test))
  it('A change is charged at once, and declined', (test) => expectAlike(test))
  it('The quantity goes up, and down again', (test) => expectAlike(test))
  it('An item is added, and taken away', (test) => expectAlike(test))
  it('It is paused, and resumed', (test) => expectAlike(test))
  it('It is cancelled at the end of the period', (test) => expectAlike(test))
  it('It is cancelled at once', (test) => expectAlike(test))
  it('A period is paid after the end', (test) => expectAlike(test))
  it('The running period is refunded in full', (test) => expectAlike(test))
  it('An older period is refunded in full', (test) => expectAlike(test))
  it('A change within a period or an extra invoice is refunded', (test) => expectAlike(test))
  it('A part is refunded', (test) => expectAlike(test))

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

  it('What was spent already is refunded', (test) => expectAlike(test))
  it('A renewal fails after a refund', (test) => expectAlike(test))
  it('The payment of the running period is disputed, and the dispute is won', (test) => expectAlike(test))

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

  it('A trial converts', (test) => expectAlike(test))
  it('A trial ends with a declined card', (test) => expectAlike(test))
  it('It changes to a price that nobody mapped', (test) => expectAlike(test))

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
