import { describe, expect, it } from 'vitest'
import { NOTHING_SAID, Unparseable } from '../../../src/checkout/provider/provider.ts'
import { polar } from '../../../src/checkout/providers/polar/polar.ts'
import { WHOLE_AMOUNT } from '../../../src/domain/purchases/register/whole-amount.ts'
import {
  BASIC,
  BOOK,
  CUSTOMER,
  customerState,
  event,
  order,
  PRO,
  refund,
  subscription,
  SUBSCRIPTION,
} from '../payloads/polar.ts'
import type { Delivery } from '../scenario.ts'
import { polarScenarios } from '../scenarios/polar.ts'
import { envelopeOf, expectConvergence, readingOf } from './arrivals.ts'

const AT = '2027-02-10T09:01:00.250000Z'
const MS = Date.parse(AT)
const PERIOD = ['2027-02-10T09:00:00Z', '2027-03-10T09:00:00Z'] as const
const STARTS = Date.parse(PERIOD[0])
const ENDS = Date.parse(PERIOD[1])

const read = (sent: Delivery) => readingOf(polar, sent)
const factsOf = (sent: Delivery) => read(sent).facts
const told = (says: Partial<Parameters<typeof subscription>[0]>, type = 'subscription.updated') =>
  event(type, AT, subscription({ status: 'active', period: PERIOD, modifiedAt: AT, ...says }))
const snapshotOf = (sent: Delivery) => factsOf(sent).find((fact) => fact.type === 'subscription')
const linksOf = (sent: Delivery) => factsOf(sent).filter((fact) => fact.type === 'link')
const paid = (says: Partial<Parameters<typeof order>[0]> = {}, type = 'order.paid') =>
  event(type, AT, order({ id: 'order-1', reason: 'purchase', createdAt: PERIOD[0], ...says }))
const refunded = (says: Partial<Parameters<typeof refund>[0]> = {}) =>
  event('refund.updated', AT, refund({ id: 'refund-1', order: 'order-1', modifiedAt: AT, ...says }))

describe('the envelope of a Polar event', () => {
  it('has the id of the header, the time of the body, and no mode', () => {
    const sent = { body: { type: 'x', timestamp: AT, data: {} }, headers: { 'Webhook-Id': 'msg_1' } }
    expect(envelopeOf(polar, sent)).toEqual({
      eventId: 'msg_1',
      account: '',
      type: 'x',
      occurredAt: MS,
      mode: null,
    })
  })

  it('has the id of svix-id where that is sent instead, and of webhook-id where both are', () => {
    const body = { type: 'x', timestamp: AT, data: {} }
    const idOf = (headers: Record<string, string>) => envelopeOf(polar, { body, headers }).eventId
    expect(idOf({ 'svix-id': 'msg_2' })).toBe('msg_2')
    expect(idOf({ 'svix-id': 'msg_2', 'webhook-id': 'msg_1' })).toBe('msg_1')
  })

  it('is refused without that header, and for a body that is no event', () => {
    const body = { type: 'x', timestamp: AT, data: {} }
    expect(() => envelopeOf(polar, { body })).toThrow(Unparseable)
    expect(() => envelopeOf(polar, { body: { type: 'x' }, headers: { 'webhook-id': 'msg_1' } })).toThrow(
      'timestamp',
    )
  })

  it.each([
    'order.created',
    'order.updated',
    'benefit_grant.created',
    'benefit_grant.revoked',
    'customer_seat.assigned',
    'customer_seat.revoked',
    'product.updated',
    'something.new',
  ])('of type %s says nothing', (type) => {
    expect(read(event(type, AT, order({ id: 'o', reason: 'purchase', createdAt: AT })))).toEqual(NOTHING_SAID)
  })
})

describe('a Polar subscription', () => {
  it('is told whole by each of its events', () => {
    expect(snapshotOf(told({ seats: 3 }))).toEqual({
      type: 'subscription',
      ref: SUBSCRIPTION,
      aliases: [],
      customer: CUSTOMER,
      version: { at: MS, rank: MS * 10 + 3 },
      terminal: false,
      state: 'active',
      toldAt: MS,
      startsAt: Date.parse('2027-01-10T09:00:00Z'),
      endsAt: null,
      tellsPayments: true,
      items: [
        {
          id: BASIC,
          product: BASIC,
          quantity: 3,
          ordered: 3,
          period: { startsAt: STARTS, endsAt: ENDS },
        },
      ],
    })
  })

  it.each([
    'created',
    'active',
    'updated',
    'canceled',
    'uncanceled',
    'cycled',
    'past_due',
    'paused',
    'resumed',
    'revoked',
    'migrated',
  ])('says the same by subscription.%s', (type) => {
    const snapshot = { ref: SUBSCRIPTION, state: 'active', items: [{ period: { endsAt: ENDS } }] }
    expect(snapshotOf(told({}, `subscription.${type}`))).toMatchObject(snapshot)
  })

  it('has as many as it has seats or units, and one where there are none', () => {
    expect(snapshotOf(told({ units: 7 }))).toMatchObject({ items: [{ quantity: 7 }] })
    expect(snapshotOf(told({}))).toMatchObject({ items: [{ quantity: 1 }] })
    expect(snapshotOf(told({ product: PRO }))).toMatchObject({ items: [{ product: PRO }] })
  })

  it('is a trial until that ends', () => {
    const trial = told({ status: 'trialing', trialEnd: '2027-02-24T09:00:00Z' })
    expect(snapshotOf(trial)).toMatchObject({
      state: 'trialing',
      items: [{ period: { endsAt: Date.parse('2027-02-24T09:00:00Z') } }],
    })
  })

  it('that was cancelled is given until its end, because subscription.canceled only schedules it', () => {
    const cancelled = { cancelAtPeriodEnd: true, endsAt: PERIOD[1] }
    expect(snapshotOf(told(cancelled, 'subscription.canceled'))).toMatchObject({
      state: 'active',
      endsAt: ENDS,
    })
  })

  it('that is to pause is given until then', () => {
    const pausing = snapshotOf(told({ pauseAtPeriodEnd: true }))
    expect(pausing).toMatchObject({ state: 'active', endsAt: ENDS })
  })

  it('is paused while it says so, and unpaid where no try to be paid succeeded', () => {
    expect(snapshotOf(told({ status: 'paused' }))).toMatchObject({ state: 'paused', endsAt: null })
    expect(snapshotOf(told({ status: 'unpaid' }))).toMatchObject({ state: 'unpaid' })
  })

  it('that is past due tells the period that is not paid, because it cycles before it is', () => {
    expect(snapshotOf(told({ status: 'past_due' }))).toMatchObject({
      state: 'overdue',
      toldAt: MS,
      endsAt: null,
      items: [{ period: { startsAt: STARTS, endsAt: ENDS } }],
    })
  })

  it('that is past due says since when, whatever else changed after that', () => {
    const pastDueAt = '2027-02-10T09:00:30Z'
    const since = event('subscription.updated', AT, {
      ...subscription({ status: 'past_due', period: PERIOD, modifiedAt: AT }),
      past_due_at: pastDueAt,
    })
    expect(snapshotOf(since)).toMatchObject({ toldAt: Date.parse(pastDueAt), version: { at: MS } })
  })

  it('that is past due is not over, although subscription.revoked was sent for it', () => {
    const revoked = snapshotOf(told({ status: 'past_due' }, 'subscription.revoked'))
    expect(revoked).toMatchObject({ state: 'overdue', endsAt: null })
  })

  it.each(['incomplete', 'incomplete_expired'])('that is %s gives nothing', (status) => {
    expect(read(told({ status, externalId: 'u_ada' }))).toEqual(NOTHING_SAID)
  })

  it('that costs nothing waits for no payment', () => {
    const free = { ...subscription({ status: 'active', period: PERIOD }), amount: 0 }
    expect(snapshotOf(event('subscription.updated', AT, free))).toMatchObject({ tellsPayments: false })
  })

  it('that was revoked has ended, but not for good: Polar can reinstate it by the same id', () => {
    const ended = told({ status: 'canceled', endedAt: '2027-02-20T00:00:00Z' }, 'subscription.revoked')
    expect(snapshotOf(ended)).toMatchObject({
      state: 'ended',
      terminal: false,
      endsAt: Date.parse('2027-02-20T00:00:00Z'),
    })
  })

  it('is as old as its last change, and not as its event', () => {
    const unchanged = event('subscription.created', AT, subscription({ status: 'active' }))
    expect(snapshotOf(unchanged)).toMatchObject({ version: { at: Date.parse('2027-01-10T09:00:00.120Z') } })
  })

  it('is kept as it was known where it says what nobody knows', () => {
    expect(read(told({ status: 'frozen' }))).toEqual({ ...NOTHING_SAID, unknown: ['status=frozen'] })
    expect(read(event('subscription.active', AT, { id: 'x' })).unknown).toEqual(['shape=created_at'])
  })
})

describe('whose a Polar sale is', () => {
  const link = (userId: string, ...refs: readonly string[]) => {
    const writer = refs.length === 0 ? 'server' : 'buyer'
    return { type: 'link', customer: CUSTOMER, refs, userId, rank: 'own', writer }
  }

  it('is whom its own metadata names; the external id says who its customer is', () => {
    expect(linksOf(told({ externalId: 'u_ada', metadata: { user_id: 'u_eve' } }))).toEqual([
      link('u_ada'),
      link('u_eve', SUBSCRIPTION),
    ])
    const named = told({ metadata: { user_id: 'u_ada', source: 'ad' } })
    expect(linksOf(named)).toEqual([link('u_ada', SUBSCRIPTION)])
    expect(linksOf(paid({ externalId: 'u_ada' }))).toEqual([link('u_ada')])
  })

  it('can be told later, when the shop gives the customer its id', () => {
    expect(factsOf(event('customer.state_changed', AT, customerState('u_ada')))).toEqual([link('u_ada')])
    expect(read(event('customer.state_changed', AT, customerState(null)))).toEqual(NOTHING_SAID)
  })

  it('is never found by its e-mail address', () => {
    expect(linksOf(told({ externalId: null }))).toEqual([])
  })
})

describe('a paid Polar order', () => {
  it('of a purchase gives its product for ever, with its payment before tax', () => {
    const version = { at: STARTS, rank: MS * 10 }
    expect(factsOf(paid({ seats: 5 }))).toEqual([
      {
        type: 'purchase',
        ref: 'order-1',
        aliases: [],
        customer: CUSTOMER,
        version,
        startsAt: STARTS,
        endsAt: null,
        lines: [{ id: BOOK, product: BOOK, quantity: 5, ordered: 5 }],
      },
      {
        type: 'payment',
        of: ['order-1'],
        payment: 'order-1',
        paidAt: STARTS,
        money: { version, total: 1900, refunded: 0 },
        bill: null,
        covers: { type: 'other' },
      },
    ])
  })

  it.each(['subscription_create', 'subscription_cycle'])('of %s only pays for the period', (reason) => {
    const covers = { type: 'period', lines: [{ item: null, startsAt: STARTS, endsAt: null }] }
    expect(factsOf(paid({ reason, subscription: SUBSCRIPTION }))).toMatchObject([
      { type: 'payment', of: [SUBSCRIPTION, 'order-1'], money: { total: 1900 }, paidAt: STARTS, covers },
    ])
  })

  it.each([
    ['subscription_update', 'change'],
    ['subscription_meter_cycle', 'other'],
  ])('of %s can be given back without the period', (reason, type) => {
    const says = { reason, subscription: SUBSCRIPTION, status: 'refunded', refunded: 1900 }
    expect(factsOf(paid(says, 'order.refunded'))).toMatchObject([{ type: 'payment', covers: { type } }])
  })

  it('says nothing by the subscription within it, which is as it was before', () => {
    const says = {
      reason: 'subscription_cycle',
      subscription: SUBSCRIPTION,
      embedded: subscription({ status: 'active' }),
    }
    expect(factsOf(paid(says)).map(({ type }) => type)).toEqual(['payment'])
    expect(read(paid({ ...says, status: 'pending' }, 'order.created'))).toEqual(NOTHING_SAID)
  })

  it.each(['draft', 'pending', 'void'])('says nothing while it is %s', (status) => {
    expect(read(paid({ status }))).toEqual(NOTHING_SAID)
  })

  it('is refunded by its status, because its amounts leave out the tax', () => {
    const whole = read(paid({ status: 'refunded', refunded: 1800 }, 'order.refunded'))
    expect(whole.facts).toMatchObject([{ type: 'purchase' }, { money: { refunded: WHOLE_AMOUNT } }])
    expect(whole.flags).toEqual([])
    const part = read(paid({ status: 'partially_refunded', refunded: 1800 }, 'order.refunded'))
    expect(part.facts).toMatchObject([{ type: 'purchase' }, { money: { total: 1900, refunded: 1800 } }])
    expect(part.flags).toEqual(['partial_refund'])
  })

  it('of what nobody knows waits for somebody to look', () => {
    expect(read(paid({ reason: 'gift' })).unknown).toEqual(['billing_reason=gift'])
    expect(read(paid({ status: 'lost' })).unknown).toEqual(['status=lost'])
    expect(read(paid({ product: null })).unknown).toEqual(['product_id=null'])
  })
})

describe('a Polar refund', () => {
  it('gives back its amount of the order once it succeeded', () => {
    expect(read(refunded({ status: 'pending' }))).toEqual(NOTHING_SAID)
    expect(read(refunded({ amount: 500, subscription: SUBSCRIPTION }))).toEqual({
      ...NOTHING_SAID,
      facts: [
        {
          type: 'reversal',
          id: 'refund-1',
          of: ['order-1', SUBSCRIPTION],
          version: { at: MS, rank: MS * 10 + 1 },
          undone: false,
          reverses: { type: 'amount', payment: 'order-1', amount: 500 },
          paidAt: null,
          reversedAt: expect.any(Number) as number,
        },
      ],
    })
  })

  it.each(['failed', 'canceled'])('is undone when it %s', (status) => {
    expect(factsOf(refunded({ status }))).toMatchObject([{ id: 'refund-1', undone: true }])
  })

  it('takes all of the purchase where it was asked to, however little it gives back', () => {
    expect(factsOf(refunded({ amount: 1, revokeBenefits: true }))).toMatchObject([
      { id: 'refund-1', reverses: { type: 'amount' } },
      { id: 'refund-1/benefits', reverses: { type: 'everything' } },
    ])
  })

  it.each([
    ['needs_response', true],
    ['under_review', true],
    ['early_warning', false],
    ['prevented', false],
    ['won', false],
    ['lost', false],
  ])('of a dispute that is %s holds what was bought: %s', (status, held) => {
    const facts = factsOf(refunded({ status: 'pending', dispute: { id: 'd1', status } }))
    const hold = { type: 'hold', of: ['order-1'], reason: 'dispute/d1', payment: 'order-1' }
    expect(facts[0]).toMatchObject({ ...hold, held })
  })

  it('of a lost dispute takes the disputed payment and, of a subscription, no later one', () => {
    const says = { amount: 100, revokeBenefits: true, dispute: { id: 'd1', status: 'lost' } }
    expect(factsOf(refunded({ ...says, status: 'failed' }))).toMatchObject([
      { type: 'hold', held: false },
      { undone: false, reverses: { type: 'amount', payment: 'order-1', amount: WHOLE_AMOUNT } },
    ])
  })

  it('of what nobody knows waits for somebody to look', () => {
    expect(read(refunded({ status: 'frozen' })).unknown).toEqual(['status=frozen'])
    const dispute = { id: 'd1', status: 'frozen' }
    expect(read(refunded({ dispute }))).toEqual({ ...NOTHING_SAID, unknown: ['dispute.status=frozen'] })
  })
})

describe('every order of arrival, each event twice, ends in the same', () => {
  it.each(polarScenarios)('$name', (scenario) => {
    expect(scenario.events.flatMap((sent) => read(sent).unknown)).toEqual([])
    expectConvergence(polar, scenario)
  })
})
