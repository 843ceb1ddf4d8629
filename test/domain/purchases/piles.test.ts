import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Purchase, placesInPile } from '../../../src/domain/purchases/products/pile.ts'
import type { Duration } from '../../../src/domain/purchases/products/product.ts'

const MONTHLY: Duration = { every: 'month', count: 1, stacks: true }

function bought(day: string, quantity = 1, id = day): Purchase {
  return { id, boughtAt: Date.parse(day), quantity }
}

/** Where purchases are, in their order, as days. */
function daysOf(purchases: readonly Purchase[], duration: Duration): readonly string[] {
  const places = placesInPile(purchases, duration)
  return purchases.map(({ id }) => {
    const place = places.get(id)
    if (place === undefined) throw new Error(`No place for ${id}`)
    return [place.startsAt, place.endsAt].map((at) => new Date(at).toISOString().slice(0, 10)).join(' to ')
  })
}

describe('a pile of months', () => {
  it('that begins on the 31st ends on the last of a shorter month, and on the 31st again', () => {
    const days = ['2027-01-31', '2027-02-01', '2027-02-02', '2027-02-03'].map((day) => bought(day))
    expect(daysOf(days, MONTHLY)).toEqual([
      '2027-01-31 to 2027-02-28',
      '2027-02-28 to 2027-03-31',
      '2027-03-31 to 2027-04-30',
      '2027-04-30 to 2027-05-31',
    ])
  })

  it('knows leap years: by the month and by the year', () => {
    expect(daysOf([bought('2028-01-31'), bought('2028-02-01')], MONTHLY)).toEqual([
      '2028-01-31 to 2028-02-29',
      '2028-02-29 to 2028-03-31',
    ])
    const yearly: Duration = { every: 'year', count: 1, stacks: true }
    const years = [1, 2, 3, 4].map((n) => bought('2028-02-29', 1, `order ${n}`))
    expect(daysOf(years, yearly).map((place) => place.slice(-10))).toEqual([
      '2029-02-28',
      '2030-02-28',
      '2031-02-28',
      '2032-02-29',
    ])
  })

  it('keeps the time of day of its first purchase', () => {
    const [first, second] = [Date.parse('2027-03-28T01:30:00.123Z'), Date.parse('2027-04-01T23:00:00Z')]
    const places = placesInPile(
      [
        { id: 'a', boughtAt: first, quantity: 1 },
        { id: 'b', boughtAt: second, quantity: 1 },
      ],
      MONTHLY,
    )
    expect(places.get('b')?.endsAt).toBe(Date.parse('2027-05-28T01:30:00.123Z'))
  })
})

const DAY_MS = 86_400_000

describe('a pile', () => {
  const thirty: Duration = { every: 'day', count: 30, stacks: true }

  it('gives each of a quantity its own time', () => {
    expect(daysOf([bought('2027-01-01', 3), bought('2027-01-02')], thirty)).toEqual([
      '2027-01-01 to 2027-04-01',
      '2027-04-01 to 2027-05-01',
    ])
  })

  it('goes on where something is bought at the moment that it ends, and begins anew once it has ended', () => {
    const onEnd = [bought('2027-01-31'), bought('2027-02-28')]
    expect(daysOf(onEnd, MONTHLY)[1]).toBe('2027-02-28 to 2027-03-31')
    const afterGap = [bought('2027-01-31'), bought('2027-03-01')]
    expect(daysOf(afterGap, MONTHLY)[1]).toBe('2027-03-01 to 2027-04-01')
  })

  it('orders what was bought at one moment by its id', () => {
    const [b, a] = [bought('2027-01-01', 1, 'b'), bought('2027-01-01', 1, 'a')]
    expect(daysOf([b, a], thirty)).toEqual(['2027-01-31 to 2027-03-02', '2027-01-01 to 2027-01-31'])
  })

  it('never ends later than the last year that is written with four digits', () => {
    const places = placesInPile([bought('2027-01-01', 1_000_000)], {
      every: 'year',
      count: 10_000,
      stacks: true,
    })
    expect(new Date(places.get('2027-01-01')?.endsAt ?? NaN).getUTCFullYear()).toBe(9999)
  })

  it('is what somebody finds who sorts the purchases and walks through them, in whatever order they came', () => {
    fc.assert(
      fc.property(purchasesInAnyOrder, durations, (purchases, duration) => {
        const sorted = purchases.toSorted((a, b) => a.boughtAt - b.boughtAt || (a.id < b.id ? -1 : 1))
        expect([...placesInPile(purchases, duration)].toSorted(byKey)).toEqual(
          walk(sorted, duration).toSorted(byKey),
        )
      }),
      { numRuns: 2000 },
    )
  })

  it('moves nothing back and pays all of the time, where purchases are taken away', () => {
    fc.assert(
      fc.property(purchasesInAnyOrder, durations, fc.nat(), (purchases, duration, chosen) => {
        const refunded = purchases[chosen % purchases.length]
        const before = placesInPile(purchases, duration)
        const after = placesInPile(
          purchases.filter((one) => one !== refunded),
          duration,
        )
        for (const [id, { startsAt, endsAt }] of after) {
          // A month that has no such day ends on its last one, at the hour of its pile's start: another start may have
          // a later hour of that day.
          const within = duration.every === 'day' ? 0 : DAY_MS - 1
          expect(startsAt).toBeLessThanOrEqual((before.get(id)?.startsAt ?? NaN) + within)
          expect(endsAt).toBeGreaterThan(startsAt)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

const durations: fc.Arbitrary<Duration> = fc.record({
  every: fc.constantFrom('day', 'month', 'year'),
  count: fc.integer({ min: 1, max: 14 }),
  stacks: fc.constant(true),
})

const moments = fc.oneof(
  fc.integer({ min: Date.UTC(2027, 0, 1), max: Date.UTC(2029, 0, 1) }),
  fc.constantFrom(Date.UTC(2027, 0, 31), Date.UTC(2028, 1, 29), Date.UTC(2027, 11, 31)),
)

const purchasesInAnyOrder = fc
  .uniqueArray(
    fc.record({
      id: fc.stringMatching(/^[a-z]{1,3}$/),
      boughtAt: moments,
      quantity: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 9, selector: ({ id }) => id },
  )
  .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))

/** Month by month on a calendar of its own: without a common line with the rule. */
function walk(sorted: readonly Purchase[], { every, count }: Duration) {
  const found: [string, { startsAt: number; endsAt: number }][] = []
  let begin = 0
  let units = 0
  for (const { id, boughtAt, quantity } of sorted) {
    const goesOn = found.length > 0 && boughtAt <= after(begin, every, units)
    if (!goesOn) {
      begin = boughtAt
      units = 0
    }
    const startsAt = after(begin, every, units)
    units += quantity * count
    found.push([id, { startsAt, endsAt: after(begin, every, units) }])
  }
  return found
}

function after(begin: number, every: Duration['every'], units: number): number {
  const date = new Date(begin)
  if (every === 'day') date.setUTCDate(date.getUTCDate() + units)
  else {
    const day = date.getUTCDate()
    const months = every === 'year' ? units * 12 : units
    date.setUTCDate(1)
    date.setUTCMonth(date.getUTCMonth() + months)
    const length = [31, isLeap(date.getUTCFullYear()) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    date.setUTCDate(Math.min(day, length[date.getUTCMonth()] ?? 0))
  }
  return date.getTime()
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
