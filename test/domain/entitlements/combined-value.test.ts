import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessOf, byPrecedence } from '../../../src/domain/entitlements/access.ts'
import { NOTHING_MORE, allowanceFor } from '../../../src/domain/entitlements/allowance.ts'
import type { Combine } from '../../../src/domain/entitlements/feature.ts'
import type { Json } from '../../../src/domain/values/json.ts'
import { HOUR, NOON, anEntitlement } from '../samples.ts'

const MOST = Number.MAX_SAFE_INTEGER

/** What several values become, the first of which was given last; the second a trial. */
function combined(combine: Exclude<Combine, 'latest'>, ...values: readonly Json[]) {
  const rights = values.map((value, index) =>
    anEntitlement({
      id: `ent_${index}`,
      createdAt: NOON - (index + 1) * HOUR,
      trial: index === 1,
      allowance: { type: 'config', value, combine },
    }),
  )
  return accessOf(rights.toSorted(byPrecedence), NOON)
}

describe('several values of a config feature', () => {
  it('are the greatest or the smallest number, by those who have it, whenever each was given', () => {
    const max = combined('max', 10, 50, 50)
    expect(max).toMatchObject({
      value: 50,
      combine: 'max',
      entitlements: ['ent_1', 'ent_2'],
      reason: 'granted',
    })
    expect(combined('max', 10, 50)).toMatchObject({ value: 50, entitlements: ['ent_1'], reason: 'in_trial' })
    expect(combined('min', 10, 50)).toMatchObject({ value: 10, entitlements: ['ent_0'], combine: 'min' })
  })

  it('are summed by all of them, and stop where whole numbers are no longer exact', () => {
    expect(combined('sum', 3, 3)).toMatchObject({
      value: 6,
      combine: 'sum',
      entitlements: ['ent_0', 'ent_1'],
    })
    expect(combined('sum', MOST, MOST, 5)).toMatchObject({ value: MOST })
    expect(combined('sum', MOST, 5, -MOST)).toMatchObject({ value: 5 })
    expect(combined('sum', -MOST, -5)).toMatchObject({ value: -MOST })
  })

  it('are one list of what is in any of them, each once, the newest first', () => {
    const union = combined('union', ['b', 1], ['a', 'b', '1'], [])
    expect(union).toMatchObject({ value: ['b', 1, 'a', '1'], combine: 'union' })
    expect(union.entitlements).toEqual(['ent_0', 'ent_1', 'ent_2'])
  })

  it('are the same numbers in whatever order they were given, priorities or not', () => {
    const some = fc.array(fc.tuple(fc.maxSafeInteger(), fc.nat({ max: 2 })), { minLength: 1, maxLength: 8 })
    const combine = fc.constantFrom('max', 'min', 'sum')
    fc.assert(
      fc.property(combine, some, (how, given) => {
        const value = (all: typeof given) =>
          accessOf(
            all
              .map(([number, priority], index) =>
                anEntitlement({
                  id: `ent_${index}`,
                  priority,
                  createdAt: NOON - index,
                  allowance: { type: 'config', value: number, combine: how },
                }),
              )
              .toSorted(byPrecedence),
            NOON,
          ).value
        expect(value(given.toReversed())).toBe(value(given))
      }),
    )
  })

  it('say nothing of it where the latest counts, as they always did', () => {
    const right = anEntitlement({ allowance: { type: 'config', value: 5 } })
    expect(accessOf([right], NOON)).not.toHaveProperty('combine')
  })
})

describe('a value that is given', () => {
  it.each<[Combine, Json, boolean]>([
    ['latest', { any: ['thing'] }, true],
    ['max', 1.5, true],
    ['max', '5', false],
    ['min', -5, true],
    ['min', null, false],
    ['sum', -3, true],
    ['sum', 1.5, false],
    ['sum', MOST + 1, false],
    ['union', ['a', 1, true, null], true],
    ['union', [['a']], false],
    ['union', [{}], false],
    ['union', 'a', false],
    ['union', Array.from({ length: 100 }, () => 1), true],
    ['union', Array.from({ length: 101 }, () => 1), false],
  ])('of a feature whose rule is %s: %j', (combine, value, isTaken) => {
    const feature = { key: 'seats', type: 'config', overage: 'deny', combine } as const
    const allowance = allowanceFor(feature, { ...NOTHING_MORE, value })
    const refusal = { code: 'value_not_combinable', feature: 'seats', combine }
    expect(allowance.ok ? null : allowance.error).toEqual(isTaken ? null : refusal)
  })
})
