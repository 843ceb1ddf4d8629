import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { overageBack } from '../../../src/domain/usage/take.ts'
import { type UsageItem, type UsageTotal, usageTotals } from '../../../src/domain/usage/usage-totals.ts'

const MOST = Number.MAX_SAFE_INTEGER

const item: fc.Arbitrary<UsageItem> = fc.record({
  type: fc.constantFrom('consumption', 'reversal'),
  feature: fc.constantFrom('images', 'texts'),
  holder: fc.constantFrom(null, 'ann', 'ben', 'null'),
  amount: fc.integer({ min: 1, max: 9 }),
  overage: fc.nat({ max: 9 }),
  spends: fc.option(
    fc.record({ feature: fc.constantFrom('credits', 'tokens'), cost: fc.integer({ min: 1, max: 50 }) }),
  ),
})

/** What a list of items says of one figure: each that counts there is added, or taken off where it was given back. */
function figuresOf(items: readonly UsageItem[]) {
  const figures = new Map<string, number>()
  const add = (item: UsageItem, names: readonly string[], amount: number) => {
    const key = JSON.stringify([item.feature, item.holder, ...names])
    figures.set(key, (figures.get(key) ?? 0) + amount)
  }
  for (const one of items) {
    const sign = one.type === 'consumption' ? 1 : -1
    add(one, [one.type], one.amount)
    add(one, one.spends === null ? ['overage'] : [one.spends.feature, 'overage'], sign * one.overage)
    if (one.spends !== null) add(one, [one.spends.feature, 'cost'], sign * one.spends.cost)
  }
  return withoutZeros(figures)
}

/** The same figures out of totals: of several pages, added up. */
function figuresIn(totals: readonly UsageTotal[]) {
  const figures = new Map<string, number>()
  for (const { feature, holder, consumed, reversed, overage, costs } of totals) {
    const add = (names: readonly string[], amount: number) => {
      const key = JSON.stringify([feature, holder, ...names])
      figures.set(key, (figures.get(key) ?? 0) + amount)
    }
    add(['consumption'], consumed)
    add(['reversal'], reversed)
    add(['overage'], overage)
    for (const [spent, cost] of costs) {
      add([spent, 'cost'], cost.cost)
      add([spent, 'overage'], cost.overage)
    }
  }
  return withoutZeros(figures)
}

function withoutZeros(figures: ReadonlyMap<string, number>) {
  return new Map([...figures].filter(([, amount]) => amount !== 0))
}

describe('sums of what was consumed', () => {
  it('are those of a plain list, in whichever pages it is read', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 40 }), fc.integer({ min: 1, max: 10 }), (items, size) => {
        const pages = Array.from({ length: Math.ceil(items.length / size) }, (_, page) =>
          usageTotals(items.slice(page * size, (page + 1) * size)),
        )
        expect(figuresIn(pages.flatMap(({ totals }) => totals))).toEqual(figuresOf(items))
        expect(figuresIn(usageTotals(items).totals)).toEqual(figuresOf(items))
      }),
    )
  })

  it('are one for each feature and holder, in the order in which these appear', () => {
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const named = ({ feature, holder }: Pick<UsageItem, 'feature' | 'holder'>) =>
          `${feature} ${holder === null} ${holder}`
        expect(usageTotals(items).totals.map(named)).toEqual([...new Set(items.map(named))])
      }),
    )
  })

  it('end before one that would not be exact, which is in the next page', () => {
    const half: UsageItem = {
      type: 'consumption',
      feature: 'credits',
      holder: null,
      amount: 2 ** 52,
      overage: 0,
      spends: null,
    }
    expect(usageTotals([half, half, half])).toMatchObject({ count: 1, totals: [{ consumed: 2 ** 52 }] })
    expect(usageTotals([{ ...half, amount: MOST }])).toMatchObject({ count: 1, totals: [{ consumed: MOST }] })
    const other = { ...half, holder: 'ann' }
    expect(usageTotals([half, other, half])).toMatchObject({ count: 2 })
    const costly = { ...half, amount: 1, spends: { feature: 'tokens', cost: MOST } }
    expect(usageTotals([costly, costly])).toMatchObject({ count: 1 })
  })
})

describe('what is given back', () => {
  it('is what no lot had first, and in all parts together as much as there was', () => {
    fc.assert(
      fc.property(fc.nat({ max: 20 }), fc.array(fc.integer({ min: 1, max: 9 })), (overage, parts) => {
        let [reversed, back] = [0, 0]
        for (const part of parts) {
          back += overageBack(overage, reversed, part)
          reversed += part
          expect(back).toBe(Math.min(overage, reversed))
        }
      }),
    )
  })
})
