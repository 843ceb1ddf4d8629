import { describe, expect, it } from 'vitest'
import { type Answered, ask } from '../support/api.ts'
import { stopTheClock } from '../support/clock.ts'
import { aMeter, numbersOf } from '../app/usage/a-meter.ts'
import { someSeats } from '../app/holders/seats.ts'
import { aBinding, thrownBy } from './bindings.ts'

stopTheClock()

/** Fails unless HTTP takes it for a change that was made before, and answers it as the binding did. */
function expectKnown(answered: Answered, overBinding: object): void {
  expect(answered.headers.get('Idempotent-Replayed')).toBe('true')
  expect(answered.json).toEqual(overBinding)
}

describe('a metered feature', () => {
  it('is spent, given back, held, committed and let go as over HTTP, where each is known afterwards', async () => {
    const { userId, feature, ...http } = await aMeter(10)
    const of = aBinding()
    const header = (idempotencyKey: string) => ({ 'Idempotency-Key': idempotencyKey })

    const spent = await of.consume({ userId, feature, amount: 4, idempotencyKey: 'spend' })
    expectKnown(await http.consume(4, header('spend')), spent)
    const consumption = await http.consume(4, header('spend'))
    const back = await of.reverse({ userId, consumptionId: spent.id, amount: 1, idempotencyKey: 'back' })
    expectKnown(await http.reverse(consumption, 1, header('back')), back)

    const held = await of.reserve({ userId, feature, amount: 5, ttlSeconds: 60, idempotencyKey: 'hold' })
    const reservation = await http.reserve(5, 60, header('hold'))
    expectKnown(reservation, held)
    const committed = await of.commit({ userId, reservationId: held.id, amount: 2, idempotencyKey: 'commit' })
    expectKnown(await http.commit(reservation, 2, header('commit')), committed)

    const other = await of.reserve({ userId, feature, amount: 1, ttlSeconds: 60, idempotencyKey: 'hold-2' })
    const released = await of.release({ userId, reservationId: other.id, idempotencyKey: 'release' })
    expectKnown(await http.release(await http.reserve(1, 60, header('hold-2')), header('release')), released)

    expect(await http.balance()).toEqual([10, 5, 0, 5])
  })

  it('that is held is taken, leased, renewed and let go of as over HTTP, with the same keys', async () => {
    const { userId, feature, ...http } = await someSeats(3)
    const of = aBinding()
    const taken = await of.consume({ userId, feature, holder: 'ann', idempotencyKey: 'take' })
    expectKnown(await http.take('ann', {}, { 'Idempotency-Key': 'take' }), taken)
    const leased = await of.reserve({
      userId,
      feature,
      holder: 'tv',
      ttlSeconds: 60,
      idempotencyKey: 'lease',
    })
    const renewed = await of.renew({ userId, reservationId: leased.id, ttlSeconds: 90 })
    expect(renewed).toEqual({ ...(await http.renew(leased.id, 90)).json })
    const at = `/v4/users/${userId}`
    const [held, open, one] = await Promise.all(
      ['holders', 'reservations', `reservations/${leased.id}`].map((what) => ask('GET', `${at}/${what}`)),
    )
    expect(held?.json.items).toMatchObject([{ holder: 'ann', consumptionId: taken.id }])
    expect(await of.holders({ userId, feature })).toEqual(held?.json)
    expect(open?.json.items).toMatchObject([{ holder: 'tv', id: leased.id }])
    expect(await of.reservations({ userId, limit: 1 })).toEqual(open?.json)
    expect(await of.reservation({ userId, reservationId: leased.id })).toEqual(one?.json)
    const gone = await of.releaseHolder({ userId, feature, holder: 'ann', idempotencyKey: 'left' })
    expectKnown(await http.letGo('ann', {}, { 'Idempotency-Key': 'left' }), gone)
    await of.releaseHolder({ userId, feature, holder: 'tv', idempotencyKey: 'off' })
    expect(await http.balance()).toEqual([3, 0, 0, 3])
    const nobody = of.releaseHolder({ userId, feature, holder: 'tv', idempotencyKey: 'off-2' })
    expect((await thrownBy(nobody)).problem).toMatchObject({ code: 'holder_not_found', status: 404 })
  })

  it('shows what is left of it as over HTTP', async () => {
    const { userId, feature, get, consume } = await aMeter(10)
    await consume(3)
    const { json } = await get('balances?consistency=strong')
    expect(await aBinding().balances({ userId, consistency: 'strong' })).toEqual(json)
    expect(await aBinding().balances({ userId, feature, consistency: 'strong' })).toEqual(json)
    expect(
      (await aBinding().balances({ userId, feature: 'another', consistency: 'strong' })).balances,
    ).toEqual([])
  })

  it('tells what was consumed of it as over HTTP, page by page', async () => {
    const { userId, feature, get, consume, reverse } = await aMeter(10)
    await reverse(await consume(3), 1)
    const { json } = await get('consumptions')
    expect(json.items).toHaveLength(2)
    expect(await aBinding().consumptions({ userId })).toEqual(json)
    const first = await aBinding().consumptions({ userId, feature, limit: 1, from: '2020-01-01T00:00:00Z' })
    expect(first).toMatchObject({ items: [{ id: 'con_2' }], totals: [{ net: 3 }] })
    const { nextCursor } = first
    const next = { userId, feature, limit: 1, from: '2020-01-01T00:00:00Z', cursor: nextCursor ?? '' }
    expect(await aBinding().consumptions(next)).toMatchObject({ items: [{ id: 'rev_3' }], nextCursor: null })
    const { problem } = await thrownBy(aBinding().consumptions({ userId, limit: 1001 }))
    expect(problem).toMatchObject({ code: 'malformed_request', errors: [{ path: 'input.limit' }] })
  })

  it('is not spent when there is not enough, and the error has what there is', async () => {
    const { userId, feature } = await aMeter(3)
    const { problem } = await thrownBy(
      aBinding().consume({ userId, feature, amount: 4, idempotencyKey: 'spend' }),
    )
    expect(problem).toMatchObject({ code: 'insufficient_balance', status: 409, amount: 4 })
    expect(numbersOf(problem['balance'])).toEqual([3, 0, 0, 3])
  })
})
