import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantText } from '../../../src/domain/values/instant-text.ts'

const LAST = 8_640_000_000_000_000

describe('The text of a moment', () => {
  it('is that of a date, whatever moment came before', () => {
    const instant = fc.oneof(
      fc.integer({ min: -LAST, max: LAST }),
      fc.integer({ min: 1_790_000_000_000, max: 1_790_200_000_000 }),
    )
    fc.assert(
      fc.property(fc.array(instant), (instants) => {
        expect(instants.map(instantText)).toEqual(instants.map((one) => new Date(one).toISOString()))
      }),
      { numRuns: 1000 },
    )
  })

  it('is refused of what is no moment', () => {
    expect(() => instantText(NaN)).toThrow(RangeError)
    expect(() => instantText(Infinity)).toThrow(RangeError)
  })
})
