import { describe, expect, it } from 'vitest'
import type { SourceFact } from '../../../src/domain/purchases/register/fact.ts'
import { mergeRegisters } from '../../../src/domain/purchases/register/merge-registers.ts'
import { periodKey } from '../../../src/domain/purchases/register/register.ts'
import { registerFact } from '../../../src/domain/purchases/register/register-fact.ts'
import { NOON } from '../samples.ts'
import { MONTH, aHold, aPayment, aPurchase, aReversal, aSubscription, anItem, registerOf } from './facts.ts'

const EVERYTHING = { type: 'everything' } as const
const at = (moment: number, rank = 0) => ({ version: { at: moment, rank } })
const money = (moment: number, refunded: number) => ({ money: { ...at(moment), total: 100, refunded } })

/** Of each kind an older telling and a newer one that says something else. */
const TOLD_TWICE: readonly (readonly [string, SourceFact, SourceFact])[] = [
  ['a purchase', aPurchase({ quantity: 2 }, at(1)), aPurchase({ quantity: 1 }, at(2))],
  ['a payment', aPayment(money(1, 0)), aPayment(money(2, 5))],
  ['a refund', aReversal(EVERYTHING, at(1)), aReversal(EVERYTHING, { ...at(2), undone: true })],
  ['a hold', aHold(true, at(1)), aHold(false, at(2))],
]

describe.each(TOLD_TWICE)('of %s', (_what, older, newer) => {
  it('the newest telling is known, whichever came first', () => {
    expect(registerOf(older, newer)).toEqual(registerOf(newer))
    expect(registerOf(newer, older)).toEqual(registerOf(newer))
  })

  it('two registers know together what one would that was told both', () => {
    const other = aHold(true, { reason: 'fraud' })
    for (const [first, second] of [
      [older, newer],
      [newer, older],
    ] as const) {
      expect(mergeRegisters(registerOf(first), registerOf(second, other))).toEqual(registerOf(newer, other))
      expect(mergeRegisters(registerOf(first, other), registerOf(second))).toEqual(registerOf(newer, other))
    }
  })
})

describe('of a subscription', () => {
  const older = aSubscription({ ...at(NOON), state: 'trialing' })
  const newer = aSubscription(at(NOON + 1))

  it('the newest snapshot is known, whichever came first', () => {
    const [one, two] = [registerOf(older, newer), registerOf(newer, older)]
    expect(one).toEqual(two)
    expect(one.subscription).toEqual(registerOf(newer).subscription)
  })

  it('one that ends it for ever stands, whatever comes after', () => {
    const ended = aSubscription({ ...at(NOON), state: 'ended', terminal: true })
    for (const facts of [
      [ended, newer],
      [newer, ended],
    ]) {
      expect(registerOf(...facts).subscription).toMatchObject({ state: 'ended', terminal: true })
    }
  })

  it('what it had before is known apart from the newest, and a quantity makes no other set of items', () => {
    const change = (moment: number, product: string, quantity = 1) => {
      const item = { ...anItem({ product, quantity }), period: MONTH }
      return aSubscription({ ...at(NOON + moment), items: [item] })
    }
    const { itemSets } = registerOf(change(1, 'a'), change(3, 'b', 5), change(2, 'b'))
    expect(itemSets.map(({ items }) => items.map(({ product, quantity }) => [product, quantity]))).toEqual([
      [['b', 5]],
      [['a', 1]],
    ])
  })

  it('a delay of no named period is kept by its moment', () => {
    const items = [{ ...anItem(), period: null }]
    const late = aSubscription({ ...at(NOON + 5), state: 'overdue', items })
    expect(registerOf(late, late)).toMatchObject({ lateSince: [NOON + 5], periods: {} })
  })
})

describe('of two tellings', () => {
  it('of the same moment the higher rank stands', () => {
    const [low, high] = [aHold(true, at(1, 1)), aHold(false, at(1, 2))]
    expect(registerOf(low, high)).toEqual(registerOf(high))
    expect(registerOf(high, low)).toEqual(registerOf(high))
  })

  it('the later moment stands also against a higher rank', () => {
    const [early, late] = [aHold(true, at(1, 9)), aHold(false, at(2, 0))]
    expect(registerOf(early, late)).toEqual(registerOf(late))
    expect(registerOf(late, early)).toEqual(registerOf(late))
  })

  it('that tie in all else the content decides, so that the order of arrival never does', () => {
    const [one, two] = [aPayment(money(1, 1)), aPayment(money(1, 2))]
    expect(registerOf(one, two)).toEqual(registerOf(two, one))
  })
})

describe('a fact as it is kept', () => {
  it('has nothing that only served to find its register', () => {
    const facts = [
      aSubscription({ aliases: ['a'], customer: 'c' }),
      aPurchase({}, { aliases: ['a'], customer: 'c' }),
      aPayment(),
      aReversal(EVERYTHING),
      aHold(true),
    ]
    for (const fact of facts) {
      const told = registerFact(fact)
      expect(told.type).toBe(fact.type)
      for (const field of ['of', 'ref', 'aliases', 'customer']) expect(told).not.toHaveProperty(field)
    }
  })

  it('knows each line of a purchase by its id, with the time of the purchase', () => {
    const lines = [anItem({ id: 'a' }), anItem({ id: 'b', quantity: 2 })]
    const { lines: known } = registerOf(aPurchase({}, { lines, startsAt: 5, endsAt: 9 }))
    expect(known).toEqual({
      a: { ...lines[0], ...at(1), startsAt: 5, endsAt: 9 },
      b: { ...lines[1], ...at(1), startsAt: 5, endsAt: 9 },
    })
  })
})

it('a period is the same while its start is and, where that is not told, while its end is', () => {
  expect(periodKey({ startsAt: 1, endsAt: 2 })).toBe(periodKey({ startsAt: 1, endsAt: 3 }))
  expect(periodKey({ startsAt: null, endsAt: 2 })).not.toBe(periodKey({ startsAt: null, endsAt: 3 }))
})
