import { describe, expect, it } from 'vitest'
import { snapshotOf } from '../../../src/domain/user/access-of-state.ts'
import { accessFrom } from '../../../src/domain/user/snapshot.ts'
import { HOUR, NOON } from '../samples.ts'
import { Ledger, aLot, commit, consume, release, reserve, reverse, update } from './a-ledger.ts'

const DAY = 24 * HOUR
const daily = (rolloverMax = 0) => ({ every: 'day', anchor: NOON, rolloverMax }) as const

/** Ten each day from noon, of which up to so many go over. */
function given(rolloverMax = 0, facts = {}): Ledger {
  const ledger = new Ledger()
  ledger.do(aLot({ reset: daily(rolloverMax), startsAt: NOON, ...facts }))
  return ledger
}

describe('an allowance that is given anew', () => {
  it('is new at exactly its boundary, with no entry', () => {
    const ledger = given()
    ledger.do(consume(7))
    const boundary = NOON + DAY
    expect([boundary - 1, boundary, boundary + 1].map((now) => ledger.remaining(now))).toEqual([3, 10, 10])
    expect(ledger.access('calls', boundary - 1).nextChangeAt).toBe(boundary)
    expect(ledger.access('calls', boundary).nextChangeAt).toBe(boundary + DAY)
  })

  it('keeps its anchor over the ends of months', () => {
    const at = (text: string) => Date.parse(text)
    const ledger = new Ledger().at(at('2030-01-31T00:00:00Z'))
    ledger.do(aLot({ reset: { every: 'month', anchor: null, rolloverMax: 0 } }))
    ledger.do(consume(1))
    for (const boundary of ['2030-02-28T00:00:00Z', '2030-03-31T00:00:00Z', '2030-04-30T00:00:00Z']) {
      expect(ledger.remaining(at(boundary) - 1)).toBe(9)
      ledger.at(at(boundary)).do(consume(1))
      expect(ledger.remaining()).toBe(9)
    }
  })

  it('lets a debt end with its period', () => {
    const ledger = given(5, { feature: 'tokens' })
    ledger.do(consume(14, 'tokens'))
    expect(ledger.balance('tokens', NOON + DAY - 1).remaining).toBe(-4)
    expect(ledger.balance('tokens', NOON + DAY)).toEqual({ granted: 10, used: 0, reserved: 0, remaining: 10 })
  })

  it('takes nothing back that was spent in a period that is over', () => {
    const ledger = given()
    const consumption = ledger.do(consume(7))
    ledger.at(NOON + DAY).do(consume(2))
    ledger.do(reverse(consumption))
    expect(ledger.remaining()).toBe(8)
  })

  it('keeps what was spent when its amount changes by hand', () => {
    const ledger = given(5)
    ledger.do(consume(7))
    ledger.at(NOON + DAY).do(update({ amount: 20 }))
    expect(ledger.remaining()).toBe(23)
    ledger.do(consume(4))
    ledger.do(update({ amount: 10 }))
    expect(ledger.remaining()).toBe(9)
  })

  it('keeps what was spent in this period, and what is held, when the periods become others', () => {
    const ledger = given()
    ledger.do(consume(4))
    const held = ledger.do(reserve(3, 2 * DAY))
    ledger.at(NOON + HOUR).do(update({ reset: { every: 'week', anchor: NOON - DAY, rolloverMax: 0 } }))
    expect(ledger.balance()).toMatchObject({ used: 4, reserved: 3, remaining: 3 })
    ledger.at(NOON + DAY).do(commit(held, 2))
    expect(ledger.balance()).toMatchObject({ used: 6, reserved: 0, remaining: 4 })
    ledger.do(update({ reset: null }))
    expect(ledger.balance()).toMatchObject({ used: 6, remaining: 4 })
  })

  it('begins with nothing carried when it was given once before, whether or not that was touched', () => {
    for (const spent of [0, 1]) {
      const ledger = new Ledger()
      ledger.do(aLot())
      if (spent > 0) ledger.do(consume(spent))
      ledger.at(NOON + 5 * DAY).do(update({ reset: daily(10) }))
      expect(ledger.remaining()).toBe(10 - spent)
      expect(ledger.remaining(NOON + 6 * DAY)).toBe(20 - spent)
    }
  })
})

describe('what is left of a period', () => {
  it.each([
    ['nothing was spent, up to the most', 0, 14],
    ['more than the most is left', 5, 14],
    ['the most is left', 6, 14],
    ['less than the most is left', 7, 13],
    ['nothing is left', 10, 10],
  ])('goes over to the next when %s', (_name, spent, expected) => {
    const ledger = given(4)
    if (spent > 0) ledger.do(consume(spent))
    expect(ledger.remaining(NOON + DAY - 1)).toBe(10 - spent)
    expect(ledger.remaining(NOON + DAY)).toBe(expected)
  })

  it('is carried once, spent first, and goes no further', () => {
    const ledger = given(4)
    expect(ledger.at(NOON + DAY).remaining()).toBe(14)
    ledger.do(consume(3))
    // The three were of what was carried; the fourth carried one is lost, and of the ten four go on.
    expect(ledger.remaining(NOON + 2 * DAY)).toBe(14)
    ledger.do(consume(9))
    expect(ledger.remaining(NOON + 2 * DAY)).toBe(12)
  })

  it('is the same however many periods pass without an entry, and whenever it is asked for', () => {
    const ledger = given(4)
    ledger.do(consume(8))
    expect([1, 2, 3, 400].map((days) => ledger.remaining(NOON + days * DAY))).toEqual([12, 14, 14, 14])
    const snapshot = snapshotOf(ledger.state, NOON)
    for (const days of [1, 2, 400]) {
      const at = NOON + days * DAY
      expect(accessFrom(snapshot, 'calls', at)).toEqual(ledger.access('calls', at))
    }
  })

  it('goes nowhere before the right has begun', () => {
    const ledger = new Ledger()
    ledger.do(aLot({ reset: daily(4), startsAt: NOON + 5 * DAY + HOUR }))
    expect([5 * DAY + HOUR, 6 * DAY].map((later) => ledger.remaining(NOON + later))).toEqual([10, 14])
  })
})

describe('what is held over a boundary', () => {
  it('belongs to the period that is over, and so does its commit', () => {
    const ledger = given(8)
    const held = ledger.do(reserve(6, 2 * DAY))
    ledger.at(NOON + DAY)
    expect(ledger.balance()).toEqual({ granted: 14, used: 0, reserved: 0, remaining: 14 })
    ledger.do(commit(held))
    expect(ledger.balance()).toEqual({ granted: 14, used: 0, reserved: 0, remaining: 14 })
  })

  it('is not carried, also when it is freed later', () => {
    for (const asked of [false, true]) {
      const ledger = given(8)
      const held = ledger.do(reserve(6, 2 * DAY))
      ledger.at(NOON + DAY + HOUR)
      if (asked) ledger.do(consume(1))
      ledger.do(release(held))
      expect(ledger.remaining()).toBe(asked ? 13 : 14)
    }
  })

  it.each([
    ['just before it, is free and carried', DAY - 1, 18],
    ['at it, is free and carried', DAY, 18],
    ['just after it, is not', DAY + 1, 14],
  ])('and lapses %s', (_name, ttlMs, expected) => {
    const ledger = given(8)
    ledger.do(reserve(6, ttlMs))
    expect(ledger.remaining(NOON + DAY)).toBe(expected)
    expect(ledger.remaining(NOON + DAY + HOUR)).toBe(expected)
    // The first entry of the new period forgets the reservation, and nothing else.
    ledger.at(NOON + DAY + HOUR).do(consume(1))
    expect(ledger.remaining()).toBe(expected - 1)
  })
})

describe('a reset that is changed without saying from when it counts', () => {
  const daily = { every: 'day', anchor: null, rolloverMax: 0 } as const
  const anchorOf = (ledger: Ledger) => {
    const allowance = ledger.state.entitlements.get('ent_a')?.allowance
    return allowance?.type === 'metered' ? allowance.reset?.anchor : undefined
  }

  it.each([
    ['the start that it is given', { startsAt: NOON - HOUR }, { startsAt: NOON - 2 * HOUR }, NOON - 2 * HOUR],
    ['the start that it has', { startsAt: NOON - HOUR }, {}, NOON - HOUR],
    ['the moment at which it was created', {}, {}, NOON],
  ])('counts from %s', (_what, facts, changes, anchor) => {
    const ledger = new Ledger()
    ledger.do(aLot(facts))
    ledger.at(NOON + HOUR).do(update({ reset: daily, ...changes }))
    expect(anchorOf(ledger)).toBe(anchor)
  })
})
