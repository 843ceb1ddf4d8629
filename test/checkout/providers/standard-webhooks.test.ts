import { describe, expect, it } from 'vitest'
import { Unparseable } from '../../../src/checkout/provider/provider.ts'
import { standardWebhooks } from '../../../src/checkout/providers/standard-webhooks/standard-webhooks.ts'
import {
  changed,
  closed,
  completed,
  ended,
  event,
  linked,
  opened,
  refunded,
} from '../payloads/standard-webhooks.ts'
import type { Delivery } from '../scenario.ts'
import { standardWebhooksScenarios } from '../scenarios/standard-webhooks.ts'
import { envelopeOf, expectConvergence, readingOf } from './arrivals.ts'
import page from '../../../docs/checkout-payload.md?raw'

const envelope = (sent: Delivery) => envelopeOf(standardWebhooks, sent)
const factsOf = (sent: Delivery) => readingOf(standardWebhooks, sent).facts
const ms = (at: string) => Date.parse(at)

describe('the envelope', () => {
  it('is named by svix-id where that is sent instead, and by webhook-id where both are', () => {
    const { body } = completed()
    expect(envelope({ body, headers: { 'svix-id': 'msg_2' } }).eventId).toBe('msg_2')
    expect(envelope({ body, headers: { 'svix-id': 'msg_2', 'webhook-id': 'msg_1' } }).eventId).toBe('msg_1')
  })

  it('is named by the header webhook-id, and says the moment and the mode', () => {
    const sent = { ...completed({ mode: 'test' }), headers: { 'Webhook-Id': 'msg_42' } }
    expect(envelope(sent)).toEqual({
      eventId: 'msg_42',
      account: '',
      type: 'purchase.completed',
      occurredAt: ms('2027-03-01T08:00:00Z'),
      mode: 'test',
    })
    expect(envelope(completed()).mode).toBeNull()
  })

  it('reads moments with any offset and precision', () => {
    const sent = event('customer.linked', { customer: 'c', user_id: 'u' }, '2027-03-01T09:00:00.123456+01:00')
    expect(envelope(sent).occurredAt).toBe(ms('2027-03-01T08:00:00.123Z'))
  })

  it('of a type that nobody knows passes and says nothing', () => {
    const sent = event('credits.granted', { entry_id: 'e_1', amount: 5 })
    expect(envelope(sent).type).toBe('credits.granted')
    expect(readingOf(standardWebhooks, sent)).toEqual({ facts: [], unknown: [], flags: [] })
  })

  it('lets keys pass that nobody knows', () => {
    expect(factsOf(completed({ coupon: 'SPRING' }))).toEqual(factsOf(completed()))
  })
})

describe('an optional field', () => {
  it('may be null as well as left out', () => {
    const none = { version: null, starts_at: null, ends_at: null, mode: null }
    expect(factsOf(completed(none))).toEqual(factsOf(completed()))
    expect(factsOf(refunded({ full: true, lines: null, status: null }))).toEqual(
      factsOf(refunded({ full: true })),
    )
    expect(factsOf(changed(1, { cancel_at: null, starts_at: null, user_id: null }))).toEqual(
      factsOf(changed(1)),
    )
  })
})

describe('what is wrong is refused and named', () => {
  it.each([
    ['webhook-id', { ...completed(), headers: {} }],
    ['type', { body: { timestamp: '2027-03-01T08:00:00Z', data: {} }, headers: { 'webhook-id': 'm' } }],
    ['timestamp', event('purchase.completed', {}, 'yesterday')],
    ['data.mode', completed({ mode: 'sandbox' })],
    ['data.purchase_id', completed({ purchase_id: 1001 })],
    ['data.customer', completed({ customer: null, user_id: null })],
    ['data.user_id', completed({ user_id: 'not an id' })],
    ['data.lines', completed({ lines: [] })],
    ['data.lines.0.quantity', completed({ lines: [{ line_id: '1', product: 'p', quantity: 0.5 }] })],
    [
      'data.lines',
      completed({ lines: ['p', 'q'].map((product) => ({ line_id: '1', product, quantity: 1 })) }),
    ],
    ['data.lines', refunded()],
    ['data.lines', refunded({ full: true, lines: [{ line_id: '1' }] })],
    ['data.status', refunded({ full: true, status: 'pending' })],
    ['data.version', changed(1, { version: undefined })],
    ['data.version', changed(1, { version: 1.5 })],
    ['data.status', changed(1, { status: 'frozen' })],
    ['data.period', changed(1, { period: undefined })],
    [
      'data.period.ends_at',
      changed(1, { period: { starts_at: '2027-03-01T00:00:00Z', ends_at: '2027-03-01T00:00:00Z' } }),
    ],
    ['data.ended_at', changed(1, { status: 'ended' })],
    ['data.customer', changed(1, { customer: undefined })],
    ['data.target.type', opened({ type: 'order', id: '1' })],
    ['data.outcome', closed({ type: 'purchase', id: '1' }, 'settled')],
    ['data.user_id', linked('')],
  ])('%s', (path, sent) => {
    expect(() => envelope(sent)).toThrow(Unparseable)
    expect(() => envelope(sent)).toThrow(`${path}: `)
  })

  it('a status with those that there are', () => {
    expect(() => envelope(changed(1, { status: 'frozen' }))).toThrow('one of trialing, active, past_due')
  })
})

describe('purchase.completed', () => {
  it('is a purchase with its lines, and names its user', () => {
    expect(factsOf(completed({ version: 4, ends_at: '2028-03-01T00:00:00Z' }))).toEqual([
      {
        type: 'link',
        customer: 'c_7',
        refs: ['purchase/1001'],
        userId: 'u_ada',
        rank: 'own',
        writer: 'server',
      },
      {
        type: 'purchase',
        ref: 'purchase/1001',
        aliases: [],
        customer: 'c_7',
        version: { at: 4, rank: 0 },
        startsAt: null,
        endsAt: ms('2028-03-01T00:00:00Z'),
        boughtAt: ms('2027-03-01T08:00:00Z'),
        lines: [{ id: '1', product: 'course-typography', quantity: 1, ordered: 1 }],
      },
    ])
  })

  it('without a customer names its user as well', () => {
    expect(factsOf(completed({ customer: null }))).toMatchObject([
      { type: 'link', customer: null, refs: ['purchase/1001'], userId: 'u_ada' },
      { type: 'purchase', customer: null },
    ])
  })

  it('without a user waits for its customer to be linked', () => {
    expect(factsOf(completed({ user_id: undefined }))).toMatchObject([{ type: 'purchase', customer: 'c_7' }])
  })
})

describe('purchase.refunded', () => {
  const told = { type: 'reversal', of: ['purchase/1001'], paidAt: null }

  it('reverses all of a purchase, or exactly its lines', () => {
    expect(factsOf(refunded({ full: true }))).toMatchObject([
      { ...told, id: 'r_1', undone: false, reverses: { type: 'everything' } },
    ])
    expect(factsOf(refunded({ lines: [{ line_id: '1', quantity: 2 }, { line_id: '2' }] }))).toMatchObject([
      { ...told, id: 'r_1/1', reverses: { type: 'line', line: '1', quantity: 2 } },
      { ...told, id: 'r_1/2', reverses: { type: 'line', line: '2', quantity: null } },
    ])
  })

  it('that failed is undone, for ever', () => {
    expect(factsOf(refunded({ full: true, status: 'failed' }))).toMatchObject([
      { undone: true, version: { at: 0, rank: 1 } },
    ])
  })
})

describe('subscription.changed', () => {
  const march = ms('2027-03-01T00:00:00Z')
  const april = ms('2027-04-01T00:00:00Z')

  it('is a snapshot whose version is the shop’s own counter', () => {
    expect(factsOf(changed(7))).toEqual([
      {
        type: 'subscription',
        ref: 'subscription/1001',
        aliases: [],
        customer: 'c_7',
        version: { at: 7, rank: 0 },
        terminal: false,
        state: 'active',
        toldAt: ms('2027-03-01T08:00:00Z'),
        startsAt: null,
        endsAt: null,
        // Told active is paid.
        tellsPayments: false,
        items: [
          {
            id: 'seat',
            product: 'team-monthly',
            quantity: 3,
            ordered: 3,
            period: { startsAt: march, endsAt: april },
          },
        ],
      },
    ])
  })

  it.each([
    ['trialing', 'trialing'],
    ['active', 'active'],
    ['past_due', 'overdue'],
    ['paused', 'paused'],
    ['unpaid', 'unpaid'],
  ])('%s is of the period that it tells', (status, state) => {
    const items = [{ period: { startsAt: march, endsAt: april } }]
    expect(factsOf(changed(1, { status }))).toMatchObject([{ state, terminal: false, endsAt: null, items }])
  })

  it('incomplete is of no period', () => {
    expect(factsOf(changed(1, { status: 'incomplete' }))).toMatchObject([
      { state: 'none', terminal: false, items: [{ period: null }] },
    ])
  })

  it('with cancel_at lasts until then', () => {
    expect(factsOf(changed(1, { cancel_at: '2027-03-20T00:00:00Z' }))).toMatchObject([
      { state: 'active', endsAt: ms('2027-03-20T00:00:00Z') },
    ])
  })

  it('ended is the last word, whatever version comes after it', () => {
    expect(factsOf(ended(3, '2027-03-20T00:00:00Z'))).toMatchObject([
      { terminal: true, state: 'ended', endsAt: ms('2027-03-20T00:00:00Z') },
    ])
  })
})

describe('a dispute', () => {
  const purchase = { type: 'purchase', id: '1001' }

  it('holds its target when it is opened, and releases it when it is won', () => {
    const hold = { type: 'hold', of: ['purchase/1001'], reason: 'dispute/d_1' }
    const version = (rank: number) => ({ version: { at: 0, rank }, paidAt: null })
    expect(factsOf(opened(purchase))).toEqual([{ ...hold, held: true, ...version(0) }])
    expect(factsOf(closed(purchase, 'won'))).toEqual([{ ...hold, held: false, ...version(1) }])
  })

  it('that is lost takes away what the disputed payment paid for', () => {
    const subscription = { type: 'subscription', id: '1001' }
    expect(factsOf(closed(subscription, 'lost', { paid_at: '2027-03-01T00:00:00Z' }))).toMatchObject([
      { type: 'hold', held: false },
      { type: 'reversal', of: ['subscription/1001'], id: 'dispute/d_1', paidAt: ms('2027-03-01T00:00:00Z') },
    ])
  })
})

it('customer.linked says which user a customer is', () => {
  expect(factsOf(linked())).toEqual([
    { type: 'link', customer: 'c_7', refs: [], userId: 'u_ada', rank: 'own', writer: 'server' },
  ])
})

describe('the page that documents it', () => {
  const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']): unknown =>
    JSON.parse(text),
  )

  it('begins with lines that zsh takes as bash does, and that tell a purchase in the mode of `npm start`', () => {
    const lines = /```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? expect.fail()
    // In zsh a comment is none where it is pasted, and a ! in double quotes is another command.
    expect(lines).not.toMatch(/(^|\s)#|!/)
    const body: unknown = JSON.parse(/^tell \S+ '([^']+)'$/m.exec(lines)?.[1] ?? expect.fail())
    const told = { body, headers: { 'webhook-id': 'msg_1001' } }
    expect(envelope(told).mode).toBe('test')
    expect(factsOf(told)).toMatchObject([{ type: 'link', userId: 'u_42' }, { type: 'purchase' }])
  })

  it('has an example for each type, and each is taken', () => {
    const types = examples.map((body) => envelope({ body, headers: { 'webhook-id': 'msg_1' } }).type)
    expect(types).toEqual([
      'purchase.completed',
      'purchase.refunded',
      'subscription.changed',
      'dispute.opened',
      'dispute.closed',
      'customer.linked',
    ])
    for (const body of examples) expect(factsOf({ body, headers: { 'webhook-id': 'm' } })).not.toEqual([])
  })
})

describe('every order of arrival, each event twice, ends in the same', () => {
  it.each(standardWebhooksScenarios)('$name', (scenario) => {
    expectConvergence(standardWebhooks, scenario)
  })
})
