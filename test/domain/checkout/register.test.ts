import { describe, expect, it } from 'vitest'
import type { SourceFact } from '../../../src/domain/checkout/fact.ts'
import { absorb, merged } from '../../../src/domain/checkout/register.ts'
import { aHold, aPayment, aPurchase, aReversal, aSubscription, anItem, registerOf } from './facts.ts'

const EVERYTHING = { type: 'everything' } as const
const at = (moment: number, rank = 0) => ({ version: { at: moment, rank } })

/** Of each kind an older telling and a newer one that says something else. */
const TOLD_TWICE: readonly (readonly [string, SourceFact, SourceFact])[] = [
  ['a subscription', aSubscription({ ...at(1), trial: true }), aSubscription(at(2))],
  ['a purchase', aPurchase({ quantity: 2 }, at(1)), aPurchase({ quantity: 1 }, at(2))],
  ['a payment', aPayment(at(1)), aPayment({ ...at(2), refunded: 5 })],
  ['a refund', aReversal(EVERYTHING, at(1)), aReversal(EVERYTHING, { ...at(2), undone: true })],
  ['a hold', aHold(true, at(1)), aHold(false, at(2))],
]

describe.each(TOLD_TWICE)('of %s', (_what, older, newer) => {
  it('the newest telling is known, whichever came first', () => {
    expect(registerOf(older, newer)).toEqual(registerOf(newer))
    expect(registerOf(newer, older)).toEqual(registerOf(newer))
  })

  it('another telling of the same is no news: the register itself comes back', () => {
    const register = registerOf(newer)
    expect(absorb(register, newer)).toBe(register)
    expect(absorb(register, older)).toBe(register)
    expect(absorb(registerOf(older), newer)).not.toBe(registerOf(older))
  })

  it('two registers know together what one would that was told both', () => {
    const other = aHold(true, { reason: 'fraud' })
    for (const [first, second] of [
      [older, newer],
      [newer, older],
    ] as const) {
      expect(merged(registerOf(first), registerOf(second, other))).toEqual(registerOf(newer, other))
      expect(merged(registerOf(first, other), registerOf(second))).toEqual(registerOf(newer, other))
    }
    expect(merged(registerOf(newer), registerOf())).toEqual(registerOf(newer))
    expect(merged(registerOf(), registerOf(newer))).toEqual(registerOf(newer))
  })
})

describe('of two tellings', () => {
  it('one that ends a subscription for ever stands, whatever comes after', () => {
    const ended = aSubscription({ ...at(1), terminal: true })
    const later = aSubscription({ ...at(9), trial: true })
    expect(registerOf(ended, later)).toEqual(registerOf(ended))
    expect(registerOf(later, ended)).toEqual(registerOf(ended))
  })

  it('of the same moment the higher rank stands', () => {
    const low = aHold(true, at(1, 1))
    const high = aHold(false, at(1, 2))
    expect(registerOf(low, high)).toEqual(registerOf(high))
    expect(registerOf(high, low)).toEqual(registerOf(high))
  })

  it('the later moment stands also against a higher rank', () => {
    const early = aHold(true, at(1, 9))
    const late = aHold(false, at(2, 0))
    expect(registerOf(early, late)).toEqual(registerOf(late))
    expect(registerOf(late, early)).toEqual(registerOf(late))
  })

  it('that tie in all else the content decides, so that the order of arrival never does', () => {
    const one = aPayment({ refunded: 1 })
    const two = aPayment({ refunded: 2 })
    expect(registerOf(one, two)).toEqual(registerOf(two, one))
  })
})

describe('a register', () => {
  it('keeps nothing that only served to find it', () => {
    const register = registerOf(
      aSubscription({ aliases: ['a'], customer: 'c' }),
      aPayment(),
      aReversal(EVERYTHING),
      aHold(true),
    )
    const tellings = [
      register.subscription,
      register.payments['pay'],
      register.reversals['refund'],
      register.holds['dispute'],
    ]
    for (const told of tellings) {
      for (const field of ['type', 'of', 'ref', 'aliases', 'customer']) expect(told).not.toHaveProperty(field)
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

  it('is not taken in by ids that are named like parts of an object', () => {
    const { holds } = registerOf(aHold(true, { reason: 'constructor' }), aHold(true, { reason: '__proto__' }))
    expect(Object.keys(holds)).toEqual(['constructor', '__proto__'])
    expect(Object.values(holds).map(({ held }) => held)).toEqual([true, true])
  })
})
