import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Reset, nextPeriodStart, periodStart } from '../../../src/domain/entitlements/reset.ts'

const DAY = 86_400_000

const utc = (text: string) => Date.parse(text.length === 10 ? `${text}T00:00:00Z` : `${text}Z`)
const reset = (every: Reset['every'], anchor: string): Reset => ({
  every,
  anchor: utc(anchor),
  rolloverMax: 0,
})

/** So many boundaries in a row, the first being the one that `from` falls on or after. */
function boundaries(of: Reset, from: string, count: number): readonly string[] {
  const all = [periodStart(of, utc(from))]
  while (all.length < count) all.push(nextPeriodStart(of, all.at(-1) ?? 0))
  return all.map((boundary) => new Date(boundary).toISOString().replace(/(T00:00:00)?\.000Z$/, ''))
}

describe('the boundaries of a reset', () => {
  it.each([
    ['day', '2030-01-31T06:30:00', '2030-02-28T06:30:00', ['2030-02-28T06:30:00', '2030-03-01T06:30:00']],
    ['week', '2030-01-31', '2030-02-28', ['2030-02-28', '2030-03-07', '2030-03-14']],
    ['month', '2030-01-15', '2030-12-20', ['2030-12-15', '2031-01-15', '2031-02-15']],
    ['year', '2030-06-30', '2031-01-01', ['2030-06-30', '2031-06-30', '2032-06-30']],
  ] as const)('come every %s, at the time of the anchor', (every, anchor, from, expected) => {
    expect(boundaries(reset(every, anchor), from, expected.length)).toEqual(expected)
  })

  it('are the last days of months that lack the day of the anchor, which comes back after them', () => {
    expect(boundaries(reset('month', '2030-01-31'), '2030-01-31', 6)).toEqual([
      '2030-01-31',
      '2030-02-28',
      '2030-03-31',
      '2030-04-30',
      '2030-05-31',
      '2030-06-30',
    ])
    expect(boundaries(reset('month', '2031-10-30T12:00:00'), '2032-01-31', 3)).toEqual([
      '2032-01-30T12:00:00',
      '2032-02-29T12:00:00',
      '2032-03-30T12:00:00',
    ])
  })

  it('are on 28 February in the years without the day of a leap year, and on 29 in the others', () => {
    expect(boundaries(reset('year', '2028-02-29'), '2028-02-29', 5)).toEqual([
      '2028-02-29',
      '2029-02-28',
      '2030-02-28',
      '2031-02-28',
      '2032-02-29',
    ])
    // The end of a century is no leap year, but for every fourth.
    expect(boundaries(reset('year', '2096-02-29'), '2100-03-01', 2)).toEqual(['2100-02-28', '2101-02-28'])
    expect(boundaries(reset('month', '2000-01-31'), '2000-02-10', 3)).toEqual([
      '2000-01-31',
      '2000-02-29',
      '2000-03-31',
    ])
  })

  it.each([
    ['day', '2030-01-31', '2029-12-31', ['2029-12-31', '2030-01-01']],
    ['week', '2030-01-31', '2029-12-31', ['2029-12-27', '2030-01-03']],
    ['month', '2030-03-31', '2029-11-15', ['2029-10-31', '2029-11-30', '2029-12-31', '2030-01-31']],
    ['month', '1970-01-31', '1969-02-27', ['1969-01-31', '1969-02-28', '1969-03-31']],
    ['year', '2032-02-29', '2029-01-01', ['2028-02-29', '2029-02-28', '2030-02-28']],
  ] as const)('count back from an anchor to come, too: every %s', (every, anchor, from, expected) => {
    expect(boundaries(reset(every, anchor), from, expected.length)).toEqual(expected)
  })

  it.each(['day', 'week', 'month', 'year'] as const)('belong to what they begin: every %s', (every) => {
    const anchored = reset(every, '2030-01-31T12:00:00')
    for (const from of ['2028-02-29T11:59:59', '2030-01-31T12:00:00', '2033-07-01T00:00:00']) {
      const boundary = nextPeriodStart(anchored, utc(from))
      expect(periodStart(anchored, boundary - 1)).toBeLessThanOrEqual(utc(from))
      expect(nextPeriodStart(anchored, boundary - 1)).toBe(boundary)
      for (const after of [boundary, boundary + 1]) {
        expect(periodStart(anchored, after)).toBe(boundary)
        expect(nextPeriodStart(anchored, after)).toBeGreaterThan(boundary + 1)
      }
    }
  })

  it('are found as far as moments are taken in, from 1970 to 9999', () => {
    expect(boundaries(reset('month', '1970-01-01'), '9998-12-31', 2)).toEqual(['9998-12-01', '9999-01-01'])
    expect(boundaries(reset('year', '9999-12-31'), '1970-01-01', 2)).toEqual(['1969-12-31', '1970-12-31'])
  })
})

const moment = fc.integer({ min: utc('1900-01-01'), max: utc('2400-01-01') })
const someReset = fc.record({
  every: fc.constantFrom('day', 'week', 'month', 'year'),
  anchor: moment,
  rolloverMax: fc.constant(0),
})

describe('any moment', () => {
  it('lies in one period, which begins where the one before ends', () => {
    fc.assert(
      fc.property(someReset, moment, (some, at) => {
        const start = periodStart(some, at)
        const next = nextPeriodStart(some, at)
        expect(start).toBeLessThanOrEqual(at)
        expect(next).toBeGreaterThan(at)
        expect(periodStart(some, start)).toBe(start)
        expect(nextPeriodStart(some, start)).toBe(next)
        expect(periodStart(some, next)).toBe(next)
        expect(nextPeriodStart(some, next - 1)).toBe(next)
      }),
      { numRuns: 2000 },
    )
  })

  it('lies in a period that begins on the day and at the time of the anchor, or at the end of a month', () => {
    fc.assert(
      fc.property(someReset, moment, (some, at) => {
        const start = new Date(periodStart(some, at))
        const anchor = new Date(some.anchor)
        expect(start.toISOString().slice(11)).toBe(anchor.toISOString().slice(11))
        if (some.every === 'week') expect(start.getUTCDay()).toBe(anchor.getUTCDay())
        if (some.every === 'year') expect(start.getUTCMonth()).toBe(anchor.getUTCMonth())
        if (some.every === 'month' || some.every === 'year') {
          const isShort = start.getUTCDate() < anchor.getUTCDate()
          const isLastOfMonth = new Date(start.getTime() + DAY).getUTCDate() === 1
          expect(start.getUTCDate() === anchor.getUTCDate() || (isShort && isLastOfMonth)).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
