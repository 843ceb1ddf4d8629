import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastsLess } from '../../../src/domain/purchases/products/lasts-less.ts'
import { endOfDuration } from '../../../src/domain/purchases/products/pile.ts'
import type { Duration } from '../../../src/domain/purchases/products/product.ts'

const durations: fc.Arbitrary<Duration> = fc.record({
  every: fc.constantFrom('day', 'month', 'year'),
  count: fc.integer({ min: 1, max: 400 }),
})

describe('another duration', () => {
  it('is less than none, and none is never less', () => {
    fc.assert(
      fc.property(durations, (duration) => {
        expect(lastsLess(undefined, duration)).toBe(true)
        expect(lastsLess(duration, undefined)).toBe(false)
        expect(lastsLess(duration, duration)).toBe(false)
      }),
    )
  })

  it('is less where what was bought again would not begin once it ends any more', () => {
    const thirty: Duration = { every: 'day', count: 30 }
    expect(lastsLess({ ...thirty, stacks: true }, thirty)).toBe(true)
    expect(lastsLess(thirty, { ...thirty, stacks: true })).toBe(false)
  })

  it.each([
    [{ every: 'day', count: 30 }, { every: 'day', count: 29 }, true],
    [{ every: 'month', count: 1 }, { every: 'day', count: 30 }, true],
    [{ every: 'month', count: 1 }, { every: 'day', count: 31 }, false],
    [{ every: 'day', count: 28 }, { every: 'month', count: 1 }, false],
    [{ every: 'day', count: 29 }, { every: 'month', count: 1 }, true],
    [{ every: 'year', count: 1 }, { every: 'month', count: 12 }, false],
    [{ every: 'year', count: 1 }, { every: 'month', count: 11 }, true],
  ] as const)('of %j to %j', (before, after, isLess) => {
    expect(lastsLess(before, after)).toBe(isLess)
  })

  it('is called less wherever any purchase would end before', () => {
    const moments = fc.integer({ min: Date.UTC(2027, 0, 1), max: Date.UTC(2031, 0, 1) })
    fc.assert(
      fc.property(durations, durations, moments, (before, after, boughtAt) => {
        const isShorter = endOfDuration(boughtAt, after, 1) < endOfDuration(boughtAt, before, 1)
        expect(isShorter && !lastsLess(before, after)).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })
})
