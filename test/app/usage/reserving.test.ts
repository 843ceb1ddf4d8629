import { describe, expect, it } from 'vitest'
import { pass, stopTheClock } from '../../support/clock.ts'
import { expectProblem } from '../../support/problem.ts'
import { aMeter, numbersOf } from './a-meter.ts'

stopTheClock()

const SECOND = 1000

describe('a reservation', () => {
  it('holds what is there until it is committed, and then that is spent', async () => {
    const meter = await aMeter(10)
    const held = await meter.reserve(4)
    expect([held.status, held.json.state, held.json.amount]).toEqual([201, 'open', 4])
    expect(held.json.endsAt).toBe(new Date(Date.now() + 60 * SECOND).toISOString())
    expect(numbersOf(held.json.balance)).toEqual([10, 0, 4, 6])
    expect(held.json.balance).toEqual((await meter.check()).balance)
    expectProblem(await meter.consume(7), 409, 'insufficient_balance')
    const committed = await meter.commit(held)
    expect([committed.status, committed.json.reservationId, committed.json.amount]).toEqual([
      201,
      held.json.id,
      4,
    ])
    expect(numbersOf(committed.json.balance)).toEqual([10, 4, 0, 6])
    expect(committed.json.balance).toEqual((await meter.check()).balance)
  })

  it('spends a part and frees the rest, and never spends more than it holds', async () => {
    const meter = await aMeter(10)
    const held = await meter.reserve(4)
    const refused = await meter.commit(held, 5)
    expectProblem(refused, 422, 'commit_exceeds_reservation')
    expect(refused.json.reserved).toBe(4)
    expect(await meter.balance()).toEqual([10, 0, 4, 6])
    await meter.commit(held, 1)
    expect(await meter.balance()).toEqual([10, 1, 0, 9])
  })

  it('that is released holds nothing any more', async () => {
    const meter = await aMeter(10)
    const released = await meter.release(await meter.reserve(4))
    expect([released.status, released.json.state, released.json.amount]).toEqual([200, 'released', 4])
    expect(numbersOf(released.json.balance)).toEqual([10, 0, 0, 10])
    expect(released.json.balance).toEqual((await meter.check()).balance)
  })

  it('is refused where less is there, and says what is', async () => {
    const meter = await aMeter(10)
    await meter.reserve(4)
    const refused = await meter.reserve(7)
    expectProblem(refused, 409, 'insufficient_balance')
    expect(numbersOf(refused.json.balance)).toEqual([10, 0, 4, 6])
  })

  it('is for a second to a day', async () => {
    const meter = await aMeter(10)
    for (const ttlSeconds of [0, 0.5, 86_401, -1]) {
      expectProblem(await meter.reserve(1, ttlSeconds), 400, 'malformed_request')
    }
    for (const ttlSeconds of [1, 86_400]) expect((await meter.reserve(1, ttlSeconds)).status).toBe(201)
  })
})

describe('what resolves a reservation', () => {
  it('does so once: a second resolution names the first', async () => {
    const meter = await aMeter(10)
    const committed = await meter.reserve(1)
    const { json } = await meter.commit(committed)
    for (const again of [await meter.commit(committed), await meter.release(committed)]) {
      expectProblem(again, 409, 'reservation_already_committed')
      expect(again.json.consumptionId).toBe(json.id)
    }
    const released = await meter.reserve(1)
    const { json: release } = await meter.release(released)
    for (const again of [await meter.commit(released), await meter.release(released)]) {
      expectProblem(again, 409, 'reservation_already_released')
      expect(again.json.releasedBy).toBe(release.version)
    }
    expect(await meter.balance()).toEqual([10, 1, 0, 9])
  })

  it('is one of many that come at once', async () => {
    const meter = await aMeter(10)
    const held = await meter.reserve(4)
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => meter.commit(held, 1)),
      ...Array.from({ length: 5 }, () => meter.release(held)),
    ])
    const [done, ...others] = answers.toSorted((a, b) => a.status - b.status)
    expect(done?.status).toBeLessThan(300)
    for (const other of others) expect(other.status).toBe(409)
    const spent = done?.status === 201 ? 1 : 0
    expect(await meter.balance()).toEqual([10, spent, 0, 10 - spent])
  })

  it('is done to reservations alone, and to one’s own', async () => {
    const [meter, other] = [await aMeter(10), await aMeter(10)]
    const held = await meter.reserve(1)
    const spent = await meter.consume(1)
    const asReservation = { ...spent, json: { id: spent.json.id.replace('con_', 'res_') } }
    for (const answered of [
      await other.commit(held),
      await meter.commit(asReservation),
      await meter.release(asReservation),
      await meter.release({ ...held, json: { id: 'res_999' } }),
    ]) {
      expectProblem(answered, 404, 'reservation_not_found')
    }
  })
})

describe('the end of a reservation', () => {
  it('is exact to the millisecond, and needs nobody to come by', async () => {
    const meter = await aMeter(10)
    const held = await meter.reserve(4, 1)
    pass(SECOND - 1)
    expect(await meter.balance()).toEqual([10, 0, 4, 6])
    expect((await meter.check()).nextChangeAt).toBe(held.json.endsAt)
    expectProblem(await meter.consume(7), 409, 'insufficient_balance')
    pass(1)
    expect(await meter.balance()).toEqual([10, 0, 0, 10])
    pass(1)
    expect(await meter.balance()).toEqual([10, 0, 0, 10])
    expect((await meter.consume(10)).status).toBe(201)
  })

  it.each([
    [-1, 201],
    [0, 409],
    [1, 409],
  ])('lets a commit at %i ms from it be answered %i', async (offset, status) => {
    const meter = await aMeter(10)
    const held = await meter.reserve(4, 1)
    pass(SECOND + offset)
    const answered = await meter.commit(held)
    expect(answered.status).toBe(status)
    expect(await meter.balance()).toEqual(status === 201 ? [10, 4, 0, 6] : [10, 0, 0, 10])
    if (status === 409) {
      expectProblem(answered, 409, 'reservation_already_expired')
      expect(answered.json.expiredAt).toBe(held.json.endsAt)
    }
  })

  it('is known also when entries were recorded since, which forgot it', async () => {
    const meter = await aMeter(10)
    const [held, resolved] = [await meter.reserve(4, 1), await meter.reserve(1, 1)]
    const { json } = await meter.commit(resolved)
    pass(SECOND)
    await meter.consume(1)
    for (const answered of [await meter.commit(held), await meter.release(held)]) {
      expectProblem(answered, 409, 'reservation_already_expired')
      expect(answered.json.expiredAt).toBe(held.json.endsAt)
    }
    const again = await meter.release(resolved)
    expectProblem(again, 409, 'reservation_already_committed')
    expect(again.json.consumptionId).toBe(json.id)
  })

  it('frees a limit that it had reached', async () => {
    const meter = await aMeter(10)
    await meter.reserve(10, 1)
    pass(SECOND - 1)
    expect(await meter.check()).toMatchObject({ allowed: false, reason: 'limit_reached' })
    pass(1)
    expect(await meter.check()).toMatchObject({ allowed: true, reason: 'granted' })
  })
})

describe('a reset', () => {
  it('gives the amount anew at the boundary, with what may be carried, and without any entry', async () => {
    const reset = { every: 'day', anchor: '2030-01-01T12:00:00Z', rolloverMax: 3 }
    const meter = await aMeter(10, { reset, startsAt: '2030-01-01T12:00:00Z' })
    const boundary = Date.parse('2030-01-02T12:00:00Z')
    const spent = await meter.consume(8)
    expect(spent.json.nextChangeAt).toBe(new Date(boundary).toISOString())
    pass(boundary - Date.now() - 1)
    expect(await meter.balance()).toEqual([10, 8, 0, 2])
    pass(1)
    expect(await meter.balance()).toEqual([12, 0, 0, 12])
    pass(1)
    expect((await meter.check()).version).toBe(2)
    const [lot] = await meter.lots()
    expect(lot.resetsAt).toBe('2030-01-03T12:00:00.000Z')
  })
})
