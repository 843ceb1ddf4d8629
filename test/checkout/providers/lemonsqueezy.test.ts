import { describe, expect, it } from 'vitest'
import { NOTHING_SAID, Unparseable } from '../../../src/checkout/provider/provider.ts'
import { lemonsqueezy } from '../../../src/checkout/providers/lemonsqueezy/lemonsqueezy.ts'
import type { Fact } from '../../../src/domain/purchases/register/fact.ts'
import { WHOLE_AMOUNT } from '../../../src/domain/purchases/register/whole-amount.ts'
import { event, invoice, order, subscription } from '../payloads/lemonsqueezy.ts'
import type { Delivery } from '../scenario.ts'
import { lemonsqueezyScenarios } from '../scenarios/lemonsqueezy.ts'
import { Arrivals, envelopeOf, expectConvergence, readingOf } from './arrivals.ts'

const AT = '2027-01-20T09:00:00.000000Z'
const MS = Date.parse(AT)
const RENEWS = '2027-02-10T09:00:05.000000Z'

const read = (sent: Delivery) => readingOf(lemonsqueezy, sent)
const factsOf = (sent: Delivery) => read(sent).facts
const ada = { userId: 'u_ada' }
const told = (says: Partial<Parameters<typeof subscription>[0]>, type = 'subscription_updated', meta = {}) =>
  event(type, subscription({ status: 'active', updatedAt: AT, renewsAt: RENEWS, ...says }), meta)
const isSubscription = (fact: Fact) => fact.type === 'subscription'
const snapshotOf = (sent: Delivery) => factsOf(sent).find(isSubscription)
const linksOf = (sent: Delivery) => factsOf(sent).filter((fact) => fact.type === 'link')
const itemsUntil = (endsAt: string) => [{ period: { startsAt: null, endsAt: Date.parse(endsAt) } }]

/** Neither an order nor an invoice says when what it pays for ends. */
const periodFrom = (startsAt: number) => ({
  type: 'period',
  lines: [{ id: null, item: null, startsAt, endsAt: null, total: null }],
})

function billedOn({ body, ...sent }: Delivery, billing_anchor: unknown): Delivery {
  const { data, ...rest } = body as { data: { attributes: object } }
  return { ...sent, body: { ...rest, data: { ...data, attributes: { ...data.attributes, billing_anchor } } } }
}

describe('the envelope of a Lemon Squeezy event', () => {
  it('is named by its bytes, because events have no id', () => {
    const sent = { ...told({}), headers: { 'x-body-sha256': 'ab12' } }
    expect(envelopeOf(lemonsqueezy, sent)).toEqual({
      eventId: 'subscription_updated:ab12',
      account: '',
      type: 'subscription_updated',
      occurredAt: MS,
      mode: 'live',
    })
  })

  it('says its mode', () => {
    expect(envelopeOf(lemonsqueezy, told({}, 'subscription_updated', { test: true })).mode).toBe('test')
  })

  it('says its mode with its object where its head does not, which counts where both say it', () => {
    const modeOf = (head: unknown, object: unknown) => {
      const { meta, data } = told({}).body as { meta: object; data: { attributes: object } }
      const attributes = { ...data.attributes, test_mode: object }
      const body = { meta: { ...meta, test_mode: head }, data: { ...data, attributes } }
      return envelopeOf(lemonsqueezy, { body, headers: { 'x-body-sha256': 'ab12' } }).mode
    }
    expect([modeOf(undefined, true), modeOf(null, false), modeOf(undefined, undefined)]).toEqual([
      'test',
      'live',
      null,
    ])
    expect([modeOf(true, false), modeOf(false, true)]).toEqual(['test', 'live'])
    expect(modeOf(undefined, 'yes')).toBe(null)
  })

  it('is refused without the hash of its bytes, and for a body that is no event', () => {
    expect(() => envelopeOf(lemonsqueezy, { body: told({}).body })).toThrow(Unparseable)
    expect(() => envelopeOf(lemonsqueezy, { body: {}, headers: { 'x-body-sha256': 'ab12' } })).toThrow('meta')
  })

  it('says nothing by a type that nobody knows', () => {
    expect(read(told({}, 'affiliate_activated'))).toEqual(NOTHING_SAID)
    const failed = invoice({ id: 1, reason: 'renewal', createdAt: AT, status: 'pending' })
    expect(read(event('subscription_payment_failed', failed))).toEqual(NOTHING_SAID)
  })
})

describe('a Lemon Squeezy subscription', () => {
  it('is told whole by each of its events, under the name of what was ordered', () => {
    expect(snapshotOf(told({ item: { quantity: 3 } }))).toEqual({
      type: 'subscription',
      ref: 'order-item/401',
      aliases: ['subscription/501', 'order/301'],
      customer: '201',
      version: { at: MS, rank: 1 },
      terminal: false,
      state: 'active',
      toldAt: MS,
      startsAt: Date.parse('2027-01-10T09:00:05Z'),
      endsAt: null,
      tellsPayments: true,
      items: [
        {
          id: '6101',
          product: '6101',
          also: ['61'],
          quantity: 3,
          ordered: 3,
          // When it began is not told, and never guessed.
          period: { startsAt: null, endsAt: Date.parse(RENEWS) },
        },
      ],
    })
  })

  it.each(['created', 'updated', 'cancelled', 'resumed', 'expired', 'paused', 'unpaused', 'plan_changed'])(
    'says the same by subscription_%s',
    (type) => {
      const snapshot = { ref: 'order-item/401', state: 'active', items: itemsUntil(RENEWS) }
      expect(snapshotOf(told({}, `subscription_${type}`))).toMatchObject(snapshot)
    },
  )

  it('has its own name where nobody says what was ordered', () => {
    expect(factsOf(told({ orderItem: null }))).toMatchObject([
      { type: 'subscription', ref: 'subscription/501', aliases: ['order/301'] },
      { type: 'reversal', of: ['order/301'], reverses: { type: 'order', line: 'order/301' } },
    ])
  })

  it.each([0, null, undefined, 32, '10'])('is read with %j for the day on which it is billed', (anchor) => {
    expect(snapshotOf(billedOn(told({}), anchor))).toMatchObject({
      state: 'active',
      items: itemsUntil(RENEWS),
    })
    expect(snapshotOf(billedOn(told({ status: 'past_due' }), anchor))).toMatchObject({ state: 'overdue' })
  })

  it('is a trial until that ends, in which it has no item yet', () => {
    const trial = told({ status: 'on_trial', trialEndsAt: '2027-01-24T09:00:00Z', item: null })
    expect(snapshotOf(trial)).toMatchObject({
      state: 'trialing',
      items: [{ quantity: 1, ...itemsUntil('2027-01-24T09:00:00Z')[0] }],
    })
  })

  it('that was cancelled is given until its end', () => {
    const cancelled = told({ status: 'cancelled', endsAt: '2027-02-10T09:00:05Z' }, 'subscription_cancelled')
    expect(snapshotOf(cancelled)).toMatchObject({
      state: 'active',
      terminal: false,
      endsAt: Date.parse('2027-02-10T09:00:05Z'),
    })
  })

  it('that expired has ended for good', () => {
    const expired = told({ status: 'expired', endsAt: '2027-01-19T09:00:00Z' })
    expect(snapshotOf(expired)).toMatchObject({
      terminal: true,
      state: 'ended',
      endsAt: Date.parse('2027-01-19T09:00:00Z'),
    })
  })

  it('is unpaid where no try to be paid succeeded', () => {
    expect(snapshotOf(told({ status: 'unpaid' }))).toMatchObject({ state: 'unpaid' })
  })

  it('is paused by a pause that voids its invoices, and given for free by the other', () => {
    expect(snapshotOf(told({ status: 'paused', pause: { mode: 'void' } }))).toMatchObject({ state: 'paused' })
    const pause = { mode: 'free', resumes_at: '2027-03-01T00:00:00Z' }
    expect(snapshotOf(told({ status: 'paused', pause }))).toMatchObject({
      state: 'active',
      endsAt: Date.parse('2027-03-01T00:00:00Z'),
    })
    const forNow = told({ status: 'paused', pause: { mode: 'free' } })
    expect(snapshotOf(forNow)).toMatchObject({ state: 'active', endsAt: null })
  })

  it('that is past due says of no period when it ends: the next try is none', () => {
    const tried = snapshotOf(told({ status: 'past_due', renewsAt: '2027-02-28T00:00:00Z' }))
    expect(tried).toMatchObject({ state: 'overdue', toldAt: MS, endsAt: null, items: [{ period: null }] })
  })

  it('counts as changed when only its quantity was', () => {
    const says = { item: { quantity: 5, updatedAt: '2027-01-21T00:00:00Z' } }
    expect(snapshotOf(told(says))).toMatchObject({
      version: { at: Date.parse('2027-01-21T00:00:00Z') },
      items: [{ quantity: 5 }],
    })
  })

  it('is ordered by its status within the second that is all that its times have', () => {
    const statuses = ['on_trial', 'active', 'past_due', 'paused', 'unpaid', 'cancelled', 'expired']
    const ranks = statuses.map((status) => {
      const says = { status, trialEndsAt: RENEWS, endsAt: RENEWS, pause: { mode: 'void' } }
      const fact = snapshotOf(told(says))
      return fact?.type === 'subscription' ? fact.version.rank : undefined
    })
    expect(ranks).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('is kept as it was known where it says what nobody knows', () => {
    expect(read(told({ status: 'frozen' }))).toEqual({ ...NOTHING_SAID, unknown: ['status=frozen'] })
    expect(read(told({ status: 'paused', pause: { mode: 'deep' } })).unknown).toEqual(['pause.mode=deep'])
    expect(read(told({ renewsAt: null })).unknown).toEqual(['renews_at=null'])
    const shapeless = { id: '501', attributes: { updated_at: AT } }
    expect(read(event('subscription_updated', shapeless)).unknown).toEqual(['shape=created_at'])
  })
})

describe('whose a Lemon Squeezy sale is', () => {
  it('is who the shop wrote into custom_data, as a text or a number', () => {
    const link = { type: 'link', customer: '201', refs: ['order-item/401'], rank: 'own', writer: 'buyer' }
    expect(linksOf(told({}, 'subscription_updated', ada))).toEqual([{ ...link, userId: 'u_ada' }])
    expect(linksOf(event('order_created', order({}), { userId: 42 }))).toEqual([{ ...link, userId: '42' }])
    const key = { id: '77', attributes: { customer_id: 201, order_id: 301, updated_at: AT } }
    expect(factsOf(event('license_key_created', key, ada))).toEqual([
      { ...link, refs: ['order/301'], userId: 'u_ada' },
    ])
  })

  it('waits for its customer to be linked where the checkout was made outside of the shop', () => {
    for (const customData of [undefined, [], {}, { user_id: '' }]) {
      const sent = event('order_created', order({}), { customData })
      expect(linksOf(sent)).toEqual([])
      expect(factsOf(sent)).toMatchObject([{ type: 'purchase', customer: '201' }, { type: 'payment' }])
    }
  })

  it('is told of the sale itself where it has no customer', () => {
    expect(linksOf(event('order_created', order({ customer: null }), ada))).toEqual([
      {
        type: 'link',
        customer: null,
        refs: ['order-item/401'],
        userId: 'u_ada',
        rank: 'own',
        writer: 'buyer',
      },
    ])
  })
})

describe('a Lemon Squeezy order', () => {
  it('gives what was bought once for ever, with its payment', () => {
    const at = Date.parse('2027-01-10T09:00:02Z')
    expect(factsOf(event('order_created', order({ quantity: 2 })))).toEqual([
      {
        type: 'purchase',
        ref: 'order-item/401',
        aliases: ['order/301'],
        customer: '201',
        version: { at, rank: 0 },
        startsAt: at,
        endsAt: null,
        lines: [{ id: 'order-item/401', product: '6101', also: ['61'], quantity: 2, ordered: 2 }],
      },
      {
        type: 'payment',
        of: ['order-item/401'],
        // An order of a subscription and its first invoice are one payment.
        payment: 'first',
        paidAt: at,
        money: { version: { at, rank: 0 }, total: 1900, refunded: 0 },
        bill: null,
        covers: periodFrom(at),
      },
    ])
  })

  it('of a subscription gives nothing by itself, so that a variant is not given twice and for ever', () => {
    const scenario = {
      name: '',
      provider: 'lemonsqueezy',
      events: [],
      catalog: { 6101: ['reading'] },
      expected: { userId: 'u_ada', access: [] },
    }
    const afterAll = Date.parse('2029-01-01T00:00:00Z')
    const arrivals = new Arrivals()
    arrivals.deliver(factsOf(event('order_created', order({}), ada)))
    arrivals.deliver(factsOf(told({}, 'subscription_created', ada)))
    const policy = {
      graceMs: 0,
      partialRefund: 'keep',
      spentRefund: 'floor_at_zero',
      amounts: 'on_active',
    } as const
    expect(arrivals.features(scenario, policy, MS)).toEqual(['reading'])
    expect(arrivals.features(scenario, policy, afterAll)).toEqual([])
    expect(arrivals.ending()).toHaveLength(1)
  })

  it.each(['pending', 'failed', 'fraudulent'])('says nothing while it is %s', (status) => {
    expect(read(event('order_created', order({ status })))).toEqual(NOTHING_SAID)
  })

  it('is refunded whole by its status, and in part by its amount, which somebody should look at', () => {
    const refunded = (status: string, amount: number) =>
      read(event('order_refunded', order({ status, refunded: amount })))
    expect(refunded('refunded', 0)).toMatchObject({
      facts: [{}, { money: { total: 1900, refunded: WHOLE_AMOUNT } }],
      flags: [],
    })
    expect(refunded('partial_refund', 400)).toMatchObject({
      facts: [{}, { money: { total: 1900, refunded: 400 } }],
      flags: ['partial_refund'],
    })
  })

  it('that does not say what was ordered goes by its own number, also for its subscription', () => {
    const { id: _id, ...nameless } = order({}).attributes.first_order_item
    const sent = event('order_created', {
      ...order({}),
      attributes: { ...order({}).attributes, first_order_item: nameless },
    })
    expect(read(sent)).toMatchObject({
      facts: [
        { type: 'purchase', ref: 'order/301', aliases: [], lines: [{ id: 'order/301', product: '6101' }] },
        { type: 'payment', of: ['order/301'] },
      ],
      unknown: [],
    })
  })

  it('of a status that nobody knows waits for somebody to look', () => {
    expect(read(event('order_created', order({ status: 'frozen' })))).toMatchObject({
      facts: [],
      unknown: ['status=frozen'],
    })
  })
})

describe('a Lemon Squeezy invoice', () => {
  const renewal = { id: 902, reason: 'renewal', createdAt: AT }

  it.each(['success', 'recovered'])(
    'tells by subscription_payment_%s what was paid for the period',
    (type) => {
      expect(factsOf(event(`subscription_payment_${type}`, invoice(renewal)))).toEqual([
        {
          type: 'payment',
          of: ['subscription/501'],
          payment: 'subscription-invoice/902',
          paidAt: MS,
          money: { version: { at: MS, rank: 0 }, total: 1900, refunded: 0 },
          bill: null,
          covers: periodFrom(MS),
        },
      ])
    },
  )

  it('is given back by subscription_payment_refunded, as the payment of the time when it was made', () => {
    const refunded = invoice({ ...renewal, status: 'refunded', updatedAt: '2027-03-01T00:00:00Z' })
    expect(factsOf(event('subscription_payment_refunded', refunded))).toMatchObject([
      { money: { total: 1900, refunded: WHOLE_AMOUNT }, paidAt: MS },
    ])
  })

  it('of a change within a period can be given back without the period', () => {
    const change = invoice({ ...renewal, reason: 'updated', status: 'refunded', refunded: 1900 })
    expect(factsOf(event('subscription_payment_refunded', change))).toMatchObject([
      { covers: { type: 'change' } },
    ])
  })

  it('that is the first is the payment of its order, so that one refund is told by both', () => {
    const first = event('subscription_payment_success', invoice({ ...renewal, reason: 'initial' }))
    expect(factsOf(first)).toMatchObject([{ of: ['subscription/501'], payment: 'first' }])
  })
})

describe('every order of arrival, each event twice, ends in the same', () => {
  it.each(lemonsqueezyScenarios)('$name', (scenario) => {
    expect(scenario.events.flatMap((sent) => read(sent).unknown)).toEqual([])
    expectConvergence(lemonsqueezy, scenario)
  })
})
