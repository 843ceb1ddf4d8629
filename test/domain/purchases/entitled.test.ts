import { describe, expect, it } from 'vitest'
import type { SourceFact, SubscriptionFact } from '../../../src/domain/purchases/register/fact.ts'
import { gives } from '../../../src/domain/purchases/products/gives.ts'
import type { Policy } from '../../../src/domain/purchases/payments/policy.ts'
import { HOUR, NOON } from '../samples.ts'
import {
  LAST_MONTH,
  MONTH,
  NEXT_MONTH,
  aBilledItem,
  aHold,
  aPayment,
  aProduct,
  aReversal,
  aSubscription,
  paysFor,
  registerOf,
  someMoney,
} from './facts.ts'

const DAY = 24 * HOUR
const POLICY: Policy = {
  graceMs: 7 * DAY,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
}
const CALLS = aProduct({ feature: 'calls', type: 'metered', amount: 10 })

function of(facts: readonly SourceFact[], policy = POLICY) {
  const { given, takenBack } = gives(registerOf(...facts), CALLS, policy)
  const [one] = given
  const allowance = one?.terms.allowance
  return {
    startsAt: one?.terms.startsAt,
    endsAt: one?.terms.endsAt,
    graceEndsAt: one?.terms.graceEndsAt,
    trial: one?.terms.trial,
    held: one?.held,
    amount: allowance?.type === 'metered' ? allowance.amount : null,
    period: allowance?.type === 'metered' ? allowance.period : null,
    takenBack,
  }
}

/** What is told of a subscription at a moment, by default that it is in the month that begins at noon. */
function told(
  facts: Partial<SubscriptionFact> & { readonly at?: number; readonly period?: typeof MONTH | null } = {},
) {
  const { at = NOON, period = MONTH, ...rest } = facts
  return aSubscription({ version: { at, rank: 0 }, toldAt: at, items: [aBilledItem({ period })], ...rest })
}
const late = (at: number, period = MONTH) => told({ at, period, state: 'overdue' })
const gaveBack = (payment: string, facts: object = {}) =>
  aReversal({ type: 'amount', payment, amount: 100 }, { id: `refund of ${payment}`, ...facts })

describe('access', () => {
  it('lasts to the end of the period that it is in, and then in grace', () => {
    expect(of([told()])).toMatchObject({ endsAt: MONTH.endsAt, graceEndsAt: MONTH.endsAt + 7 * DAY })
  })

  it.each([
    ['the deployment gives none', told(), { ...POLICY, graceMs: 0 }],
    ['it is decided that it ends with the period', told({ endsAt: MONTH.endsAt }), POLICY],
    ['it is decided that it ends before', told({ endsAt: NOON + DAY }), POLICY],
    ['it has ended', told({ state: 'ended', terminal: true, endsAt: NOON + DAY }), POLICY],
  ])('has no grace when %s', (_why, fact, policy) => {
    expect(of([fact], policy).graceEndsAt).toBeNull()
  })

  it('is not cut off by a change to another interval that begins anew at once and is declined', () => {
    const year = { startsAt: NOON + 10 * DAY, endsAt: NOON + 375 * DAY }
    const facts = [told(), paysFor(MONTH), late(year.startsAt, year)]
    for (const order of [facts, facts.toReversed()]) {
      expect(of(order)).toMatchObject({ endsAt: MONTH.endsAt, amount: 10, period: MONTH.startsAt })
    }
    const trial = told({ state: 'trialing' })
    expect(of([trial, late(year.startsAt, year)]).endsAt).toBe(year.startsAt)
  })

  it('ends when that is decided within the period, and not before the period where it is later', () => {
    expect(of([told({ endsAt: NOON + DAY })]).endsAt).toBe(NOON + DAY)
    expect(of([told({ endsAt: NEXT_MONTH.endsAt })]).endsAt).toBe(MONTH.endsAt)
  })

  it('is never cut off, once it was paid for, by what is late afterwards', () => {
    for (const state of ['overdue', 'unpaid'] as const) {
      const facts = [told(), paysFor(MONTH), told({ at: NOON + DAY, state })]
      expect(of(facts)).toMatchObject({ endsAt: MONTH.endsAt, held: false, amount: 10, period: NOON })
    }
  })

  it('goes on in grace from when the provider first said that it is late, in any order', () => {
    const facts = [
      told({ period: LAST_MONTH, at: LAST_MONTH.startsAt }),
      late(NOON + HOUR),
      late(NOON + 3 * DAY),
    ]
    const inGrace = { endsAt: NOON + HOUR, graceEndsAt: NOON + HOUR + 7 * DAY }
    expect(of(facts)).toMatchObject(inGrace)
    expect(of(facts.toReversed())).toMatchObject(inGrace)
  })

  it('is grace alone where the first payment is late as soon as it begins: no right ends before it starts', () => {
    const allGrace = { startsAt: null, endsAt: NOON, graceEndsAt: NOON + 7 * DAY }
    expect(of([late(NOON)])).toMatchObject(allGrace)
    expect(of([late(NOON + HOUR)])).toMatchObject({ startsAt: NOON, endsAt: NOON + HOUR })
  })

  it('is held once the provider has given up on a payment, and while it is paused', () => {
    expect(of([told({ state: 'unpaid' })]).held).toBe(true)
    expect(of([told({ state: 'paused' })]).held).toBe(true)
    expect(of([told({ state: 'overdue' })]).held).toBe(false)
  })

  it('is none before the first payment, and a trial while it says so', () => {
    expect(of([told({ state: 'none' })]).amount).toBeNull()
    expect(of([told({ state: 'trialing' })]).trial).toBe(true)
  })

  it('lasts for each item by its own interval', () => {
    const year = { startsAt: NOON, endsAt: NOON + 365 * DAY }
    const items = [aBilledItem(), aBilledItem({ id: 'yearly', period: year })]
    const { given } = gives(registerOf(aSubscription({ items })), CALLS, POLICY)
    expect(given.map(({ item, terms }) => [item, terms.endsAt])).toEqual([
      ['item', MONTH.endsAt],
      ['yearly', year.endsAt],
    ])
  })
})

describe('the amount of a paid period', () => {
  it('of a month is left in grace, also where a year began at the same moment', () => {
    const year = { startsAt: MONTH.startsAt, endsAt: NOON + 365 * DAY }
    const items = (period: typeof MONTH) => [
      aBilledItem({ period }),
      aBilledItem({ id: 'year', period: year }),
    ]
    const lines = [
      { id: null, item: 'item', ...MONTH, total: 100 },
      { id: null, item: 'year', ...year, total: 900 },
    ]
    const facts = [
      aSubscription({ items: items(MONTH) }),
      aPayment({ paidAt: NOON, covers: { type: 'period', lines } }),
      told({ at: NEXT_MONTH.startsAt + HOUR, state: 'overdue', items: items(NEXT_MONTH) }),
    ]
    for (const order of [facts, facts.toReversed()]) {
      const { given } = gives(registerOf(...order), CALLS, POLICY)
      expect(given.map(({ periodKeys, terms }) => [periodKeys[0], terms.allowance])).toMatchObject([
        [MONTH.startsAt, { amount: 10 }],
        [year.startsAt, { amount: 10 }],
      ])
    }
  })

  it('is of the period as it is told, and of the next one once that is paid', () => {
    expect(of([told()])).toMatchObject({ amount: 10, period: MONTH.startsAt })
    expect(of([told(), paysFor(NEXT_MONTH)])).toMatchObject({ amount: 10, period: NEXT_MONTH.startsAt })
  })

  it('is withheld once it is late and nobody said that it was paid: what is left of the last one is there', () => {
    const before = [told({ period: LAST_MONTH, at: LAST_MONTH.startsAt }), paysFor(LAST_MONTH)]
    const facts = [...before, told(), late(NOON + HOUR)]
    expect(of(facts)).toMatchObject({ amount: 10, period: LAST_MONTH.startsAt })
    expect(of(facts.toReversed())).toMatchObject({ amount: 10, period: LAST_MONTH.startsAt })
    expect(of([...facts, paysFor(MONTH, { payment: 'new' })])).toMatchObject({ period: MONTH.startsAt })
  })

  it('is nothing where the source is first seen late: it has grace, and no amount', () => {
    expect(of([late(NOON + HOUR)])).toMatchObject({
      amount: 0,
      endsAt: NOON + HOUR,
      graceEndsAt: NOON + HOUR + 7 * DAY,
    })
  })

  it('waits for its payment where the deployment says so, but for trials and what tells no payments', () => {
    const awaiting: Policy = { ...POLICY, amounts: 'on_payment' }
    expect(of([told()], awaiting).amount).toBe(0)
    expect(of([told(), paysFor(MONTH)], awaiting).amount).toBe(10)
    expect(of([told({ state: 'trialing' })], awaiting).amount).toBe(10)
    expect(of([told({ tellsPayments: false })], awaiting).amount).toBe(10)
  })

  it('of a trial is not given a second time when the card is declined at its end', () => {
    const trial = told({ period: LAST_MONTH, at: LAST_MONTH.startsAt, state: 'trialing' })
    expect(of([trial, late(NOON + HOUR)])).toMatchObject({ amount: 10, period: LAST_MONTH.startsAt })
  })
})

describe('a refund', () => {
  it('of the whole payment of the period takes all, and no later news of that period brings it back', () => {
    const facts = [told(), paysFor(MONTH), gaveBack('pay'), told({ at: NOON + DAY, endsAt: MONTH.endsAt })]
    expect(of(facts)).toMatchObject({ amount: null, takenBack: [{ item: 'item', feature: 'calls' }] })
    expect(of(facts.toReversed()).amount).toBeNull()
  })

  it('of an older payment leaves the period that was paid since', () => {
    const facts = [told({ period: LAST_MONTH, at: LAST_MONTH.startsAt }), paysFor(LAST_MONTH), told()]
    expect(of([...facts, paysFor(MONTH, { payment: 'new' }), gaveBack('pay')])).toMatchObject({
      amount: 10,
      endsAt: MONTH.endsAt,
    })
  })

  it.each(['change', 'other'] as const)('of a payment for something else takes nothing: %s', (type) => {
    const beside = aPayment({ payment: 'beside', paidAt: NOON + DAY, covers: { type } })
    expect(of([told(), paysFor(MONTH), beside, gaveBack('beside')])).toMatchObject({ amount: 10 })
  })

  it('of a line takes its item and no other', () => {
    const line = (id: string, item: string) => ({ ...MONTH, id, item, total: 50 })
    const covers = { type: 'period', lines: [line('l1', 'item'), line('l2', 'other')] } as const
    const items = [aBilledItem(), aBilledItem({ id: 'other' })]
    const ofLine = aReversal({ type: 'amount', payment: 'pay', amount: 50, line: 'l2' })
    const facts = [aSubscription({ items }), aPayment({ paidAt: NOON, covers }), ofLine]
    const { given, takenBack } = gives(registerOf(...facts), CALLS, POLICY)
    expect([given.map(({ item }) => item), takenBack.map(({ item }) => item)]).toEqual([['item'], ['other']])
  })

  it('of a part takes nothing, or all where the deployment says so', () => {
    const part = [told(), paysFor(MONTH, { money: someMoney({ refunded: 1 }) })]
    expect(of(part).amount).toBe(10)
    expect(of(part, { ...POLICY, partialRefund: 'revoke' }).amount).toBeNull()
  })

  it('of a renewal that was paid and given back before it began leaves what was paid before', () => {
    const facts = [told(), paysFor(MONTH), paysFor(NEXT_MONTH, { payment: 'early', paidAt: NOON + 29 * DAY })]
    const back = gaveBack('early', { reversedAt: NOON + 29 * DAY + HOUR })
    expect(of([...facts, told({ period: NEXT_MONTH, at: NOON + 29 * DAY }), back])).toMatchObject({
      amount: 10,
      period: MONTH.startsAt,
      endsAt: MONTH.endsAt,
      graceEndsAt: null,
    })
  })
})

describe('a dispute', () => {
  it('of the payment of the running period holds it, and of an older payment does not', () => {
    const facts = [told({ period: LAST_MONTH, at: LAST_MONTH.startsAt }), told()]
    const paid = [paysFor(LAST_MONTH, { payment: 'old' }), paysFor(MONTH, { payment: 'new' })]
    expect(of([...facts, ...paid, aHold(true, { payment: 'new' })]).held).toBe(true)
    expect(of([...facts, ...paid, aHold(true, { payment: 'old' })]).held).toBe(false)
  })

  it('of a part of what was billed holds what the bill covers', () => {
    const part = aPayment({ payment: 'charge', bill: 'pay', paidAt: NOON })
    expect(of([told(), paysFor(MONTH), part, aHold(true, { payment: 'charge' })]).held).toBe(true)
  })

  it('of nobody says what holds all', () => {
    expect(of([told(), paysFor(MONTH), aHold(true)]).held).toBe(true)
    expect(of([told(), paysFor(MONTH), aHold(false)]).held).toBe(false)
  })
})

describe('what somebody has not mapped yet', () => {
  const unmapped = (facts: Parameters<typeof told>[0], id = 'item') =>
    told({ at: NOON + DAY, ...facts, items: [aBilledItem({ id, product: 'new price' })] })

  it('withdraws nothing: an item that is now of another price stays what it was', () => {
    expect(of([told(), unmapped({})])).toMatchObject({ amount: 10, endsAt: MONTH.endsAt })
  })

  it('gives what it came instead of, for its own period', () => {
    const items = [aBilledItem({ id: 'new', product: 'new price', period: NEXT_MONTH })]
    const facts = [told(), told({ at: NEXT_MONTH.startsAt, items })]
    expect(of(facts)).toMatchObject({ amount: 10, endsAt: NEXT_MONTH.endsAt, period: NEXT_MONTH.startsAt })
    expect(of(facts.toReversed())).toMatchObject({ endsAt: NEXT_MONTH.endsAt })
  })
})
