import { describe, expect, it } from 'vitest'
import { NOTHING_SAID, Unparseable } from '../../../src/checkout/provider/provider.ts'
import { shopify } from '../../../src/checkout/providers/shopify/shopify.ts'
import { SHOP, delivery, dispute, order, refund } from '../payloads/shopify.ts'
import type { Delivery } from '../scenario.ts'
import { shopifyScenarios } from '../scenarios/shopify.ts'
import { envelopeOf, expectConvergence, readingOf } from './arrivals.ts'

const envelope = (sent: Delivery) => envelopeOf(shopify, sent)
const read = (sent: Delivery) => readingOf(shopify, sent)
const paid = { updatedAt: '2027-03-01T10:00:05+01:00', status: 'paid' }
const snapshotOf = (says: Parameters<typeof order>[0], topic = 'orders/updated') =>
  read(delivery(topic, order(says))).facts.find(({ type }) => type === 'subscription')

describe('the envelope of a Shopify event', () => {
  it('is named by topic and webhook id: one action raises several topics with one event id', () => {
    const headers = { 'X-Shopify-Event-Id': 'e-1', 'X-Shopify-Webhook-Id': 'w-1' }
    const created = envelope(delivery('orders/create', order(paid), headers))
    const told = envelope(delivery('orders/paid', order(paid), headers))
    expect(created.eventId).toBe('orders/create:w-1')
    expect(told.eventId).toBe('orders/paid:w-1')
  })

  it('is the same for the same webhook, which is sent twice at the same moment', () => {
    const sent = delivery('orders/paid', order(paid))
    expect(envelope(sent)).toEqual(envelope(sent))
  })

  it('says the shop, the moment of its signed body, and whether money was meant', () => {
    expect(envelope(delivery('orders/paid', order(paid)))).toMatchObject({
      account: SHOP,
      type: 'orders/paid',
      occurredAt: Date.parse('2027-03-01T09:00:05Z'),
      mode: 'live',
    })
    expect(envelope(delivery('orders/paid', order({ ...paid, test: true }))).mode).toBe('test')
  })

  it('tells the mode of a refund by its transactions, and none of a dispute', () => {
    const back = { id: 900, createdAt: '2027-03-05T12:00:00Z' }
    const transactions = [{ id: 1, kind: 'refund', status: 'success', test: true }]
    expect(envelope(delivery('refunds/create', refund(back))).mode).toBe('live')
    expect(envelope(delivery('refunds/create', refund({ ...back, transactions }))).mode).toBe('test')
    expect(envelope(delivery('refunds/create', refund({ ...back, transactions: [] }))).mode).toBeNull()
    expect(envelope(delivery('disputes/create', dispute({ id: 1, status: 'won' }))).mode).toBeNull()
  })

  it('falls back to the object’s own time', () => {
    const sent = delivery('orders/paid', order(paid), { 'X-Shopify-Triggered-At': '' })
    const { 'X-Shopify-Triggered-At': _none, ...headers } = sent.headers ?? {}
    expect(envelope({ ...sent, headers }).occurredAt).toBe(Date.parse('2027-03-01T09:00:05Z'))
  })

  it('is refused without what names the event, and for a body that is no order', () => {
    const sent = delivery('orders/paid', order(paid))
    expect(() => envelope({ body: sent.body })).toThrow(Unparseable)
    expect(() => envelope({ ...sent, body: { ...order(paid), line_items: 'none' } })).toThrow('line_items')
  })
})

describe('a Shopify order', () => {
  it('gives its lines once it is paid, for ever', () => {
    expect(snapshotOf(paid, 'orders/paid')).toEqual({
      type: 'subscription',
      ref: '7001',
      aliases: [],
      customer: '3301',
      version: { at: Date.parse('2027-03-01T09:00:05Z'), rank: 5 },
      terminal: false,
      state: 'active',
      toldAt: Date.parse('2027-03-01T09:00:05Z'),
      startsAt: Date.parse('2027-03-01T09:00:00Z'),
      endsAt: null,
      tellsPayments: false,
      items: [{ id: '81', product: '501', also: ['9000'], quantity: 1, ordered: 1, period: null }],
    })
  })

  it('says the same by orders/create as by orders/paid, so that it grants once', () => {
    expect(snapshotOf(paid, 'orders/create')).toEqual(snapshotOf(paid, 'orders/paid'))
  })

  it.each([
    ['paid', 'active'],
    ['partially_refunded', 'active'],
    ['refunded', 'none'],
  ])('that is %s is %s', (status, state) => {
    expect(snapshotOf({ ...paid, status })).toMatchObject({ state })
  })

  it.each(['pending', 'authorized', 'voided', 'expired'])('that is %s names nobody', (status) => {
    const unpaid = order({ ...paid, status, userId: 'u_ada' })
    expect(read(delivery('orders/create', unpaid))).toEqual(NOTHING_SAID)
  })

  it('that is partially paid leaves what is known of it: an edit of a paid order looks the same', () => {
    expect(read(delivery('orders/updated', order({ ...paid, status: 'partially_paid' })))).toMatchObject({
      facts: [],
      unknown: [],
    })
  })

  it.each(['frozen', null])(
    'with the status %s waits for somebody to look, and keeps its refunds',
    (status) => {
      const refunds = [
        refund({ id: 900, createdAt: '2027-03-05T12:00:00Z', lines: [{ id: 910, line: 81, quantity: 1 }] }),
      ]
      const reading = read(delivery('orders/updated', order({ ...paid, status, refunds })))
      expect(reading.unknown).toEqual([`financial_status=${status ?? 'missing'}`])
      expect(reading.facts.map(({ type }) => type)).toEqual(['reversal'])
    },
  )

  it('counts what is left of a line, not what was ordered', () => {
    const lines = [{ id: 81, variant: 501, quantity: 3, current: 1 }]
    expect(snapshotOf({ ...paid, lines })).toMatchObject({ items: [{ quantity: 1, ordered: 3 }] })
  })

  it('of an older API version, which does not count what is left, counts from what was ordered', () => {
    const { line_items, ...rest } = order(paid)
    const lines = line_items.map(({ current_quantity: _none, ...line }) => line)
    const { facts } = read(delivery('orders/paid', { ...rest, line_items: lines }))
    expect(facts).toMatchObject([{ items: [{ quantity: 1, ordered: 1 }] }])
  })

  it('ends when it is cancelled, also of the same second', () => {
    const cancelled = snapshotOf({ ...paid, cancelledAt: '2027-03-01T10:00:05+01:00' }, 'orders/cancelled')
    const refunded = snapshotOf({ ...paid, status: 'refunded' })
    expect(cancelled).toMatchObject({
      state: 'ended',
      endsAt: Date.parse('2027-03-01T09:00:05Z'),
      version: { rank: 13 },
    })
    expect(refunded).toMatchObject({ version: { rank: 7 } })
  })

  it('orders what is told of one second by the course of a payment', () => {
    const course = ['paid', 'partially_refunded', 'refunded']
    const versions = course.map((status) => snapshotOf({ ...paid, status }))
    const ranks = versions.map((fact) => (fact?.type === 'subscription' ? fact.version.rank : -1))
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    expect(new Set(ranks).size).toBe(course.length)
  })

  it('sells by variant, else by SKU; what has neither stays what it was', () => {
    const lines = [
      { id: 81, variant: 501, quantity: 1, sku: 'COURSE' },
      { id: 82, variant: null, quantity: 1, sku: 'WORKBOOK' },
      { id: 83, variant: null, quantity: 1 },
    ]
    expect(snapshotOf({ ...paid, lines })).toMatchObject({
      items: [{ product: '501' }, { product: 'WORKBOOK' }, { id: '83', product: null }],
    })
  })

  it('is not told by orders/edited, which holds the edit alone', () => {
    const body = { order_edit: { id: 1, order_id: 7001, line_items: { additions: [], removals: [] } } }
    expect(envelope(delivery('orders/edited', body)).type).toBe('orders/edited')
    expect(read(delivery('orders/edited', body)).facts).toEqual([])
  })
})

describe('the user of a Shopify order', () => {
  const links = (body: unknown) =>
    read(delivery('orders/paid', body)).facts.filter(({ type }) => type === 'link')

  it('is named by a note attribute', () => {
    expect(links(order({ ...paid, userId: 'u_ada' }))).toEqual([
      { type: 'link', customer: '3301', refs: ['7001'], userId: 'u_ada', rank: 'own', writer: 'buyer' },
    ])
  })

  it('is named in the same way where a guest checked out', () => {
    expect(links(order({ ...paid, customer: null, userId: 'u_ada' }))).toEqual([
      { type: 'link', customer: null, refs: ['7001'], userId: 'u_ada', rank: 'own', writer: 'buyer' },
    ])
  })

  it.each(['user_id', '_user_id'])('may be named by the property %s of a line', (name) => {
    const lines = [{ id: 81, variant: 501, quantity: 1, properties: [{ name, value: 'u_ada' }] }]
    expect(links(order({ ...paid, lines }))).toMatchObject([{ userId: 'u_ada' }])
  })

  it('is never guessed: not by e-mail, not of several, not of what is no user id', () => {
    expect(links(order(paid))).toEqual([])
    const properties = (value: string) => [{ name: 'user_id', value }]
    const lines = [
      { id: 81, variant: 501, quantity: 1, properties: properties('u_ada') },
      { id: 82, variant: 502, quantity: 1, properties: properties('u_grace') },
    ]
    expect(links(order({ ...paid, lines }))).toEqual([])
    expect(read(delivery('orders/paid', order({ ...paid, lines }))).flags).toEqual(['several_user_ids'])
    const malformed = order({ ...paid, userId: 'not an id' })
    expect(links(malformed)).toEqual([])
    expect(read(delivery('orders/paid', malformed)).flags).toEqual(['malformed_user_id'])
  })
})

describe('a Shopify refund', () => {
  const back = refund({
    id: 900,
    createdAt: '2027-03-05T12:00:00Z',
    lines: [
      { id: 910, line: 81, quantity: 1 },
      { id: 911, line: 82, quantity: 2 },
    ],
  })

  it('reverses exactly its lines, keyed by refund and line', () => {
    const told = {
      type: 'reversal',
      of: ['7001'],
      version: { at: Date.parse('2027-03-05T12:00:00Z'), rank: 0 },
      undone: false,
      paidAt: null,
      reversedAt: Date.parse('2027-03-05T12:00:00Z'),
    }
    expect(read(delivery('refunds/create', back))).toEqual({
      facts: [
        { ...told, id: '900/910', reverses: { type: 'line', line: '81', quantity: 1 } },
        { ...told, id: '900/911', reverses: { type: 'line', line: '82', quantity: 2 } },
      ],
      unknown: [],
      flags: [],
    })
  })

  it('says the same within its order', () => {
    const { facts } = read(delivery('orders/updated', order({ ...paid, refunds: [back] })))
    expect(facts.filter(({ type }) => type === 'reversal')).toEqual(
      read(delivery('refunds/create', back)).facts,
    )
  })

  it('of money alone is a part that the policy decides, and is flagged', () => {
    const reading = read(delivery('refunds/create', refund({ id: 900, createdAt: '2027-03-05T12:00:00Z' })))
    expect(reading.facts).toMatchObject([{ id: '900', reverses: { type: 'part' } }])
    expect(reading.flags).toEqual(['partial_refund'])
  })

  it('of money that has not been paid out says nothing', () => {
    const transactions = [{ id: 1, kind: 'refund', status: 'pending', test: false }]
    const pending = refund({ id: 900, createdAt: '2027-03-05T12:00:00Z', transactions })
    expect(read(delivery('refunds/create', pending)).facts).toEqual([])
  })
})

describe('a Shopify dispute', () => {
  const told = (status: string, says: object = {}) =>
    read(delivery('disputes/update', dispute({ id: 61, status, ...says })))

  it('holds its order while it is open, and releases it when it is won', () => {
    const hold = { type: 'hold', of: ['7001'], reason: 'dispute/61' }
    expect(told('needs_response').facts).toMatchObject([{ ...hold, held: true, version: { rank: 0 } }])
    expect(told('under_review').facts).toMatchObject([{ ...hold, held: true, version: { rank: 0 } }])
    expect(told('won').facts).toMatchObject([{ ...hold, held: false, version: { rank: 1 } }])
  })

  it.each(['lost', 'accepted'])('that is %s takes the order away', (status) => {
    expect(told(status).facts).toMatchObject([
      { type: 'hold', held: false },
      { type: 'reversal', id: 'dispute/61', of: ['7001'], reverses: { type: 'everything' } },
    ])
  })

  it('that is an inquiry, or of no order, changes nothing', () => {
    expect(told('needs_response', { type: 'inquiry' })).toEqual({ facts: [], unknown: [], flags: [] })
    expect(told('needs_response', { order: null })).toEqual({ facts: [], unknown: [], flags: [] })
  })

  it('of a kind or status that nobody knows waits for somebody to look', () => {
    expect(told('mediated')).toEqual({ facts: [], unknown: ['dispute.status=mediated'], flags: [] })
    expect(told('won', { type: 'x' })).toEqual({ facts: [], unknown: ['dispute.type=x'], flags: [] })
  })
})

it.each(['customers/redact', 'app/uninstalled', 'orders/delete'])('says nothing of %s', (topic) => {
  expect(read(delivery(topic, { id: 1, shop_domain: SHOP }))).toEqual({ facts: [], unknown: [], flags: [] })
})

describe('every order of arrival, each event twice, ends in the same', () => {
  it.each(shopifyScenarios)('$name', (scenario) => {
    expectConvergence(shopify, scenario)
  })
})
