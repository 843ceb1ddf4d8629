import { describe, expect, it } from 'vitest'
import { aFeature, aKey, ask, grant, pathOf } from '../../support/api.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'
import { aMeter, meterOf, numbersOf } from './a-meter.ts'

/** What an answer says that a check says too. */
function asChecked(json: Record<string, unknown>) {
  const { userId, feature, allowed, reason, entitlements, balance, nextChangeAt, version } = json
  return { userId, feature, allowed, reason, entitlements, balance, nextChangeAt, version }
}

describe('a consumption', () => {
  it('takes what is there, and answers what a check would', async () => {
    const meter = await aMeter(10)
    const spent = await meter.consume(3)
    expect([spent.status, spent.json.id, spent.json.amount, spent.json.overage]).toEqual([201, 'con_2', 3, 0])
    expect(spent.json.takes).toEqual([{ entitlementId: meter.granted.json.id, amount: 3 }])
    expect(numbersOf(spent.json.balance)).toEqual([10, 3, 0, 7])
    expect(asChecked(spent.json)).toEqual(asChecked(await meter.check()))
    expect(spent.headers.get('ETag')).toBe('"2"')
  })

  it('of all that is left says that the limit is reached, as a check does', async () => {
    const meter = await aMeter(10)
    const spent = await meter.consume(10)
    expect([spent.status, spent.json.allowed, spent.json.reason]).toEqual([201, false, 'limit_reached'])
    expect(asChecked(spent.json)).toEqual(asChecked(await meter.check()))
  })

  it('of more than is there takes nothing, and says what is there', async () => {
    const meter = await aMeter(10)
    await meter.consume(4)
    const refused = await meter.consume(7)
    expectProblem(refused, 409, 'insufficient_balance')
    expect(numbersOf(refused.json.balance)).toEqual([10, 4, 0, 6])
    expect([refused.json.amount, refused.json.allowed, refused.json.retryable]).toEqual([7, true, false])
    expect(await meter.balance()).toEqual([10, 4, 0, 6])
  })

  it('of more than is there is debt where that is allowed, and says so', async () => {
    const [userId, feature] = [aUser(), `feature-${crypto.randomUUID()}`]
    await ask('PUT', `/v4/features/${feature}`, { body: { type: 'metered', overage: 'allow' } })
    const meter = meterOf(userId, feature)
    await meter.grant(5)
    const spent = await meter.consume(8)
    expect([spent.status, spent.json.overage, spent.json.allowed, spent.json.reason]).toEqual([
      201,
      3,
      true,
      'overage',
    ])
    expect(numbersOf(spent.json.balance)).toEqual([5, 8, 0, -3])
    expect(asChecked(spent.json)).toEqual(asChecked(await meter.check()))
  })

  it('takes from the lot that is lost soonest, across lots, and says from which', async () => {
    const meter = await aMeter(5)
    const ending = await meter.grant(3, { endsAt: '2099-01-01T00:00:00Z' })
    const first = await meter.grant(1, { priority: 1 })
    const { json } = await meter.consume(6)
    expect(json.takes).toEqual([
      { entitlementId: first.json.id, amount: 1 },
      { entitlementId: ending.json.id, amount: 3 },
      { entitlementId: meter.granted.json.id, amount: 2 },
    ])
  })

  it('is refused where there is nothing to consume, and says why', async () => {
    const [userId, flag, unknown] = [aUser(), await aFeature(), `feature-${crypto.randomUUID()}`]
    await grant(userId, { feature: flag })
    expectProblem(await meterOf(userId, flag).consume(1), 422, 'feature_not_metered')
    expectProblem(await meterOf(userId, unknown).consume(1), 422, 'feature_unknown')
    const nothing = await meterOf(userId, await aFeature('metered')).consume(1)
    expectProblem(nothing, 409, 'insufficient_balance')
    expect(nothing.json).toMatchObject({ allowed: false, reason: 'no_entitlement' })
  })

  it('is of a right that has begun, is not stopped and has not ended', async () => {
    const meter = await aMeter(5, { startsAt: '2099-01-01T00:00:00Z' })
    expect((await meter.consume(1)).json).toMatchObject({
      code: 'insufficient_balance',
      reason: 'not_started',
    })
    const started = await meter.grant(5)
    await ask('POST', `${pathOf(started)}/suspend`, { headers: aKey() })
    expect((await meter.consume(1)).json).toMatchObject({ code: 'insufficient_balance', reason: 'suspended' })
    await ask('POST', `${pathOf(started)}/resume`, { headers: aKey() })
    expect((await meter.consume(1)).status).toBe(201)
    await ask('DELETE', pathOf(started))
    expect((await meter.consume(1)).json.code).toBe('insufficient_balance')
  })

  it('needs a positive whole amount and a key', async () => {
    const meter = await aMeter(5)
    for (const amount of [0, -1, 1.5, '1', null, 2 ** 53, undefined]) {
      const { status, json } = await meter.consume(amount as number)
      expect([amount, status, json.code]).toEqual([amount, 400, 'malformed_request'])
    }
    expectProblem(await meter.consume(1, {}), 400, 'idempotency_key_missing')
    expect(await meter.balance()).toEqual([5, 0, 0, 5])
  })

  it('raises the version of the user and not of the entitlement, so that a change of terms is not disturbed', async () => {
    const meter = await aMeter(5)
    const path = pathOf(meter.granted)
    const etag = { 'If-Match': meter.granted.headers.get('ETag') ?? '' }
    const held = await meter.reserve(1)
    await meter.commit(held)
    await meter.reverse(await meter.consume(2))
    const read = await ask('GET', path)
    expect([read.headers.get('ETag'), read.json.version]).toEqual(['"1"', 1])
    const updated = await ask('PATCH', path, { body: { amount: 8 }, headers: etag })
    expect([updated.status, updated.json.version]).toEqual([200, 6])
    expect(await meter.balance()).toEqual([8, 1, 0, 7])
  })
})

describe('a reversal', () => {
  it('returns the whole of a consumption, or a part and then the rest, to where it was taken', async () => {
    const meter = await aMeter(5)
    const ending = await meter.grant(3, { endsAt: '2099-01-01T00:00:00Z' })
    const spent = await meter.consume(6)
    const part = await meter.reverse(spent, 4)
    expect([part.status, part.json.consumptionId, part.json.amount, part.json.reversed]).toEqual([
      201,
      spent.json.id,
      4,
      4,
    ])
    expect(part.json.returns).toEqual([
      { entitlementId: ending.json.id, amount: 1 },
      { entitlementId: meter.granted.json.id, amount: 3 },
    ])
    expect(asChecked(part.json)).toEqual(asChecked(await meter.check()))
    const rest = await meter.reverse(spent)
    expect([rest.json.amount, rest.json.reversed]).toEqual([2, 6])
    expect(await meter.balance()).toEqual([8, 0, 0, 8])
  })

  it('is never of more than was taken, whatever was reversed before', async () => {
    const meter = await aMeter(10)
    const spent = await meter.consume(4)
    expectProblem(await meter.reverse(spent, 5), 409, 'reversal_exceeds_consumption')
    await meter.reverse(spent, 3)
    const refused = await meter.reverse(spent, 2)
    expectProblem(refused, 409, 'reversal_exceeds_consumption')
    expect([refused.json.consumed, refused.json.reversed]).toEqual([4, 3])
    await meter.reverse(spent)
    expectProblem(await meter.reverse(spent), 409, 'reversal_exceeds_consumption')
    expect(await meter.balance()).toEqual([10, 0, 0, 10])
  })

  it('of one consumption that is asked for by many at once gives back no more than it took', async () => {
    const meter = await aMeter(10)
    const spent = await meter.consume(4)
    const answers = await Promise.all(Array.from({ length: 10 }, () => meter.reverse(spent, 1)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4)
    expect(await meter.balance()).toEqual([10, 0, 0, 10])
  })

  it('is of consumptions alone, and of one’s own', async () => {
    const meter = await aMeter(10)
    const spent = await meter.consume(1)
    const other = await aMeter(10)
    expectProblem(await other.reverse(spent), 404, 'consumption_not_found')
    const held = await meter.reserve(1)
    const asConsumption = { ...held, json: { id: held.json.id.replace('res_', 'con_') } }
    expectProblem(await meter.reverse(asConsumption), 404, 'consumption_not_found')
    const granted = { ...held, json: { id: 'con_1' } }
    expectProblem(await meter.reverse(granted), 404, 'consumption_not_found')
  })

  it('can be of what a reservation spent', async () => {
    const meter = await aMeter(10)
    const committed = await meter.commit(await meter.reserve(4), 3)
    await meter.reverse(committed, 2)
    expect(await meter.balance()).toEqual([10, 1, 0, 9])
    expectProblem(await meter.reverse(committed, 2), 409, 'reversal_exceeds_consumption')
  })
})

describe('the balances of a user', () => {
  it('are those of each metered feature, with the lots behind them in the order of spending', async () => {
    const meter = await aMeter(5)
    const ending = await meter.grant(3, { endsAt: '2099-01-01T00:00:00Z' })
    const flag = await aFeature()
    await grant(meter.userId, { feature: flag })
    const other = meterOf(meter.userId, await aFeature('metered'))
    await other.grant(2)
    await meter.consume(4)
    const held = await meter.reserve(2)
    const { json } = await meter.get('balances?consistency=strong')
    expect(json).toMatchObject({ userId: meter.userId, version: held.json.version, source: 'ledger' })
    expect(json.balances.map(({ feature }: { feature: string }) => feature).toSorted()).toEqual(
      [meter.feature, other.feature].toSorted(),
    )
    const lots = await meter.lots()
    expect(lots.map((lot: Record<string, unknown>) => [lot['entitlementId'], ...numbersOf(lot)])).toEqual([
      [ending.json.id, 3, 3, 0, 0],
      [meter.granted.json.id, 5, 1, 2, 2],
    ])
    expect(await meter.balance()).toEqual([8, 4, 2, 2])
  })

  it('are empty of whoever has none', async () => {
    const { status, json } = await meterOf(aUser(), 'none').get('balances')
    expect([status, json.balances, json.version]).toEqual([200, [], 0])
  })
})
