import { describe, expect, it } from 'vitest'
import { shopify } from '../../../src/checkout/providers/shopify/shopify.ts'
import type { Sold } from '../../../tools/lives/catalog.ts'
import { shopifyVariant } from '../../../tools/lives/tellers/shopify.ts'
import * as payload from '../payloads/shopify.ts'
import { Hearing } from './hearing.ts'

const SHOP = { name: 'shopify', provider: shopify, referencesOf: (sold: Sold) => [shopifyVariant(sold)] }
const LITE = 501
const MAX = 502
const ADDON = 503

type Says = Partial<payload.OrderSays>

function order(topic: string, day: string, says: Says = {}) {
  const updatedAt = `2027-${day}T12:00:00Z`
  return payload.delivery(topic, payload.order({ updatedAt, status: 'paid', userId: 'ada', ...says }))
}

const dispute = (status: string) => payload.delivery('disputes/create', payload.dispute({ id: 5, status }))

const THREE_AND_ONE = [
  { id: 81, variant: LITE, quantity: 3 },
  { id: 82, variant: ADDON, quantity: 1 },
]

const oneOf = (line: number) =>
  payload.refund({ id: 9, createdAt: '2027-03-10T12:00:00Z', lines: [{ id: 1, line, quantity: 1 }] })

describe('what happens at Shopify when', () => {
  it('An order is paid', async () => {
    const shop = new Hearing(SHOP)
    await shop.hears(order('orders/create', '03-01', { status: 'pending' }), '03-01')
    expect(shop.on('03-01')).toBe('nothing: no_entitlement, 0')
    await shop.hears(order('orders/paid', '03-03'), '03-03')
    expect(shop.on('2029-03-03')).toBe('basic: granted, 100')
  })

  it('A payment is authorized and not captured', async () => {
    const shop = new Hearing(SHOP)
    await shop.hears(order('orders/create', '03-01', { status: 'authorized' }), '03-01')
    expect(shop.on('03-01')).toBe('nothing: no_entitlement, 0')
    await shop.hears(order('orders/updated', '03-02', { status: 'voided' }), '03-02')
    expect(shop.on('03-02')).toBe('nothing: no_entitlement, 0')
  })

  it('A subscription makes its next order', async () => {
    const shop = new Hearing(SHOP)
    await shop.hears(order('orders/paid', '03-01'), '03-01')
    await shop.spends(60, '03-20')
    await shop.hears(
      order('orders/paid', '04-01', { id: 7002, lines: [{ id: 91, variant: LITE, quantity: 1 }] }),
      '04-01',
    )
    expect(shop.on('04-01')).toBe('basic: granted, 140')
  })

  it('The order is edited', async () => {
    const shop = new Hearing(SHOP)
    await shop.hears(order('orders/paid', '03-01'), '03-01')
    await shop.spends(60, '03-02')
    const lines = [
      { id: 81, variant: LITE, quantity: 1, current: 0 },
      { id: 82, variant: MAX, quantity: 1 },
    ]
    await shop.hears(order('orders/updated', '03-05', { status: 'partially_paid', lines }), '03-05')
    expect(shop.on('03-05')).toBe('basic: granted, 40')
    await shop.hears(order('orders/updated', '03-06', { lines }), '03-06')
    expect(shop.on('03-06')).toBe('basic pro: granted, 440')
  })

  it('A part of the quantity is refunded', async () => {
    const shop = new Hearing(SHOP)
    await shop.hears(order('orders/paid', '03-01', { lines: THREE_AND_ONE }), '03-01')
    await shop.spends(60, '03-05')
    await shop.hears(payload.delivery('refunds/create', oneOf(81)), '03-10')
    expect(shop.on('03-10')).toBe('basic extra: granted, 190')
  })

  it('A line is refunded whole', async () => {
    const shop = new Hearing(SHOP)
    await shop.hears(order('orders/paid', '03-01', { lines: THREE_AND_ONE }), '03-01')
    await shop.hears(payload.delivery('refunds/create', oneOf(82)), '03-10')
    expect(shop.on('03-10')).toBe('basic: granted, 300')
  })

  it('The order is refunded in full', async () => {
    const forgiven = new Hearing(SHOP)
    await forgiven.hears(order('orders/paid', '03-01'), '03-01')
    await forgiven.spends(60, '03-05')
    await forgiven.hears(payload.delivery('refunds/create', oneOf(81)), '03-10')
    expect(forgiven.on('03-10')).toBe('nothing: no_entitlement, 0')

    const owed = new Hearing(SHOP, { spentRefund: 'allow_debt' })
    await owed.hears(order('orders/paid', '03-01'), '03-01')
    await owed.spends(60, '03-05')
    await owed.hears(payload.delivery('refunds/create', oneOf(81)), '03-10')
    expect(owed.on('03-10')).toBe('nothing: no_entitlement, -60')
  })

  it('Money is given back that names no line', async () => {
    const refund = payload.delivery(
      'refunds/create',
      payload.refund({ id: 9, createdAt: '2027-03-10T12:00:00Z' }),
    )
    const kept = new Hearing(SHOP)
    await kept.hears(order('orders/paid', '03-01'), '03-01')
    await kept.hears(refund, '03-10')
    expect(kept.on('03-10')).toBe('basic: granted, 100')
    expect(await kept.flagsOf(refund)).toEqual(['partial_refund'])

    const revoked = new Hearing(SHOP, { partialRefund: 'revoke' })
    await revoked.hears(order('orders/paid', '03-01'), '03-01')
    await revoked.hears(refund, '03-10')
    expect(revoked.on('03-10')).toBe('nothing: no_entitlement, 0')
  })

  it('The order is cancelled', async () => {
    const shop = new Hearing(SHOP)
    await shop.hears(order('orders/paid', '03-01'), '03-01')
    await shop.hears(order('orders/cancelled', '03-10', { cancelledAt: '2027-03-10T12:00:00Z' }), '03-10')
    expect(shop.on('03-10')).toBe('nothing: expired, 0')
  })

  it('A chargeback is opened, and won', async () => {
    const shop = new Hearing(SHOP)
    await shop.hears(order('orders/paid', '03-01'), '03-01')
    await shop.hears(dispute('needs_response'), '03-12')
    expect(shop.on('03-12')).toBe('nothing: suspended, 0')
    await shop.hears(dispute('won'), '03-20')
    expect(shop.on('03-20')).toBe('basic: granted, 100')
  })

  it('A chargeback is lost', async () => {
    const shop = new Hearing(SHOP)
    await shop.hears(order('orders/paid', '03-01'), '03-01')
    await shop.hears(dispute('lost'), '03-20')
    expect(shop.on('03-20')).toBe('nothing: no_entitlement, 0')
  })

  it('A variant is sold that nobody mapped', async () => {
    const shop = new Hearing(SHOP, { mapped: ['lite'] })
    await shop.hears(order('orders/paid', '03-01', { lines: THREE_AND_ONE }), '03-01')
    expect(shop.on('03-01')).toBe('basic: granted, 300')
    expect(shop.shown).toEqual(['unknown_product'])
  })

  it('A variant is deleted', async () => {
    const shop = new Hearing(SHOP)
    await shop.hears(order('orders/paid', '03-01'), '03-01')
    const lines = [{ id: 81, variant: null, quantity: 1 }]
    await shop.hears(order('orders/fulfilled', '03-05', { lines }), '03-05')
    expect(shop.on('03-05')).toBe('basic: granted, 100')
  })

  it('Two users are named by one order', async () => {
    const shop = new Hearing(SHOP)
    const lines = [
      { id: 81, variant: LITE, quantity: 1, properties: [{ name: 'user_id', value: 'ada' }] },
      { id: 82, variant: LITE, quantity: 1, properties: [{ name: 'user_id', value: 'bob' }] },
    ]
    const says = { updatedAt: '2027-03-01T12:00:00Z', status: 'paid', lines }
    const told = payload.delivery('orders/paid', payload.order(says))
    expect(await shop.flagsOf(told)).toEqual(['several_user_ids'])
  })

  it('Something is refunded that nobody told of', async () => {
    const shop = new Hearing(SHOP)
    await shop.hears(payload.delivery('refunds/create', oneOf(81)), '03-10')
    expect(shop.waiting).toBe(1)
    await shop.hears(order('orders/paid', '03-01'), '03-11')
    expect(shop.waiting).toBe(0)
    expect(shop.on('03-11')).toBe('nothing: no_entitlement, 0')
  })
})
