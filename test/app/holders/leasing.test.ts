import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { aKey } from '../../support/api.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { recordedOf } from '../../support/ledger.ts'
import { expectProblem } from '../../support/problem.ts'
import { aMeter, numbersOf } from '../usage/a-meter.ts'
import { rowsOfUser } from './rows-of-user.ts'
import { atOnce, seatsOf, someSeats } from './seats.ts'

stopTheClock()

const SECOND = 1000
const later = (seconds: number) => new Date(Date.now() + seconds * SECOND).toISOString()

describe('a lease', () => {
  it('is renewed at three of three, as the same one, without an entry, a version or a receipt', async () => {
    const streams = await someSeats(3)
    const [first] = [await streams.lease('tv'), await streams.lease('phone'), await streams.lease('pad')]
    expect([first.status, first.json.id, first.json.endsAt]).toEqual([201, 'res_2', later(60)])
    expectProblem(await streams.lease('car'), 409, 'insufficient_balance')
    const before = await recordedOf(streams.userId)
    pass(30 * SECOND)
    const renewed = await streams.renew(first.json.id)
    expect([renewed.status, renewed.json.id, renewed.json.state, renewed.json.endsAt]).toEqual([
      200,
      'res_2',
      'open',
      later(60),
    ])
    expect(numbersOf(renewed.json.balance)).toEqual([3, 0, 3, 0])
    expect(renewed.json.version).toBe(4)
    expect(await recordedOf(streams.userId)).toEqual(before)
    pass(45 * SECOND)
    // The others have lapsed by themselves, and this one has not, whoever remembers what.
    expect(await streams.balance()).toEqual([3, 0, 1, 2])
    await evictDurableObject(env.USERS.getByName(streams.userId))
    expect(await streams.balance()).toEqual([3, 0, 1, 2])
    expect((await streams.renew(first.json.id)).json.endsAt).toBe(later(60))
    expect(await streams.verify()).toMatchObject({ intact: true })
  })

  it('is never made shorter', async () => {
    const streams = await someSeats(3)
    const { json } = await streams.lease('tv', 600)
    expect((await streams.renew(json.id, 1)).json.endsAt).toBe(json.endsAt)
  })

  it('is one for each holder of what is held: the same again is the same lease', async () => {
    const streams = await someSeats(3)
    const first = await streams.lease('tv')
    pass(10 * SECOND)
    const again = await streams.lease('tv')
    expect([again.status, again.json.id, again.json.endsAt]).toEqual([200, first.json.id, first.json.endsAt])
    const other = await streams.lease('tv', 60, { amount: 2 })
    expectProblem(other, 409, 'holder_exists')
    expect([other.json.holds, other.json.reservationId]).toEqual([1, first.json.id])
    const taken = await streams.take('tv')
    expectProblem(taken, 409, 'holder_exists')
    expect(taken.json.reservationId).toBe(first.json.id)
    pass(50 * SECOND)
    const anew = await streams.lease('tv')
    expect([anew.status, anew.json.id === first.json.id]).toEqual([201, false])
  })

  it('is not given to who holds one for good', async () => {
    const streams = await someSeats(3)
    const { json } = await streams.take('tv')
    const refused = await streams.lease('tv')
    expectProblem(refused, 409, 'holder_exists')
    expect(refused.json.consumptionId).toBe(json.id)
  })

  it('becomes what its holder holds when it is committed, and is let go of by holder either way', async () => {
    const streams = await someSeats(3)
    const leased = await streams.lease('tv', 60, { amount: 2 })
    const committed = await streams.post(`reservations/${leased.json.id}/commit`, { amount: 1 })
    expect(committed.status).toBe(201)
    expect(await streams.holders()).toEqual([['tv', 1]])
    await evictDurableObject(env.USERS.getByName(streams.userId))
    expect((await streams.take('tv')).json.id).toBe(committed.json.id)
    expect((await streams.letGo('tv')).json.consumptionId).toBe(committed.json.id)
    const open = await streams.lease('tv')
    const released = await streams.letGo('tv')
    expect([released.status, released.json.id, released.json.state]).toEqual([200, open.json.id, 'released'])
    expect(await streams.balance()).toEqual([3, 0, 0, 3])
    expect(await streams.verify()).toMatchObject({ intact: true })
  })

  it('of what is spent is renewed alike, one holder may have several, and it holds its lots', async () => {
    const meter = await aMeter(10)
    const jobs = seatsOf(meter.userId, meter.feature)
    const [first, second] = [await jobs.lease('node', 60, { amount: 4 }), await jobs.lease('node')]
    expect([first.status, second.status]).toEqual([201, 201])
    pass(50 * SECOND)
    await jobs.renew(first.json.id)
    pass(20 * SECOND)
    expect(await meter.balance()).toEqual([10, 0, 4, 6])
    const committed = await meter.commit(first, 3)
    expect(numbersOf(committed.json.balance)).toEqual([10, 3, 0, 7])
    expectProblem(await meter.commit(second), 409, 'reservation_already_expired')
    expect(await jobs.verify()).toMatchObject({ intact: true })
  })
})

describe('a renewal', () => {
  it('of what has lapsed, was let go of or committed, is unknown or has no holder is refused', async () => {
    const streams = await someSeats(5)
    const lapsed = await streams.lease('a', 1)
    pass(SECOND)
    for (let again = 0; again < 2; again += 1) {
      const refused = await streams.renew(lapsed.json.id)
      expectProblem(refused, 409, 'reservation_already_expired')
      expect(refused.json.expiredAt).toBe(lapsed.json.endsAt)
      // Once something else is decided the ledger says that it has lapsed.
      await streams.take('b')
    }
    const released = await streams.lease('c')
    await streams.letGo('c')
    expectProblem(await streams.renew(released.json.id), 409, 'reservation_already_released')
    const committed = await streams.lease('d')
    await streams.post(`reservations/${committed.json.id}/commit`, {})
    expectProblem(await streams.renew(committed.json.id), 409, 'reservation_already_committed')
    expectProblem(await streams.renew('res_99'), 404, 'reservation_not_found')
    const meter = await aMeter(10)
    const plain = await meter.reserve(1)
    const { renew } = seatsOf(meter.userId, meter.feature)
    expectProblem(await renew(plain.json.id), 409, 'reservation_has_no_holder')
    expectProblem(await renew(plain.json.id, 86_401), 400, 'malformed_request')
  })

  it('is told by an entry only once the lease has lapsed and something else is decided', async () => {
    const streams = await someSeats(3)
    const { json } = await streams.lease('tv', 30)
    pass(29 * SECOND)
    const { endsAt } = (await streams.renew(json.id, 30)).json
    pass(31 * SECOND)
    await streams.take('ann')
    const { items } = (await streams.get('ledger?limit=2')).json
    expect(items.map(({ type }: { type: string }) => type)).toEqual(['usage_consumed', 'leases_lapsed'])
    const lease = { reservation: 2, feature: streams.feature, amount: 1, lapsedAt: endsAt }
    expect(items[1].data).toEqual({ leases: [lease] })
    expect(items[1].note).toBeNull()
    expect(await streams.verify()).toMatchObject({ intact: true })
  })
})

describe('a stream of two hours', () => {
  it('with a beat every thirty seconds leaves less than 5 KB', { timeout: 60_000 }, async () => {
    const streams = await someSeats(3)
    const bytes = async () => [...(await rowsOfUser(streams.userId)).values()].join('').length
    const before = await bytes()
    const { json } = await streams.lease('tv-in-the-living-room', 90)
    for (let beat = 0; beat < 240; beat += 1) {
      pass(30 * SECOND)
      expect((await streams.renew(json.id, 90)).json.endsAt).toBe(later(90))
    }
    pass(90 * SECOND)
    // What closes it comes with whatever is decided next: here a refusal, with a receipt of its own.
    await streams.letGo('nobody')
    expect((await bytes()) - before).toBeLessThan(5000)
    expect(await streams.verify()).toMatchObject({ intact: true })
  })
})

describe('a list of reservations', () => {
  it('has those that are open, and one of them says what became of it', async () => {
    const streams = await someSeats(5)
    const [a, b, c] = [await streams.lease('a'), await streams.lease('b', 10), await streams.lease('c')]
    const listed = async () =>
      (await streams.get(`reservations?feature=${streams.feature}`)).json.items.map(
        ({ id, holder }: { id: string; holder: string }) => [id, holder],
      )
    const one = async (id: string) => (await streams.get(`reservations/${id}`)).json
    expect(await listed()).toEqual([
      [a.json.id, 'a'],
      [b.json.id, 'b'],
      [c.json.id, 'c'],
    ])
    expect((await streams.get('reservations?feature=another')).json.items).toEqual([])
    expect(await one(a.json.id)).toMatchObject({
      holder: 'a',
      state: 'open',
      since: a.json.asOf,
      endsAt: a.json.endsAt,
    })
    pass(10 * SECOND)
    expect(await listed()).toEqual([
      [a.json.id, 'a'],
      [c.json.id, 'c'],
    ])
    expect(await one(b.json.id)).toMatchObject({ state: 'expired', endsAt: b.json.endsAt })
    const committed = await streams.post(`reservations/${a.json.id}/commit`, {})
    await streams.letGo('c')
    expect(await one(b.json.id)).toMatchObject({ state: 'expired', endsAt: b.json.endsAt })
    expect(await one(a.json.id)).toMatchObject({ state: 'committed', consumptionId: committed.json.id })
    expect((await one(c.json.id)).state).toBe('released')
    expectProblem(await streams.get('reservations/res_1'), 404, 'reservation_not_found')
  })
})

describe('five hundred streams', () => {
  it('are leased to five hundred of a thousand who come at once', { timeout: 60_000 }, async () => {
    const streams = await someSeats(500)
    const statuses = await atOnce(1000, (member, key) => streams.lease(member, 60, {}, key))
    expect([statuses.get(201), statuses.get(409)]).toEqual([500, 500])
    expect(await streams.balance()).toEqual([500, 0, 500, 0])
    pass(61 * SECOND)
    expect((await streams.take('late', {}, aKey())).status).toBe(201)
    expect(await streams.balance()).toEqual([500, 1, 0, 499])
    expect(await streams.verify()).toMatchObject({ intact: true })
  })
})
