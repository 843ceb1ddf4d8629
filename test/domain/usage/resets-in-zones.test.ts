import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Reset, nextPeriodStart, periodStart } from '../../../src/domain/entitlements/reset.ts'
import { changesOf, periodOf } from './calendar-reference.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const ZONES = [
  'Europe/Berlin',
  'Europe/Kiev',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Africa/Cairo',
  'UTC',
]

const at = (text: string) => Date.parse(`${text}Z`)
const written = (moment: number) => new Date(moment).toISOString().replace(/(:00)?\.000Z$/, '')

/** So many boundaries in a row from the anchor on. */
function boundaries(every: Reset['every'], timeZone: string, anchor: string, count: number) {
  const reset = { every, timeZone, anchor: at(anchor), rolloverMax: 0 }
  const all = [periodStart(reset, reset.anchor)]
  while (all.length < count) all.push(nextPeriodStart(reset, all.at(-1) ?? 0))
  return all.map(written)
}

describe('the boundaries of a reset in a time zone', () => {
  // The changes are those of the tz database, as governments announced them.
  it.each([
    [
      'midnight, as clocks are set forward: a day of 23 hours',
      'Europe/Berlin',
      ['2026-03-27T23:00', '2026-03-28T23:00', '2026-03-29T22:00'],
    ],
    [
      'midnight, as they are set back: a day of 25 hours',
      'Europe/Berlin',
      ['2026-10-24T22:00', '2026-10-25T23:00', '2026-10-26T23:00'],
    ],
    [
      '02:30, which is 03:30 on the day without it',
      'Europe/Berlin',
      ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30'],
    ],
    [
      '02:30, the first of two',
      'Europe/Berlin',
      ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    [
      'midnight under the older name of a zone',
      'Europe/Kiev',
      ['2026-03-27T22:00', '2026-03-28T22:00', '2026-03-29T21:00'],
    ],
    [
      'midnight, half an hour off',
      'America/St_Johns',
      ['2026-10-31T02:30', '2026-11-01T02:30', '2026-11-02T03:30'],
    ],
    [
      '02:15, where clocks are set forward by half an hour at two',
      'Australia/Lord_Howe',
      ['2026-10-02T15:45', '2026-10-03T15:45', '2026-10-04T15:15'],
    ],
    [
      '01:45, where they are set back by half an hour at two',
      'Australia/Lord_Howe',
      ['2026-04-03T14:45', '2026-04-04T14:45', '2026-04-05T15:15'],
    ],
    ['midnight, where clocks never change', 'Asia/Kolkata', ['2026-03-28T18:30', '2026-03-29T18:30']],
    ['midnight, a quarter of an hour off', 'Asia/Kathmandu', ['2026-03-28T18:15', '2026-03-29T18:15']],
    [
      'midnight, as Ramadan begins',
      'Africa/Casablanca',
      ['2026-02-13T23:00', '2026-02-14T23:00', '2026-02-16T00:00'],
    ],
    [
      'midnight, which is 01:00 on the day on which summer time begins with it',
      'Africa/Cairo',
      ['2026-04-22T22:00', '2026-04-23T22:00', '2026-04-24T21:00'],
    ],
    [
      'noon, where 30 December was left out: two dates, one boundary',
      'Pacific/Apia',
      ['2011-12-29T22:00', '2011-12-30T22:00', '2011-12-31T22:00'],
    ],
    [
      'midnight, where 30 December was left out',
      'Pacific/Apia',
      ['2011-12-29T10:00', '2011-12-30T10:00', '2011-12-31T10:00'],
    ],
  ])('come each day at %s (%s)', (_what, timeZone, expected) => {
    expect(boundaries('day', timeZone, expected[0] ?? '', expected.length)).toEqual(expected)
  })

  it.each([
    [
      'month',
      'Europe/Berlin',
      'on the 31st or the last day',
      ['2026-01-30T23:00', '2026-02-27T23:00', '2026-03-30T22:00', '2026-04-29T22:00', '2026-05-30T22:00'],
    ],
    [
      'month',
      'Europe/Berlin',
      'that begins at midnight on the first, the 28th in UTC once a year',
      ['2026-01-31T23:00', '2026-02-28T23:00', '2026-03-31T22:00', '2026-04-30T22:00'],
    ],
    [
      'month',
      'America/New_York',
      'on the first, the next date in UTC',
      ['2026-10-01T04:00', '2026-11-01T04:00', '2026-12-01T05:00'],
    ],
    [
      'month',
      'Pacific/Apia',
      'on a date that was left out once',
      ['2011-11-30T22:00', '2011-12-30T22:00', '2012-01-29T22:00'],
    ],
    [
      'week',
      'America/New_York',
      'on Sunday at 02:30, once at 03:30',
      ['2026-03-01T07:30', '2026-03-08T07:30', '2026-03-15T06:30'],
    ],
    [
      'year',
      'Europe/Berlin',
      'on 29 February or the 28th',
      ['2028-02-28T23:00', '2029-02-27T23:00', '2030-02-27T23:00', '2031-02-27T23:00', '2032-02-28T23:00'],
    ],
    [
      'hour',
      'Europe/Berlin',
      'as hours pass, also where clocks show one of them twice',
      ['2026-10-24T23:30', '2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30'],
    ],
    [
      'hour',
      'Australia/Lord_Howe',
      'as hours pass, also where clocks are set by half of one',
      ['2026-10-03T14:00', '2026-10-03T15:00', '2026-10-03T16:00', '2026-10-03T17:00'],
    ],
  ] as const)('come every %s in %s %s', (every, timeZone, _what, expected) => {
    expect(boundaries(every, timeZone, expected[0], expected.length)).toEqual(expected)
  })
})

const every = fc.constantFrom<Reset['every']>('hour', 'day', 'day', 'week', 'month', 'year')
const FROM = at('2009-01-01T00:00')
const TO = at('2032-01-01T00:00')
const anyMoment = fc.integer({ min: FROM, max: TO })

const CHANGES = ZONES.map((timeZone) => ({ timeZone, changes: changesOf(timeZone, FROM, TO) }))

/** A zone, and two moments of which each may be about a change of its clocks. */
const inZone = fc.constantFrom(...CHANGES).chain(({ timeZone, changes }) => {
  const about = (change: number) =>
    fc.oneof(
      fc.constantFrom(-1, 0, 1, -HOUR - 1, -HOUR, HOUR - 1, HOUR).map((besides) => change + besides),
      fc.integer({ min: -30 * HOUR, max: 30 * HOUR }).map((besides) => change + besides),
      fc.integer({ min: -300, max: 300 }).map((minutes) => change + minutes * MINUTE),
    )
  const moment =
    changes.length === 0 ? anyMoment : fc.oneof(anyMoment, fc.constantFrom(...changes).chain(about))
  return fc.record({ timeZone: fc.constant(timeZone), every, anchor: moment, moment })
})

describe('any moment in a time zone', () => {
  it('lies in the period that walking over the dates and looking at the clocks finds', () => {
    fc.assert(
      fc.property(inZone, ({ moment, ...calendar }) => {
        const reset = { ...calendar, rolloverMax: 0 }
        expect([periodStart(reset, moment), nextPeriodStart(reset, moment)].map(written)).toEqual(
          periodOf(calendar, moment).map(written),
        )
      }),
      { numRuns: 3000 },
    )
  })

  it('lies in one period, which begins where the one before ends, in whatever order is asked', () => {
    fc.assert(
      fc.property(inZone, fc.boolean(), ({ moment, ...calendar }, isAskedAnew) => {
        const kept = { ...calendar, rolloverMax: 0 }
        const reset = () => (isAskedAnew ? { ...kept } : kept)
        const start = periodStart(reset(), moment)
        const next = nextPeriodStart(reset(), moment)
        expect(start).toBeLessThanOrEqual(moment)
        expect(next).toBeGreaterThan(moment)
        for (const within of [start, moment, next - 1]) {
          expect([periodStart(reset(), within), nextPeriodStart(reset(), within)]).toEqual([start, next])
        }
        expect(periodStart(reset(), next)).toBe(next)
        expect(nextPeriodStart(reset(), start - 1)).toBe(start)
      }),
      { numRuns: 3000 },
    )
  })

  it('lies where UTC puts it if that is the zone', () => {
    fc.assert(
      fc.property(every, anyMoment, anyMoment, (some, anchor, moment) => {
        const plain = { every: some, anchor, rolloverMax: 0 }
        const named = { ...plain, timeZone: 'UTC' }
        expect(periodStart(named, moment)).toBe(periodStart(plain, moment))
        expect(nextPeriodStart(named, moment)).toBe(nextPeriodStart(plain, moment))
      }),
    )
  })

  it('is found as far as moments are taken in, from 1970 to 9999', () => {
    for (const timeZone of ZONES) {
      for (const moment of [0, at('9999-12-31T23:59')]) {
        const reset = { every: 'month', timeZone, anchor: at('2026-01-31T12:00'), rolloverMax: 0 } as const
        expect(periodStart(reset, moment)).toBeLessThanOrEqual(moment)
        expect(nextPeriodStart(reset, moment)).toBeLessThan(moment + 32 * DAY)
      }
    }
  })
})
