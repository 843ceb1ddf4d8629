import { describe, expect, it } from 'vitest'
import { gives } from '../../../src/domain/purchases/products/gives.ts'
import { referencesOf } from '../../../src/domain/purchases/products/items.ts'
import type { Policy } from '../../../src/domain/purchases/payments/policy.ts'
import type { ProductOf } from '../../../src/domain/purchases/products/product.ts'
import type { SourceFact } from '../../../src/domain/purchases/register/fact.ts'
import { HOUR, NOON } from '../samples.ts'
import {
  MONTH,
  aBilledItem,
  aHold,
  aPayment,
  aProduct,
  aPurchase,
  aReversal,
  aSubscription,
  anItem,
  paysFor,
  registerOf,
  someMoney,
} from './facts.ts'

const POLICY: Policy = {
  graceMs: HOUR,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
}
const REVOKING: Policy = { ...POLICY, partialRefund: 'revoke' }
const LINE = { type: 'line', line: 'item', quantity: 1 } as const
const EVERYTHING = { type: 'everything' } as const
const amount = (of: number) => ({ type: 'amount', payment: 'pay', amount: of }) as const
const COUNTED = { feature: 'calls', type: 'metered', amount: 10, perQuantity: true } as const

function givenBy(
  facts: readonly SourceFact[],
  { productOf = aProduct(), policy = POLICY }: { productOf?: ProductOf; policy?: Policy } = {},
) {
  return gives(registerOf(...facts), productOf, policy).given
}

const refunded = (sum: number, total = 100) => aPayment({ money: someMoney({ total, refunded: sum }) })

/** How many of what was bought are left, when each gives ten. */
function amountLeft(facts: readonly SourceFact[], policy = POLICY): number {
  const [one] = givenBy(facts, { productOf: aProduct(COUNTED), policy })
  return one?.terms.allowance.type === 'metered' ? one.terms.allowance.amount : 0
}

describe('a subscription', () => {
  it('gives what its product has, named by item and feature', () => {
    expect(givenBy([aSubscription()])).toEqual([
      {
        item: 'item',
        feature: 'export',
        product: 'pro',
        held: false,
        periodKeys: [MONTH.startsAt],
        isReduced: false,
        terms: {
          allowance: { type: 'boolean' },
          startsAt: MONTH.startsAt,
          endsAt: MONTH.endsAt,
          graceEndsAt: MONTH.endsAt + HOUR,
          trial: false,
          priority: 0,
        },
      },
    ])
  })

  it.each([
    ['ends when it starts', { endsAt: NOON }, 0],
    ['ends before it starts', { endsAt: NOON - 1 }, 0],
    ['ends a moment later', { endsAt: NOON + 1 }, 1],
    ['has no start', { startsAt: null, endsAt: NOON }, 1],
    ['is late from its start on, and so begins in grace', { state: 'overdue' }, 1],
  ] as const)('that %s gives so many', (_what, facts, count) => {
    expect(givenBy([aSubscription(facts)])).toHaveLength(count)
  })

  it('gives nothing of a product that nobody mapped', () => {
    expect(givenBy([aSubscription({ items: [aBilledItem({ product: 'other' })] })])).toEqual([])
  })

  it('gives what is mapped by its price, else by its product', () => {
    const productOf = (reference: string) =>
      reference === 'prod'
        ? ({ id: 'of product', features: [{ feature: 'export', type: 'boolean' }] } as const)
        : undefined
    const items = [aBilledItem({ product: 'price', also: ['prod'] })]
    expect(givenBy([aSubscription({ items })], { productOf })).toMatchObject([{ product: 'of product' }])
  })
})

describe('a purchase', () => {
  it('gives without trial or grace, from its start to its end', () => {
    const [one] = givenBy([aPurchase({}, { startsAt: NOON, endsAt: NOON + HOUR })])
    expect(one).toMatchObject({
      held: false,
      terms: { startsAt: NOON, endsAt: NOON + HOUR, graceEndsAt: null, trial: false },
    })
  })

  it('is held as long as one of its holds is', () => {
    const both = [aPurchase(), aHold(false), aHold(true, { reason: 'fraud' })]
    expect(givenBy(both)[0]?.held).toBe(true)
    expect(givenBy([...both, aHold(false, { reason: 'fraud', version: { at: 2, rank: 0 } })])[0]?.held).toBe(
      false,
    )
  })
})

describe('what a product gives of a feature', () => {
  it('is as much for each one that was bought, and without that word once', () => {
    expect(amountLeft([aPurchase({ quantity: 3, ordered: 3 })])).toBe(30)
    const productOf = aProduct({ ...COUNTED, perQuantity: undefined })
    const [once] = givenBy([aPurchase({ quantity: 3, ordered: 3 })], { productOf })
    expect(once?.terms.allowance).toMatchObject({ amount: 10, overage: 'deny' })
  })

  it('stays a number that is exact', () => {
    const productOf = aProduct({ ...COUNTED, amount: Number.MAX_SAFE_INTEGER })
    const [one] = givenBy([aPurchase({ quantity: 3, ordered: 3 })], { productOf })
    expect(one?.terms.allowance).toMatchObject({ amount: Number.MAX_SAFE_INTEGER })
  })

  it.each([
    [5, true, 10],
    [5, undefined, 5],
    ['five', true, 'five'],
  ])('is the value %s, for each: %s, of two %s', (value, perQuantity, expected) => {
    const productOf = aProduct({ feature: 'seats', type: 'config', value, perQuantity })
    const [one] = givenBy([aPurchase({ quantity: 2, ordered: 2 })], { productOf })
    expect(one?.terms.allowance).toEqual({ type: 'config', value: expected })
  })

  it('is left out when the product says nothing of how much', () => {
    const productOf = aProduct({ feature: 'seats', type: 'config' }, { feature: 'export', type: 'boolean' })
    expect(givenBy([aPurchase()], { productOf }).map(({ feature }) => feature)).toEqual(['export'])
  })

  it('begins anew with each payment, or by the calendar from the start, and never by both', () => {
    const reset = { every: 'month', rolloverMax: 0 } as const
    const paid = givenBy([aSubscription()], { productOf: aProduct(COUNTED) })
    expect(paid[0]?.terms.allowance).toMatchObject({ reset: null, period: NOON })
    const productOf = aProduct({ ...COUNTED, reset })
    const byCalendar = givenBy([aSubscription({ startsAt: NOON - HOUR })], { productOf })
    expect(byCalendar[0]?.terms.allowance).toMatchObject({
      reset: { ...reset, anchor: NOON - HOUR },
      period: null,
    })
    const startless = givenBy([aSubscription({ startsAt: null })], { productOf })
    expect(startless[0]?.terms.allowance).toMatchObject({ reset: { anchor: NOON }, period: null })
    const bought = givenBy([aPurchase()], { productOf })
    expect(bought[0]?.terms.allowance).toMatchObject({ reset: { anchor: 0 }, period: null })
  })

  it('has the priority and the overage that the product says', () => {
    const productOf = aProduct({ ...COUNTED, overage: 'allow', priority: 7 })
    expect(givenBy([aPurchase()], { productOf })[0]?.terms).toMatchObject({
      priority: 7,
      allowance: { overage: 'allow' },
    })
  })
})

describe('what is left after refunds', () => {
  const three = aPurchase({ quantity: 3, ordered: 3 })
  it.each([
    ['one of the line', [aReversal(LINE)], 20],
    ['two of the line, one by one', [aReversal(LINE), aReversal(LINE, { id: 'refund-2' })], 10],
    ['all of the line', [aReversal({ ...LINE, quantity: null })], 0],
    ['more than was ordered', [aReversal({ ...LINE, quantity: 4 })], 0],
    ['one of another line', [aReversal({ ...LINE, line: 'other' })], 30],
    ['one, and that failed', [aReversal(LINE, { undone: true })], 30],
    ['everything', [aReversal(EVERYTHING)], 0],
    ['a part of nobody says what', [aReversal({ type: 'part' })], 30],
    ['a part of the payment', [refunded(99)], 30],
    ['all of the payment', [refunded(100)], 0],
    ['all of the payment, refund by refund', [aPayment(), aReversal(amount(100))], 0],
    ['not all of it yet, refund by refund', [aPayment(), aReversal(amount(99))], 30],
    ['two refunds of half each', [aPayment(), aReversal(amount(50)), aReversal(amount(50), { id: 'b' })], 0],
    ['money of a payment that was not told', [aReversal(amount(100))], 30],
    ['a sum of which one refund failed', [refunded(100), aReversal(amount(1), { undone: true })], 30],
    ['no money at all', [refunded(0, 0)], 30],
  ])('of three, when given back was %s', (_what, facts, expected) => {
    expect(amountLeft([three, ...facts])).toBe(expected)
  })

  it.each([
    ['a part of nobody says what', [aReversal({ type: 'part' })], 0],
    ['a part of the payment', [refunded(1)], 0],
    ['nothing of the payment', [aPayment()], 30],
    ['money of a payment that was not told, and that failed', [aReversal(amount(1), { undone: true })], 30],
    ['one of the line', [aReversal(LINE)], 20],
  ])('where a part takes all, when given back was %s', (_what, facts, expected) => {
    expect(amountLeft([three, ...facts], REVOKING)).toBe(expected)
  })

  it('is no more than the provider itself has left of the line', () => {
    expect(amountLeft([aPurchase({ quantity: 1, ordered: 3 }), aReversal(LINE)])).toBe(10)
  })

  it.each([
    ['before the period', NOON - 1, 1],
    ['as it starts', NOON, 0],
    ['at its last moment', MONTH.endsAt - 1, 0],
    ['as the next one starts', MONTH.endsAt, 1],
    ['nobody knows when', null, 0],
  ])('of a subscription, when what is refunded was paid %s', (_when, paidAt, count) => {
    const news = { version: { at: MONTH.endsAt, rank: 0 }, toldAt: NOON }
    expect(givenBy([aSubscription(news), aReversal(EVERYTHING, { paidAt })])).toHaveLength(count)
  })

  it('is told as taken back, by item and feature', () => {
    const { given, takenBack } = gives(registerOf(three, aReversal(EVERYTHING)), aProduct(), POLICY)
    expect([given, takenBack]).toEqual([[], [{ item: 'item', feature: 'export' }]])
    const [left] = givenBy([three, aReversal(LINE)])
    expect(left?.isReduced).toBe(true)
  })
})

describe('a purchase that several documents tell', () => {
  const line = (id: string, document: number) =>
    aPurchase({ id }, { document, version: { at: document, rank: 0 } })

  it('is what the first of them says, in whatever order they come', () => {
    const told = [line('session', 2), line('invoice', 1), line('payment', 0)]
    for (const facts of [told, told.toReversed()]) {
      expect(givenBy(facts).map(({ item }) => item)).toEqual(['session'])
    }
  })

  it('is given once its payment is there, where that is awaited', () => {
    const awaited = aPurchase({}, { paidBy: 'pay', isAwaited: true })
    expect(givenBy([awaited])).toEqual([])
    expect(givenBy([awaited, refunded(0, 0)])).toEqual([])
    expect(givenBy([awaited, aPayment()])).toHaveLength(1)
  })

  it('is given back by the refund of what paid for it, and of nothing else', () => {
    const bought = aPurchase({}, { paidBy: 'pay' })
    const other = aPayment({ payment: 'other', money: someMoney({ refunded: 100 }) })
    expect(givenBy([bought, aPayment(), other])).toHaveLength(1)
    expect(givenBy([bought, refunded(100)])).toEqual([])
  })

  it('is held by the open dispute of what paid for it, and not by that of something else', () => {
    const bought = aPurchase({}, { paidBy: 'pay' })
    const known = [bought, aPayment(), aPayment({ payment: 'other' })]
    const isHeld = (payment: string) => givenBy([...known, aHold(true, { payment })]).map(({ held }) => held)
    expect([isHeld('pay'), isHeld('other'), isHeld('unheard-of')]).toEqual([[true], [false], [true]])
  })

  it('beside a subscription is not taken by the refund of a period', () => {
    const beside = aPurchase({ id: 'once' }, { paidBy: 'setup' })
    const month = paysFor(MONTH, { money: someMoney({ refunded: 100 }) })
    expect(givenBy([aSubscription(), beside, month]).map(({ item }) => item)).toEqual(['once'])
  })
})

describe('the references that a register names', () => {
  it('are those of the subscription and of all lines, each once', () => {
    const lines = [anItem({ id: 'a', product: 'credits', also: ['goods'] }), anItem({ id: 'b' })]
    const before = aSubscription({ version: { at: 1, rank: 0 }, items: [aBilledItem({ product: 'old' })] })
    const register = registerOf(aSubscription(), before, aPurchase({}, { lines }))
    expect(referencesOf(register)).toEqual(['price', 'old', 'credits', 'goods'])
    expect(referencesOf(registerOf())).toEqual([])
  })
})
