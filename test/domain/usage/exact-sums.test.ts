import { describe, expect, it } from 'vitest'
import { HOUR, NOON } from '../samples.ts'
import { Ledger, aLot, consume, reverse, update } from './a-ledger.ts'

const MOST = Number.MAX_SAFE_INTEGER

/** Lots of one feature beside each other, each from a source of its own. */
function another(amount: number, facts: Parameters<typeof aLot>[0] = {}) {
  return aLot({ entitlementId: `ent_${amount}_${facts.feature ?? ''}`, amount, ...facts })
}

describe('an amount that can be given', () => {
  it('is what the lots of its feature leave of the numbers that are exact, and no more', () => {
    const ledger = new Ledger()
    ledger.do(aLot({ amount: MOST - 5 }))
    expect(ledger.ask(another(6))).toBe('amount_too_large')
    ledger.do(another(5))
    expect(ledger.ask(another(1))).toBe('amount_too_large')
  })

  it('does not depend on the lots of other features', () => {
    const ledger = new Ledger()
    ledger.do(aLot({ amount: MOST }))
    ledger.do(another(MOST, { feature: 'tokens' }))
    expect(ledger.balance('tokens').remaining).toBe(MOST)
  })

  it('does not depend on a lot that has ended', () => {
    const ledger = new Ledger()
    ledger.do(aLot({ amount: MOST, startsAt: NOON, endsAt: NOON + HOUR }))
    expect(ledger.at(NOON + HOUR - 1).ask(another(1))).toBe('amount_too_large')
    ledger.at(NOON + HOUR).do(another(1))
  })

  it('counts with what may come over from the period before', () => {
    const reset = { every: 'day', anchor: null } as const
    const ledger = new Ledger()
    expect(ledger.ask(aLot({ amount: MOST, reset: { ...reset, rolloverMax: 1 } }))).toBe('amount_too_large')
    ledger.do(aLot({ amount: MOST, reset: { ...reset, rolloverMax: 0 } }))
    const smaller = new Ledger()
    smaller.do(aLot({ amount: 5, reset: { ...reset, rolloverMax: MOST } }))
    expect(smaller.ask(another(MOST - 9))).toBe('amount_too_large')
    smaller.do(another(MOST - 10))
  })

  it('is the same when a lot is updated, which does not stand in its own way', () => {
    const ledger = new Ledger()
    ledger.do(aLot())
    ledger.do(another(5))
    expect(ledger.ask(update({ amount: MOST - 4 }))).toBe('amount_too_large')
    ledger.do(update({ amount: MOST - 5 }))
  })
})

describe('what is recorded of a reversal', () => {
  it('names no lot to which nothing goes back', () => {
    const ledger = new Ledger()
    ledger.do(aLot({ amount: 4, priority: 2 }))
    ledger.do(another(6, { priority: 1 }))
    const consumption = ledger.do(consume(7))
    expect(ledger.ask(reverse(consumption, 2))).toMatchObject({
      data: { returns: [{ entitlementId: 'ent_6_', amount: 2 }] },
    })
    expect(ledger.ask(reverse(consumption, 2))).toMatchObject({
      data: {
        returns: [
          { entitlementId: 'ent_a', amount: 1 },
          { entitlementId: 'ent_6_', amount: 1 },
        ],
      },
    })
  })
})
