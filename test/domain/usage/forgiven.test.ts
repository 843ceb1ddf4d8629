import { describe, expect, it } from 'vitest'
import type { MeteredAllowance } from '../../../src/domain/entitlements/entitlement.ts'
import { forgivenAfter } from '../../../src/domain/usage/forgiveness.ts'
import { type Lot, type Usage, forgivenAt, lotOf } from '../../../src/domain/usage/lot.ts'
import { HOUR, NOON, anEntitlement } from '../samples.ts'

const DAILY = { every: 'day', anchor: NOON, rolloverMax: 5 } as const
const TEN_A_DAY: MeteredAllowance = {
  type: 'metered',
  amount: 10,
  overage: 'deny',
  reset: DAILY,
  period: null,
}

/** Ten of today and five of yesterday. */
function aLot(usage: Partial<Usage>, facts: object = {}): Lot {
  const known = { period: NOON, name: NOON, carried: 5, used: 0, forgiven: 0, others: [], ...usage }
  const lot = lotOf(anEntitlement({ allowance: TEN_A_DAY, ...facts }), known, [])
  if (lot === null) throw new Error('What is metered is a lot')
  return lot
}

const after = (lot: Lot, amount: number | null, spent: 'floor_at_zero' | 'allow_debt' = 'floor_at_zero') =>
  forgivenAfter(lot, amount === null ? null : { ...TEN_A_DAY, amount }, { now: NOON + HOUR, spent })

describe('what is forgiven of a lot into which something came over', () => {
  it.each([
    [15, 0],
    [16, 1],
    [19, 4],
    [20, 4],
  ])('is, with %s spent of fifteen, no more than what is in need of it: %s', (used, forgiven) => {
    expect(forgivenAt(aLot({ used, forgiven: 4 }), NOON)).toBe(forgiven)
  })

  it('is all of it, when the lot gives nothing any more', () => {
    expect(forgivenAt(aLot({ used: 7, forgiven: 9 }, { withdrawn: true }), NOON)).toBe(7)
  })

  it.each([
    ['ten to six takes back what is there, and forgives the rest', 6, 1],
    ['ten to seven takes back only what is there', 7, 0],
    ['ten to nothing leaves what came over', 0, 7],
    ['ten to no lot at all takes that as well', null, 12],
  ])('after a change from %s', (_what, amount, forgiven) => {
    expect(after(aLot({ used: 12 }), amount)).toBe(forgiven)
    expect(after(aLot({ used: 12 }), amount, 'allow_debt')).toBe(0)
  })

  it('goes down by what the source gives more', () => {
    const lot = aLot({ used: 19, forgiven: 4 })
    expect([10, 11, 13, 14, 15].map((amount) => after(lot, amount))).toEqual([4, 3, 1, 0, 0])
  })

  it('is nothing of what there was no lot of', () => {
    expect(forgivenAfter(null, TEN_A_DAY, { now: NOON, spent: 'floor_at_zero' })).toBe(0)
  })
})
