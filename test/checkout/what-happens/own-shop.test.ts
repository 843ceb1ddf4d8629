import { describe, expect, it } from 'vitest'
import { TELLINGS } from '../../../tools/lives/tellers.ts'
import * as payload from '../payloads/standard-webhooks.ts'
import { alikeAt } from './alike-at.ts'
import { Hearing } from './hearing.ts'
import { bought } from './story.ts'

const SHOP = { name: 'standard-webhooks', ...TELLINGS['standard-webhooks'] }

const expectAlike = alikeAt('standard-webhooks')

describe("what happens at a shop of one's own when", () => {
  it('A renewal fails, and is paid later', (test) => expectAlike(test))

  it('A renewal fails, and is never paid', async () => {
    const story = await bought('standard-webhooks')
    await story.spends(60, '03-20')
    await story.fails('04-03')
    expect(story.on('04-09')).toBe('basic: in_grace, 40')
    expect(story.on('04-10')).toBe('nothing: expired, 0')
    await story.isGivenUp('04-22', 'unpaid')
    expect(story.on('04-22')).toBe('nothing: expired, 0')
  })

  it('The card is changed', (test) => expectAlike(test))

  it('The plan goes up', async () => {
    const story = await bought('standard-webhooks')
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'on_account', '03-15')
    expect(story.on('03-15')).toBe('basic pro: granted, 440')
  })

  it('The plan goes up and down again within a period', async () => {
    const story = await bought('standard-webhooks')
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'on_account', '03-15')
    await story.spends(240, '03-16')
    await story.changes({ plan: 'lite' }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 0')
    await story.changes({ plan: 'max' }, 'on_account', '03-25')
    expect(story.on('03-25')).toBe('basic pro: granted, 200')
  })

  it('The quantity goes up, and down again', async () => {
    const story = await bought('standard-webhooks')
    await story.spends(60, '03-10')
    await story.changes({ quantity: 3 }, 'on_account', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 240')
    await story.changes({ quantity: 1 }, 'on_account', '03-20')
    expect(story.on('03-20')).toBe('basic: granted, 40')
  })

  it('It is paused, and resumed', (test) => expectAlike(test))
  it('It is cancelled at the end of the period', (test) => expectAlike(test))
  it('It is cancelled at once', (test) => expectAlike(test))

  it('A subscription is refunded', async () => {
    const story = await bought('standard-webhooks')
    await story.ends('03-15')
    expect(story.on('03-15')).toBe('nothing: expired, 0')
  })

  it('The payment of the running period is disputed, and the dispute is won', (test) => expectAlike(test))
  it('The payment of the running period is disputed, and the dispute is lost', (test) => expectAlike(test))
  it('The payment of an older period is disputed', (test) => expectAlike(test))

  it('A dispute does not say which payment it is of', async () => {
    const story = await bought('standard-webhooks')
    await story.renews()
    const target = { type: 'subscription', id: '1001' }
    await story.hears(payload.opened(target), '04-10')
    expect(story.on('04-10')).toBe('nothing: suspended, 0')
    await story.hears(payload.closed(target, 'lost'), '04-20')
    expect(story.on('04-20')).toBe('nothing: no_entitlement, 0')
  })

  it('A trial converts', (test) => expectAlike(test))
  it('A trial ends with a declined card', (test) => expectAlike(test))

  it('It changes to a price that nobody mapped', async () => {
    const story = await bought('standard-webhooks', { mapped: ['lite'] })
    await story.spends(60, '03-10')
    await story.changes({ plan: 'max' }, 'on_account', '03-15')
    expect(story.on('03-15')).toBe('basic: granted, 40')
    await story.renews()
    expect(story.on('04-02')).toBe('basic: granted, 100')
    expect(story.shown).toEqual(['unknown_product'])
  })

  it('A line of a purchase is refunded, and the refund fails', async () => {
    const shop = new Hearing(SHOP)
    const lines = [
      { line_id: '1', product: 'club-lite', quantity: 3 },
      { line_id: '2', product: 'club-addon', quantity: 1 },
    ]
    await shop.hears(payload.completed({ lines }), '03-01')
    expect(shop.on('2029-03-01')).toBe('basic extra: granted, 350')
    await shop.hears(payload.refunded({ lines: [{ line_id: '1', quantity: 1 }, { line_id: '2' }] }), '03-10')
    expect(shop.on('03-10')).toBe('basic: granted, 200')
    const failed = { status: 'failed', lines: [{ line_id: '1', quantity: 1 }, { line_id: '2' }] }
    await shop.hears(payload.refunded(failed), '03-20')
    expect(shop.on('03-20')).toBe('basic extra: granted, 350')
  })

  it('A purchase is refunded in full', async () => {
    const forgiven = new Hearing(SHOP)
    const lines = [{ line_id: '1', product: 'club-lite', quantity: 1 }]
    await forgiven.hears(payload.completed({ lines }), '03-01')
    await forgiven.spends(60, '03-05')
    await forgiven.hears(payload.refunded({ full: true }), '03-10')
    expect(forgiven.on('03-10')).toBe('nothing: no_entitlement, 0')

    const owed = new Hearing(SHOP, { spentRefund: 'allow_debt' })
    await owed.hears(payload.completed({ lines }), '03-01')
    await owed.spends(60, '03-05')
    await owed.hears(payload.refunded({ full: true }), '03-10')
    expect(owed.on('03-10')).toBe('nothing: no_entitlement, -60')
    expect(owed.on('2029-03-10')).toBe('nothing: no_entitlement, -60')
  })

  it('A purchase is disputed, and the dispute is lost', async () => {
    const shop = new Hearing(SHOP)
    const target = { type: 'purchase', id: '1001' }
    await shop.hears(
      payload.completed({ lines: [{ line_id: '1', product: 'club-lite', quantity: 1 }] }),
      '03-01',
    )
    await shop.hears(payload.opened(target), '03-10')
    expect(shop.on('03-10')).toBe('nothing: suspended, 0')
    await shop.hears(payload.closed(target, 'lost'), '03-20')
    expect(shop.on('03-20')).toBe('nothing: no_entitlement, 0')
  })

  it('Something is refunded that nobody told of', async () => {
    const shop = new Hearing(SHOP)
    await shop.hears(payload.refunded({ full: true }), '03-10')
    expect(shop.waiting).toBe(1)
    await shop.hears(
      payload.completed({ lines: [{ line_id: '1', product: 'club-lite', quantity: 1 }] }),
      '03-11',
    )
    expect(shop.waiting).toBe(0)
    expect(shop.on('03-11')).toBe('nothing: no_entitlement, 0')
  })
})
