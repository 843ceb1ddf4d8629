import { describe, expect, it } from 'vitest'
import { NOTHING_SAID, Unparseable } from '../../../src/checkout/provider/provider.ts'
import { paddle } from '../../../src/checkout/providers/paddle/paddle.ts'
import { EMPTY_REGISTER } from '../../../src/domain/purchases/register/register.ts'
import { absorbFacts, CURRENT_RULES } from '../../../src/domain/purchases/register/rules.ts'
import { registerFact } from '../../../src/domain/purchases/register/register-fact.ts'
import { WHOLE_AMOUNT } from '../../../src/domain/purchases/register/whole-amount.ts'
import {
  adjustment,
  CUSTOMER,
  event,
  MONTHLY,
  SETUP,
  subscription,
  SUBSCRIPTION,
  SUPPORT,
  transaction,
} from '../payloads/paddle.ts'
import type { Delivery } from '../scenario.ts'
import { paddleScenarios } from '../scenarios/paddle.ts'
import { envelopeOf, expectConvergence, readingOf } from './arrivals.ts'

const AT = '2027-02-10T09:00:07.123456Z'
const PERIOD = ['2027-02-10T09:00:00.449123Z', '2027-03-10T09:00:00.449123Z'] as const
const STARTS = Date.parse(PERIOD[0])
const ENDS = Date.parse(PERIOD[1])
const PRODUCT = 'pro_01kq0000000000000000produ1'
/** What the payloads say of every item. */
const OF_PERIOD = { also: [PRODUCT], period: { startsAt: STARTS, endsAt: ENDS } }

const read = (sent: Delivery) => readingOf(paddle, sent)
const factsOf = (sent: Delivery) => read(sent).facts
const told = (says: Partial<Parameters<typeof subscription>[0]>, type = 'subscription.updated', at = AT) =>
  event(type, at, subscription({ status: 'active', period: PERIOD, ...says }))
const snapshotOf = (sent: Delivery) => factsOf(sent).find((fact) => fact.type === 'subscription')
const linksOf = (sent: Delivery) => factsOf(sent).filter((fact) => fact.type === 'link')
const completed = (says: Partial<Parameters<typeof transaction>[0]> = {}) =>
  event(
    'transaction.completed',
    AT,
    transaction({
      id: 'txn_1',
      origin: 'web',
      billedAt: '2027-02-10T09:00:01.000001Z',
      lines: [{ id: 'txnitm_1', price: SETUP, total: 9900, once: true, quantity: 2 }],
      ...says,
    }),
  )
const adjusted = (says: Partial<Parameters<typeof adjustment>[0]>) =>
  event(
    'adjustment.updated',
    AT,
    adjustment({
      id: 'adj_1',
      action: 'refund',
      transaction: 'txn_1',
      items: [{ line: 'txnitm_1', total: 9900 }],
      ...says,
    }),
  )

describe('the envelope of a Paddle event', () => {
  it('has the id of the event and not of its notification, the time it occurred, and no mode', () => {
    const sent = {
      body: { event_id: 'evt_1', notification_id: 'ntf_1', event_type: 'x', occurred_at: AT, data: {} },
    }
    expect(envelopeOf(paddle, sent)).toEqual({
      eventId: 'evt_1',
      account: '',
      type: 'x',
      occurredAt: Date.parse('2027-02-10T09:00:07.123Z'),
      mode: null,
    })
  })

  it('is refused for a body that is no event, by the field that is wrong', () => {
    const body = { event_id: 'evt_1', event_type: 'x', occurred_at: 'yesterday' }
    expect(() => envelopeOf(paddle, { body })).toThrow(Unparseable)
    expect(() => envelopeOf(paddle, { body })).toThrow('occurred_at')
  })

  it('says nothing by a type that nobody knows', () => {
    expect(read(event('subscription.frozen', AT, {}))).toEqual(NOTHING_SAID)
    expect(read(event('customer.created', AT, { id: CUSTOMER }))).toEqual(NOTHING_SAID)
  })
})

describe('a Paddle subscription', () => {
  it('is told whole by each of its events, with the checkout it was bought in', () => {
    const items = [{ price: MONTHLY, quantity: 3 }, { price: SUPPORT }]
    expect(snapshotOf(told({ items, transactionId: 'txn_1' }, 'subscription.created'))).toEqual({
      type: 'subscription',
      ref: SUBSCRIPTION,
      aliases: ['txn_1'],
      customer: CUSTOMER,
      version: { at: Date.parse(AT), rank: 4563 },
      terminal: false,
      state: 'active',
      toldAt: Date.parse(AT),
      startsAt: Date.parse('2027-01-10T09:00:00.449Z'),
      endsAt: null,
      tellsPayments: true,
      items: [
        { id: MONTHLY, product: MONTHLY, quantity: 3, ordered: 3, ...OF_PERIOD },
        { id: SUPPORT, product: SUPPORT, quantity: 1, ordered: 1, ...OF_PERIOD },
      ],
    })
  })

  it.each([
    'subscription.created',
    'subscription.imported',
    'subscription.activated',
    'subscription.trialing',
    'subscription.updated',
    'subscription.resumed',
    'subscription.past_due',
    'subscription.paused',
    'subscription.canceled',
  ])('says the same by %s', (type) => {
    expect(snapshotOf(told({}, type))).toMatchObject({
      ref: SUBSCRIPTION,
      state: 'active',
      items: [OF_PERIOD],
    })
  })

  it('is a trial until its period ends', () => {
    expect(snapshotOf(told({ status: 'trialing' }))).toMatchObject({
      state: 'trialing',
      endsAt: null,
      items: [{ period: { endsAt: ENDS } }],
    })
  })

  it('ends when it is scheduled to be cancelled or paused, and is not held before', () => {
    const end = '2027-02-20T09:00:00Z'
    const ending = { state: 'active', endsAt: Date.parse(end) }
    expect(snapshotOf(told({ change: { action: 'cancel', effective_at: end } }))).toMatchObject(ending)
    expect(snapshotOf(told({ change: { action: 'pause', effective_at: end } }))).toMatchObject(ending)
  })

  it('goes on where that is periods away, until then, and where it is to be resumed', () => {
    const later = '2027-05-10T09:00:00Z'
    const change = (action: string) => snapshotOf(told({ change: { action, effective_at: later } }))
    const items = [{ period: { startsAt: STARTS, endsAt: ENDS } }]
    expect(change('cancel')).toMatchObject({ endsAt: Date.parse(later), items })
    expect(change('resume')).toMatchObject({ endsAt: null, items })
  })

  it('that is past due tells the period that is not paid, because a renewal moves it before it is', () => {
    expect(snapshotOf(told({ status: 'past_due' }))).toMatchObject({
      state: 'overdue',
      toldAt: Date.parse(AT),
      items: [{ period: { startsAt: STARTS, endsAt: ENDS } }],
    })
  })

  it('keeps while it is paused the period that it was paused in', () => {
    const items = [{ period: { startsAt: STARTS, endsAt: ENDS } }]
    expect(snapshotOf(told({ status: 'paused' }))).toMatchObject({ state: 'paused', endsAt: null, items })
    expect(snapshotOf(told({ status: 'paused', period: null }))).toMatchObject({ items: [{ period: null }] })
  })

  it('ended for good when it was cancelled, whatever is told later', () => {
    const ended = snapshotOf(
      told({ status: 'canceled', period: null, canceledAt: '2027-03-01T00:00:00.787929969Z' }),
    )
    expect(ended).toMatchObject({
      terminal: true,
      state: 'ended',
      endsAt: Date.parse('2027-03-01T00:00:00.787Z'),
    })
    const stale = snapshotOf(told({}, 'subscription.updated', '2027-03-02T00:00:00.000001Z'))
    if (ended?.type !== 'subscription' || stale?.type !== 'subscription') throw new Error('Nothing was told')
    const { subscription } = absorbFacts(EMPTY_REGISTER, [ended, stale].map(registerFact), CURRENT_RULES)
    expect(subscription).toMatchObject({ state: 'ended', version: ended.version })
  })

  it('is ordered to the microsecond, and of one moment a resumed one ends active', () => {
    const versionOf = (status: string, at: string) => {
      const fact = snapshotOf(told({ status }, 'subscription.updated', at))
      return fact?.type === 'subscription' ? fact.version : undefined
    }
    expect(versionOf('past_due', '2027-02-10T09:00:07.123789Z')?.rank).toBeGreaterThan(
      versionOf('active', '2027-02-10T09:00:07.123456Z')?.rank ?? Infinity,
    )
    const ranks = ['paused', 'past_due', 'active'].map((status) => versionOf(status, AT)?.rank)
    expect(ranks).toEqual([4561, 4562, 4563])
    // Paddle leaves out zeros at the end.
    expect(versionOf('trialing', '2027-02-10T09:00:07.1231Z')).toEqual({
      at: Date.parse('2027-02-10T09:00:07.123Z'),
      rank: 1000,
    })
  })

  it('leaves what is billed once along with it to the transaction', () => {
    const items = [{ price: MONTHLY }, { price: SETUP, recurring: false }]
    expect(snapshotOf(told({ items }))).toMatchObject({ items: [{ id: MONTHLY }] })
  })

  it('is kept as it was known where it says what nobody knows', () => {
    expect(read(told({ status: 'frozen' }))).toEqual({ ...NOTHING_SAID, unknown: ['status=frozen'] })
    const change = { action: 'shrink', effective_at: PERIOD[1] }
    expect(read(told({ change })).unknown).toEqual(['scheduled_change.action=shrink'])
    expect(read(told({ period: null })).unknown).toEqual(['current_billing_period=null'])
    expect(read(event('subscription.updated', AT, { id: SUBSCRIPTION })).unknown).toEqual(['shape=status'])
  })
})

describe('whose a Paddle sale is', () => {
  it('is who the shop wrote into custom_data, whatever else is there', () => {
    const link = { type: 'link', customer: CUSTOMER, userId: 'u_ada', rank: 'own', writer: 'buyer' }
    const named = linksOf(told({ customData: { user_id: 'u_ada', cart: [1] } }))
    expect(named).toEqual([{ ...link, refs: [SUBSCRIPTION] }])
    expect(linksOf(completed({ userId: 'u_ada' }))).toEqual([{ ...link, refs: ['txnitm_1'] }])
  })

  it('is told of the sale itself where it has no customer', () => {
    expect(linksOf(completed({ userId: 'u_ada', customer: null }))).toEqual([
      { type: 'link', customer: null, refs: ['txnitm_1'], userId: 'u_ada', rank: 'own', writer: 'buyer' },
    ])
  })

  it('waits for its customer to be linked where custom_data is missing or nothing that names a user', () => {
    for (const customData of [null, [], 'u_ada', { user_id: '' }, { user: 'u_ada' }])
      expect(linksOf(told({ customData }))).toEqual([])
    expect(snapshotOf(told({}))).toMatchObject({ customer: CUSTOMER })
  })

  it('is still told where the rest is not understood', () => {
    expect(linksOf(told({ status: 'frozen', userId: 'u_ada' }))).toHaveLength(1)
  })
})

describe('a completed Paddle transaction', () => {
  it('of what is bought once gives each line for ever, each with its own payment', () => {
    expect(factsOf(completed())).toEqual([
      {
        type: 'purchase',
        ref: 'txnitm_1',
        aliases: ['txn_1'],
        customer: CUSTOMER,
        version: { at: Date.parse(AT), rank: 4560 },
        startsAt: Date.parse('2027-02-10T09:00:01Z'),
        endsAt: null,
        lines: [{ id: 'txnitm_1', product: SETUP, also: [PRODUCT], quantity: 2, ordered: 2 }],
      },
      {
        type: 'payment',
        of: ['txnitm_1'],
        payment: 'txn_1',
        paidAt: Date.parse('2027-02-10T09:00:01Z'),
        money: { version: { at: Date.parse(AT), rank: 4560 }, total: 9900, refunded: 0 },
        bill: null,
        covers: { type: 'other' },
      },
    ])
  })

  it('of a renewal only tells what was paid for its period: access comes from the subscription', () => {
    const lines = [
      { id: 'txnitm_1', price: MONTHLY, total: 2000 },
      { id: 'txnitm_2', price: SUPPORT, total: 500 },
    ]
    const says = { origin: 'subscription_recurring', subscription: SUBSCRIPTION, period: PERIOD, lines }
    expect(factsOf(completed(says))).toEqual([
      {
        type: 'payment',
        of: [SUBSCRIPTION, 'txn_1', 'txnitm_1', 'txnitm_2'],
        payment: 'txn_1',
        paidAt: Date.parse('2027-02-10T09:00:01Z'),
        money: { version: { at: Date.parse(AT), rank: 4560 }, total: 2500, refunded: 0 },
        bill: null,
        covers: {
          type: 'period',
          lines: [
            { id: 'txnitm_1', item: MONTHLY, startsAt: STARTS, endsAt: ENDS, total: 2000 },
            { id: 'txnitm_2', item: SUPPORT, startsAt: STARTS, endsAt: ENDS, total: 500 },
          ],
        },
      },
    ])
  })

  it('gives a charge on a subscription like any other purchase', () => {
    const facts = factsOf(completed({ origin: 'subscription_charge', subscription: SUBSCRIPTION }))
    expect(facts).toMatchObject([
      { type: 'purchase', ref: 'txnitm_1' },
      { type: 'payment', of: ['txnitm_1'] },
    ])
  })

  it('of a change of the payment method says nothing', () => {
    expect(read(completed({ origin: 'subscription_payment_method_change' }))).toEqual(NOTHING_SAID)
  })

  it('of an origin that nobody knows waits for somebody to look', () => {
    expect(read(completed({ origin: 'terminal' }))).toEqual({ ...NOTHING_SAID, unknown: ['origin=terminal'] })
  })

  it.each(['transaction.paid', 'transaction.payment_failed', 'transaction.past_due', 'transaction.canceled'])(
    'is not said by %s',
    (type) => {
      expect(read({ body: Object.assign({}, completed().body, { event_type: type }) })).toEqual(NOTHING_SAID)
    },
  )
})

describe('a Paddle adjustment', () => {
  it.each(['pending_approval', 'rejected'])('that is %s says nothing', (status) => {
    expect(read(adjusted({ status }))).toEqual(NOTHING_SAID)
  })

  it('gives back a part of what its lines cost, and says that somebody should look', () => {
    const items = [
      { line: 'txnitm_1', total: 100 },
      { line: 'txnitm_2', total: 50 },
    ]
    const reading = read(adjusted({ type: 'partial', items }))
    const part = { type: 'amount', payment: 'txn_1' }
    expect(reading.facts).toMatchObject([
      { of: ['txnitm_1'], reverses: { ...part, amount: 100, line: 'txnitm_1' }, undone: false },
      { of: ['txnitm_2'], reverses: { ...part, amount: 50, line: 'txnitm_2' }, undone: false },
    ])
    expect(reading.flags).toEqual(['partial_refund'])
  })

  it('that is full gives back all, by Paddle’s word and not by a sum that credits can make smaller', () => {
    const reading = read(adjusted({ items: [{ line: 'txnitm_1', total: 4000 }] }))
    expect(reading).toMatchObject({
      facts: [{ type: 'reversal', reverses: { amount: WHOLE_AMOUNT } }],
      flags: [],
    })
  })

  it('of the difference of a change never gives back the period', () => {
    const lines = [{ id: 'txnitm_1', price: MONTHLY, total: 700, prorated: true }]
    const change = { origin: 'subscription_update', subscription: SUBSCRIPTION, lines }
    expect(factsOf(completed(change))).toMatchObject([{ covers: { type: 'change' } }])
    const isPart = { type: 'partial', items: [{ line: 'txnitm_1', total: 700, prorated: true }] }
    expect(factsOf(adjusted(isPart))).toMatchObject([{ reverses: { amount: 700, line: 'txnitm_1' } }])
  })

  it('is undone when it is reversed', () => {
    const [approved, reversed] = ['approved', 'reversed'].map((status) => factsOf(adjusted({ status }))[0])
    expect(approved).toMatchObject({ undone: false })
    expect(reversed).toMatchObject({ id: approved?.type === 'reversal' && approved.id, undone: true })
  })

  it('of a chargeback holds what was bought, and the one that reverses it releases the same', () => {
    const hold = { type: 'hold', of: ['txnitm_1'], reason: 'chargeback/txn_1', payment: 'txn_1' }
    expect(factsOf(adjusted({ id: 'adj_1', action: 'chargeback' }))).toMatchObject([{ ...hold, held: true }])
    expect(factsOf(adjusted({ id: 'adj_2', action: 'chargeback_reverse' }))).toMatchObject([
      { ...hold, held: false },
    ])
  })

  it.each(['credit', 'credit_reverse', 'chargeback_warning', 'chargeback_warning_reverse'])(
    'of a %s says nothing',
    (action) => {
      expect(read(adjusted({ action }))).toEqual(NOTHING_SAID)
    },
  )

  it('of a kind or status that nobody knows waits for somebody to look', () => {
    expect(read(adjusted({ action: 'gift' })).unknown).toEqual(['action=gift'])
    expect(read(adjusted({ status: 'lost' })).unknown).toEqual(['status=lost'])
  })
})

describe('every order of arrival, each event twice, ends in the same', () => {
  it.each(paddleScenarios)('$name', (scenario) => {
    expect(scenario.events.flatMap((sent) => read(sent).unknown)).toEqual([])
    expectConvergence(paddle, scenario)
  })
})
