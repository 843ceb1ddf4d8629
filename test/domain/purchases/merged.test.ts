import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SourceFact } from '../../../src/domain/purchases/register/fact.ts'
import { mergeRegisters } from '../../../src/domain/purchases/register/merge-registers.ts'
import { EMPTY_REGISTER } from '../../../src/domain/purchases/register/register.ts'
import { orderedText } from '../../../src/domain/values/json.ts'
import { NOON } from '../samples.ts'
import { LAST_MONTH, MONTH, aHold, aPayment, aReversal, aSubscription, paysFor, registerOf } from './facts.ts'
import { fewFacts, manyFacts, month } from './some-facts.ts'

/** What fails is not made small: it takes minutes, and the seed tells it again. */
const RUNS = { numRuns: 100, endOnFailure: true }
const PATIENCE_MS = 30_000
const registers = (facts: fc.Arbitrary<SourceFact[]>) => facts.map((some) => registerOf(...some))

describe.each([
  ['that forget nothing', fewFacts],
  ['of lives that are longer than what is kept', manyFacts],
])('of registers %s', (_which, facts) => {
  it(
    'two know together the same, whichever comes first',
    () => {
      fc.assert(
        fc.property(registers(facts), registers(facts), (a, b) => {
          expect(orderedText(mergeRegisters(a, b))).toBe(orderedText(mergeRegisters(b, a)))
        }),
        RUNS,
      )
    },
    PATIENCE_MS,
  )

  it(
    'three know together the same, whichever two come first',
    () => {
      fc.assert(
        fc.property(registers(facts), registers(facts), registers(facts), (a, b, c) => {
          expect(orderedText(mergeRegisters(mergeRegisters(a, b), c))).toBe(
            orderedText(mergeRegisters(a, mergeRegisters(b, c))),
          )
        }),
        RUNS,
      )
    },
    PATIENCE_MS,
  )

  it(
    'one learns nothing of what it knows',
    () => {
      fc.assert(
        fc.property(registers(facts), (a) => {
          expect(orderedText(mergeRegisters(a, a))).toBe(orderedText(a))
          expect(orderedText(mergeRegisters(a, EMPTY_REGISTER))).toBe(orderedText(a))
          expect(orderedText(mergeRegisters(EMPTY_REGISTER, a))).toBe(orderedText(a))
        }),
        RUNS,
      )
    },
    PATIENCE_MS,
  )

  it(
    'any order of the same facts ends in the same',
    () => {
      const shuffled = facts.chain((some) =>
        fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
      )
      fc.assert(
        fc.property(shuffled, ([some, other]) => {
          expect(orderedText(registerOf(...other, ...some))).toBe(orderedText(registerOf(...some)))
        }),
        RUNS,
      )
    },
    PATIENCE_MS,
  )
})

describe('a register', () => {
  it(
    'stays as small as its bounds, however long a life is',
    () => {
      fc.assert(
        fc.property(registers(manyFacts), ({ itemSets, periods, payments, reversals, holds, lateSince }) => {
          expect(itemSets.length).toBeLessThanOrEqual(5)
          expect(Object.keys(periods).length).toBeLessThanOrEqual(6)
          const ofMoney = Object.values(reversals).filter(
            ({ reverses }) => reverses.type !== 'line' && reverses.type !== 'order',
          )
          expect(ofMoney.length).toBeLessThanOrEqual(300)
          expect(Object.keys(holds).length).toBeLessThanOrEqual(24)
          expect(lateSince.length).toBeLessThanOrEqual(24)
          expect(Object.keys(payments).length).toBeLessThanOrEqual(60)
        }),
        RUNS,
      )
    },
    PATIENCE_MS,
  )

  it('never forgets a line that was given back, of however many lines', () => {
    const refunded = (line: number) => {
      return aReversal(
        { type: 'line', line: `line-${line}`, quantity: null },
        { id: `refund-${line}`, version: { at: 0, rank: 0 } },
      )
    }
    const { reversals } = registerOf(...Array.from({ length: 100 }, (_, line) => refunded(line)))
    expect(Object.keys(reversals)).toHaveLength(100)
  })

  it('forgets the periods that end first, and keeps a year that outlives the months beside it', () => {
    const year = { startsAt: month(0).startsAt, endsAt: month(12).endsAt }
    const inMonth = (index: number) => {
      const items = [year, month(index)].map((period, of) => {
        return { id: `item-${of}`, product: 'price', quantity: 1, ordered: 1, period }
      })
      return aSubscription({ version: { at: month(index).startsAt, rank: 0 }, items })
    }
    const { periods } = registerOf(...[0, 1, 2, 3, 4, 5, 6, 7].map(inMonth))
    const starts = Object.values(periods).map(({ startsAt }) => startsAt)
    expect(starts.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      [0, 3, 4, 5, 6, 7].map((index) => month(index).startsAt),
    )
  })

  it('keeps the sixty payments that were made last, whatever they are for', () => {
    const others = Array.from({ length: 60 }, (_none, number) =>
      aPayment({ payment: `other-${number}`, paidAt: NOON + number, covers: { type: 'other' } }),
    )
    const bill = paysFor(MONTH, { payment: 'bill', paidAt: NOON + 30 })
    const part = aPayment({ payment: 'part', paidAt: NOON + 31, bill: 'bill' })
    const { payments } = registerOf(aSubscription(), bill, part, ...others)
    expect(Object.keys(payments)).toHaveLength(60)
    expect(Object.keys(payments)).toEqual(expect.arrayContaining(['bill', 'part', 'other-2', 'other-59']))
    expect(payments).not.toHaveProperty('other-1')
  })

  it('keeps a payment in whatever order it and its period are told, however many other payments come', () => {
    const others = Array.from({ length: 60 }, (_none, number) =>
      aPayment({ payment: `other-${number}`, paidAt: NOON + 1 + number, covers: { type: 'other' } }),
    )
    const paid = paysFor(MONTH, { paidAt: NOON })
    const periodFirst = registerOf(aSubscription(), paid, ...others)
    const periodLast = registerOf(paid, ...others, aSubscription())
    expect(Object.keys(periodLast.payments).toSorted()).toEqual(Object.keys(periodFirst.payments).toSorted())
  })

  it('is told of one payment by several events, of which none takes away what another said', () => {
    const charged = aPayment({ paidAt: NOON + 5 })
    const named = aPayment({ paidAt: NOON, money: null, bill: 'bill' })
    const covering = paysFor(LAST_MONTH, { paidAt: null, money: null })
    const { payments } = registerOf(charged, named, covering)
    expect(payments['pay']).toEqual({
      paidAt: NOON,
      money: charged.money,
      bill: 'bill',
      covers: covering.covers,
    })
  })

  it('knows of a period the last time that it went on, and the first that it was late', () => {
    const told = [
      aSubscription({ version: { at: NOON + 1, rank: 0 } }),
      aSubscription({ version: { at: NOON + 2, rank: 0 }, state: 'overdue' }),
      aSubscription({ version: { at: NOON + 3, rank: 0 }, state: 'overdue' }),
      aSubscription({ version: { at: NOON + 4, rank: 0 } }),
    ]
    const [period] = Object.values(registerOf(...told.toReversed()).periods)
    expect(period).toMatchObject({
      active: { at: NOON + 4 },
      activeSince: NOON + 1,
      late: { at: NOON + 2 },
      lateSince: NOON + 2,
    })
  })

  it('is not taken in by ids that are named like parts of an object', () => {
    const { holds } = registerOf(aHold(true, { reason: 'constructor' }), aHold(true, { reason: '__proto__' }))
    expect(Object.keys(holds)).toEqual(['constructor', '__proto__'])
    expect(Object.values(holds).map(({ held }) => held)).toEqual([true, true])
  })
})
