import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMetered } from '../../../src/domain/entitlements/feature.ts'
import type { Entry } from '../../../src/domain/user/entry.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { type UserState, emptyState } from '../../../src/domain/user/user-state.ts'
import { HOUR } from '../samples.ts'
import { Ledger, aLot, consume, reserve } from './a-ledger.ts'

// Nobody can change what the platform knows of zones. But a zone without summer time that is read as one with it shows the same
// as if its government had decided otherwise in between.
const WINTER_ALL_YEAR = 'Etc/GMT-1'
const WITH_SUMMER = 'Europe/Berlin'

const MIDNIGHT = Date.UTC(2029, 11, 31, 23)
/** The day begins at 22:00 by summer time, else at 23:00. */
const JULY = Date.UTC(2030, 6, 10, 0)
const MINUTE = 60_000
const DAY = 24 * HOUR

/** Ten a day in a zone. */
function given(timeZone: string, rolloverMax = 0): Ledger {
  const ledger = new Ledger().at(MIDNIGHT)
  ledger.do(aLot({ reset: { every: 'day', anchor: null, rolloverMax, timeZone }, amount: 10 }))
  return ledger
}

function underRules<Value>(value: Value, timeZone: string): Value {
  const text = JSON.stringify(value, (_key, one: unknown) => (one instanceof Map ? [...one] : one))
  return JSON.parse(text.replaceAll(WINTER_ALL_YEAR, timeZone).replaceAll(WITH_SUMMER, timeZone)) as Value
}

function foldUnder(timeZone: string, entries: readonly Entry[]): UserState {
  return underRules(entries, timeZone).reduce((state, entry) => fold(state, entry, null), emptyState('u'))
}

/** The ledger goes on as if its zone had had those rules all the time. */
function goOnUnder(timeZone: string, ledger: Ledger): void {
  const entitlements = [...ledger.state.entitlements].map(([id, one]) => {
    const { allowance } = one
    if (!isMetered(allowance) || allowance.reset === null) return [id, one] as const
    return [id, { ...one, allowance: { ...allowance, reset: { ...allowance.reset, timeZone } } }] as const
  })
  ledger.state = { ...ledger.state, entitlements: new Map(entitlements) }
}

describe.each([
  ['that has begun to set its clocks forward', WINTER_ALL_YEAR, WITH_SUMMER],
  ['that has ceased to', WITH_SUMMER, WINTER_ALL_YEAR],
])('of a zone %s, what was recorded by the rules before', (_what, before, after) => {
  const step = fc.record({
    minutes: fc.nat({ max: 20 * 60 }),
    amount: fc.integer({ min: 1, max: 6 }),
    holds: fc.boolean(),
  })

  it.each([
    ['spent and carried', 5, false],
    ['spent and held', 0, true],
  ])('is %s in the periods that the entries name', (_how, rolloverMax, mayHold) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const ledger = given(before, rolloverMax).at(JULY)
        for (const { minutes, amount, holds } of steps) {
          ledger.at(ledger.now + minutes * MINUTE)
          ledger.ask(mayHold && holds ? reserve(amount, 100 * DAY) : consume(amount))
        }
        const { usage, reservations } = foldUnder(after, ledger.entries)
        expect(usage).toEqual(ledger.state.usage)
        expect(reservations).toEqual(ledger.state.reservations)
      }),
      { numRuns: 200 },
    )
  })

  it('counts until the next period begins, by the rules of now', () => {
    const begins = before === WITH_SUMMER ? JULY + 22 * HOUR : JULY + 23 * HOUR
    const next = (after === WITH_SUMMER ? JULY + 22 * HOUR : JULY + 23 * HOUR) + DAY
    const ledger = given(before).at(begins + 10 * MINUTE)
    ledger.do(consume(7))
    goOnUnder(after, ledger)
    for (const now of [begins + 10 * MINUTE, begins + 50 * MINUTE, begins + 70 * MINUTE, next - 1]) {
      expect(ledger.remaining(now)).toBe(3)
    }
    ledger.at(begins + 20 * MINUTE).do(consume(1))
    expect(ledger.remaining(next - 1)).toBe(2)
    expect(ledger.remaining(next)).toBe(10)
    ledger.at(next).do(consume(4))
    expect(ledger.remaining()).toBe(6)
  })

  it('goes over to the next period, and to no other', () => {
    const begins = before === WITH_SUMMER ? JULY + 22 * HOUR : JULY + 23 * HOUR
    const ledger = given(before, 4).at(begins)
    ledger.do(consume(12))
    goOnUnder(after, ledger)
    expect(ledger.remaining(begins + 25 * HOUR)).toBe(12)
    expect(ledger.remaining(begins + 49 * HOUR)).toBe(14)
  })
})
