import { describe, expect, it } from 'vitest'
import { HOUR, NOON } from '../samples.ts'
import { OPEN_RESERVATIONS_MAX } from '../../../src/domain/user/decide-usage.ts'
import { Ledger, aLot, commit, consume, release, reserve, reverse, revoke } from './a-ledger.ts'

/** Ten, of which six are held for an hour. */
function given(facts = {}): { readonly ledger: Ledger; readonly held: number } {
  const ledger = new Ledger()
  ledger.do(aLot(facts))
  return { ledger, held: ledger.do(reserve(6, HOUR)) }
}

describe('reserving', () => {
  it('holds what is there without spending it', () => {
    const { ledger } = given()
    expect(ledger.balance()).toEqual({ granted: 10, used: 0, reserved: 6, remaining: 4 })
    expect(ledger.ask(consume(5))).toBe('insufficient_balance')
    expect(ledger.ask(reserve(5, HOUR))).toBe('insufficient_balance')
  })

  it('leaves nothing of the answer when all is held, and the answer changes when the hold ends', () => {
    const { ledger } = given()
    ledger.do(reserve(4, 2 * HOUR))
    expect(ledger.access()).toMatchObject({
      allowed: false,
      reason: 'limit_reached',
      nextChangeAt: NOON + HOUR,
    })
  })

  it('holds up to its end and at exactly that moment no more, with no entry', () => {
    const { ledger } = given()
    const end = NOON + HOUR
    expect([end - 1, end, end + 1].map((now) => ledger.remaining(now))).toEqual([4, 10, 10])
  })

  it('is refused beyond a thousand that are open, of which those that ended do not count', () => {
    const { ledger } = given({ amount: 5000 })
    for (let open = 1; open < OPEN_RESERVATIONS_MAX; open++) ledger.do(reserve(1, HOUR))
    expect(ledger.ask(reserve(1, HOUR))).toBe('too_many_reservations')
    expect(ledger.at(NOON + HOUR).ask(reserve(1, HOUR))).toMatchObject({ type: 'usage_reserved' })
  })
})

describe('a reservation', () => {
  it('is spent by a commit, in part or whole, and the rest is free', () => {
    const { ledger, held } = given()
    ledger.do(commit(held, 2))
    expect(ledger.balance()).toEqual({ granted: 10, used: 2, reserved: 0, remaining: 8 })
    const another = ledger.do(reserve(8, HOUR))
    ledger.do(commit(another))
    expect(ledger.balance()).toEqual({ granted: 10, used: 10, reserved: 0, remaining: 0 })
  })

  it('is never spent beyond what it holds', () => {
    const { ledger, held } = given()
    expect(ledger.ask(commit(held, 7))).toBe('commit_exceeds_reservation')
    expect(ledger.balance()).toMatchObject({ used: 0, reserved: 6 })
  })

  it('is free when it is released', () => {
    const { ledger, held } = given()
    ledger.do(release(held))
    expect(ledger.balance()).toEqual({ granted: 10, used: 0, reserved: 0, remaining: 10 })
  })

  it.each([
    ['committed', (held: number) => commit(held, 1), 'reservation_already_committed'],
    ['released', release, 'reservation_already_released'],
  ])('that was %s stays so, also when its time has passed', (_how, resolve, code) => {
    const { ledger, held } = given()
    ledger.do(resolve(held))
    for (const now of [NOON, NOON + HOUR]) {
      for (const again of [commit(held), release(held)]) expect(ledger.at(now).ask(again)).toBe(code)
    }
  })

  it.each([commit, release])('can be resolved up to its end and not at it', (resolve) => {
    const end = NOON + HOUR
    const { ledger, held } = given()
    expect(ledger.at(end).ask(resolve(held))).toBe('reservation_already_expired')
    expect(ledger.at(end + 1).ask(resolve(held))).toBe('reservation_already_expired')
    // Another entry lets it be forgotten; what became of it is still told.
    ledger.do(consume(1))
    expect(ledger.ask(resolve(held))).toBe('reservation_already_expired')
    const inTime = given()
    expect(inTime.ledger.at(end - 1).ask(resolve(inTime.held))).toMatchObject({ data: { reservation: 2 } })
  })

  it('that nobody made cannot be resolved, nor can a consumption', () => {
    const { ledger } = given()
    const consumption = ledger.do(consume(1))
    for (const resolve of [commit, release]) {
      expect(ledger.ask(resolve(99))).toBe('reservation_not_found')
      expect(ledger.ask(resolve(consumption))).toBe('reservation_not_found')
    }
  })

  it('is reversed by its commit, and not by itself', () => {
    const { ledger, held } = given()
    expect(ledger.ask(reverse(held))).toBe('consumption_not_found')
    const committed = ledger.do(commit(held, 5))
    ledger.do(reverse(committed, 3))
    expect(ledger.balance()).toMatchObject({ used: 2, remaining: 8 })
    expect(ledger.ask(reverse(committed, 3))).toBe('reversal_exceeds_consumption')
  })

  it('can be spent when the right has ended since, for the work was begun in time', () => {
    const { ledger, held } = given()
    ledger.do(revoke())
    expect(ledger.ask(commit(held))).toMatchObject({ type: 'reservation_committed' })
  })

  it('of more than is there says so, and a commit owes only what of it is spent', () => {
    const ledger = new Ledger()
    ledger.do(aLot({ feature: 'tokens' }))
    const held = ledger.do(reserve(14, HOUR, 'tokens'))
    expect(ledger.entries.at(-1)).toMatchObject({ data: { overage: 4 } })
    expect(ledger.balance('tokens').remaining).toBe(-4)
    ledger.do(commit(held, 11))
    expect(ledger.entries.at(-1)).toMatchObject({ data: { overage: 1 } })
    expect(ledger.balance('tokens').remaining).toBe(-1)
  })
})
