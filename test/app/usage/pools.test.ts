import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { type Answered, aKey, ask, grant } from '../../support/api.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'
import { meterOf } from './a-meter.ts'

const put = (key: string, body: object) => ask('PUT', `/v4/features/${key}`, { body })
const patch = (key: string, body: object) => ask('PATCH', `/v4/features/${key}`, { body, headers: aKey() })

/** A pool, and features that spend it. */
async function aPool(costs: readonly unknown[], terms: object = {}) {
  const [userId, name] = [aUser(), crypto.randomUUID()]
  const pool = `credits-${name}`
  expect((await put(pool, { type: 'metered', ...terms })).status).toBe(201)
  const meters = []
  let known = ''
  for (const [index, cost] of costs.entries()) {
    const feature = `spender-${index}-${name}`
    const made = await put(feature, { type: 'metered', spends: pool, cost })
    expect(made).toMatchObject({ status: 201, json: { spends: pool, requiresRight: false } })
    const meter = meterOf(userId, feature)
    known = `consistency=strong&minCatalogVersion=${made.json.version}`
    meters.push({ ...meter, check: (amount = 1, how = known) => meter.check(`${how}&amount=${amount}`) })
  }
  const [first, second = first] = meters
  if (first === undefined || second === undefined) throw new Error('Nothing spends it')
  return { userId, pool, credits: meterOf(userId, pool), first, second, known }
}

/** What all that stands costs, reckoned one by one. */
function costOf(amount: number, price: number, per: number): number {
  let cost = 0
  while (cost * per < amount * price) cost += 1
  return cost
}

describe('a feature that spends another', () => {
  it('costs the next whole number for each consumption, and is told of what and how much', async () => {
    const { credits, first, pool } = await aPool([{ amount: 3, per: 2 }])
    const { json: lot } = await credits.grant(20)
    const spends = { feature: pool, cost: { amount: 3, per: 2 } }
    expect(await first.check()).toMatchObject({
      allowed: true,
      reason: 'granted',
      entitlements: [lot.id],
      balance: { granted: 20, remaining: 20 },
      maxAmount: 13,
      spends,
    })
    const three = await first.consume(3)
    expect(three).toMatchObject({
      status: 201,
      json: {
        feature: first.feature,
        amount: 3,
        takes: [{ entitlementId: lot.id, amount: 5 }],
        spends: { feature: pool, cost: 5 },
        balance: { granted: 20, used: 5, remaining: 15 },
        maxAmount: 10,
      },
    })
    expect((await first.consume(1)).json).toMatchObject({ spends: { cost: 2 }, maxAmount: 8 })
    expectProblem(await first.consume(9), 409, 'insufficient_balance')
    expect((await first.check(8)).allowed).toBe(true)
    expect(await first.check(9)).toMatchObject({
      allowed: false,
      reason: 'limit_reached',
    })
    expect((await credits.check()).balance).toMatchObject({ used: 7, remaining: 13 })
    expect(await credits.check()).not.toHaveProperty('spends')
    const [entry] = (await first.get('ledger')).json.items
    expect(entry.data.spends).toEqual({ feature: pool, cost: 2, rate: { amount: 3, per: 2 } })
  })

  it('gives back what all of it cost less what the rest costs, by the rate of then', async () => {
    const { credits, first, userId } = await aPool([{ amount: 3, per: 2 }])
    await credits.grant(100)
    const seven = await first.consume(7)
    expect(seven.json.spends.cost).toBe(11)
    await patch(first.feature, { cost: 50 })
    let stands = 7
    for (const amount of [1, 3, 2]) {
      const back = await first.reverse(seven, amount)
      expect(back.json.spends.cost).toBe(costOf(stands, 3, 2) - costOf(stands - amount, 3, 2))
      stands -= amount
      expect((await credits.balance())?.[1]).toBe(costOf(stands, 3, 2))
    }
    expect((await first.reverse(seven)).json).toMatchObject({ amount: 1, reversed: 7, spends: { cost: 2 } })
    expect(await credits.balance()).toEqual([100, 0, 0, 100])
    expectProblem(await first.reverse(seven, 1), 409, 'reversal_exceeds_consumption')
    expect((await first.consume(1)).json.spends.cost).toBe(50)
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 7 })
  })

  it('is reserved and committed by the rate of the reservation', async () => {
    const { userId, credits, first } = await aPool([{ amount: 3, per: 2 }])
    await credits.grant(10)
    const held = await first.reserve(5)
    expect(held.json).toMatchObject({ spends: { cost: 8 }, balance: { reserved: 8, remaining: 2 } })
    const { json: known } = await ask('GET', `/v4/users/${userId}/reservations/${held.json.id}`)
    expect(known).toMatchObject({ state: 'open', spends: { feature: credits.feature, cost: 8 } })
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 2 })
    await patch(first.feature, { spends: null })
    const committed = await first.commit(held, 3)
    expect(committed.json).toMatchObject({ amount: 3, spends: { cost: 5 }, takes: [{ amount: 5 }] })
    expect(await credits.balance()).toEqual([10, 5, 0, 5])
    expect((await first.reverse(committed)).json.spends.cost).toBe(5)
    const again = await first.reserve(1)
    expectProblem(again, 409, 'insufficient_balance')
    await patch(first.feature, { spends: credits.feature, cost: 2 })
    const other = await first.reserve(2)
    const released = await first.release(other)
    expect(released.json).toMatchObject({
      amount: 2,
      state: 'released',
      balance: { reserved: 0, remaining: 10 },
    })
    expect(released.json).not.toHaveProperty('spends')
  })

  it('tells what a reservation costs where it is read and listed', async () => {
    const { credits, first, pool } = await aPool([{ amount: 3, per: 2 }])
    await credits.grant(10)
    const { json } = await first.reserve(5)
    const spends = { feature: pool, cost: 8 }
    expect((await first.get(`reservations/${json.id}`)).json).toMatchObject({ spends })
    expect((await first.get('reservations')).json.items).toMatchObject([{ id: json.id, spends }])
    const own = await credits.reserve(1)
    expect((await first.get(`reservations/${own.json.id}`)).json).not.toHaveProperty('spends')
  })

  it('brings what everybody has of the pool into the ledger', async () => {
    const { credits, first, pool } = await aPool([5])
    const body = { name: 'Free', everyone: true, features: [{ feature: pool, amount: 12 }] }
    const { json } = await ask('PUT', `/v4/products/free-${crypto.randomUUID()}`, { body })
    const how = `consistency=strong&minCatalogVersion=${json.version}`
    expect(await first.check(1, how)).toMatchObject({
      maxAmount: 2,
      sources: [{ provider: 'everyone' }],
      version: 0,
    })
    expect((await first.consume(2)).json).toMatchObject({
      spends: { cost: 10 },
      allowed: false,
      reason: 'limit_reached',
    })
    expect((await first.get('ledger')).json.items[0].data.everyone).toMatchObject([
      { terms: { allowance: { amount: 12 } } },
    ])
    expect(await credits.balance()).toEqual([12, 10, 0, 2])
  })

  it('is switched off with what it spends', async () => {
    const { credits, first, pool } = await aPool([1])
    await credits.grant(5)
    const held = await first.reserve(1)
    const { json } = await patch(pool, { enabled: false })
    const off = await first.check(1, `consistency=strong&minCatalogVersion=${json.version}`)
    expect(off).toMatchObject({ allowed: false, reason: 'disabled', maxAmount: 0, spends: { feature: pool } })
    const refused = await first.consume(1)
    expectProblem(refused, 409, 'feature_disabled')
    expect(refused.json).toMatchObject({
      feature: first.feature,
      reason: 'disabled',
      detail: expect.stringContaining(pool),
    })
    expect((await first.commit(held)).status).toBe(201)
    await patch(pool, { enabled: true })
    expect((await first.consume(1)).status).toBe(201)
  })

  it('needs a right of its own where that is said, and such a right needs no amount', async () => {
    const { credits, first, pool, userId } = await aPool([2])
    await credits.grant(5)
    const { json } = await patch(first.feature, { requiresRight: true })
    const how = `consistency=strong&minCatalogVersion=${json.version}`
    expect(await first.check(1, how)).toMatchObject({
      allowed: false,
      reason: 'no_entitlement',
      maxAmount: 0,
      balance: { remaining: 5 },
    })
    expectProblem(await first.consume(1), 409, 'insufficient_balance')
    const product = `hd-${crypto.randomUUID()}`
    const body = { name: 'HD', features: [{ feature: first.feature }] }
    const sold = await ask('PUT', `/v4/products/${product}`, { body })
    expect(sold.json.features).toEqual([{ feature: first.feature }])
    expect((await ask('PUT', `/v4/products/${product}`, { body })).json.version).toBe(sold.json.version)
    const right = await grant(userId, { feature: first.feature, endsAt: '2099-01-01T00:00:00.000Z' })
    expect(right).toMatchObject({ status: 201 })
    expect(right.json).not.toHaveProperty('amount')
    expect(await first.check()).toMatchObject({
      allowed: true,
      maxAmount: 2,
      nextChangeAt: '2099-01-01T00:00:00.000Z',
    })
    expect((await first.consume(2)).json).toMatchObject({ spends: { feature: pool, cost: 4 } })
    await ask('DELETE', `/v4/users/${userId}/entitlements/${right.json.id}`)
    expectProblem(await first.consume(1), 409, 'insufficient_balance')
    expect(await first.check()).toMatchObject({ reason: 'revoked', maxAmount: 0 })
    expectProblem(await grant(userId, { feature: pool }), 422, 'amount_missing')
  })

  it('spends what is limited within a window', async () => {
    const { credits, first, second, userId } = await aPool([2, 3], { windowSeconds: 60 })
    await credits.grant(10)
    const two = await first.consume(2)
    expect(two.json).toMatchObject({ takes: [], spends: { cost: 4 }, maxAmount: 3 })
    expect((await second.consume(2)).json).toMatchObject({ spends: { cost: 6 }, maxAmount: 0 })
    expectProblem(await first.consume(1), 409, 'insufficient_balance')
    expect((await first.reverse(two, 1)).json).toMatchObject({
      returns: [],
      spends: { cost: 2 },
      balance: { used: 8 },
    })
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 4 })
  })

  it('may be spent so far below zero, as of now', async () => {
    const { credits, first, pool, userId } = await aPool([3], { overage: 'allow', overageMax: 10 })
    await credits.grant(5)
    expect(await first.check()).toMatchObject({ allowed: true, reason: 'granted', maxAmount: 5 })
    expect(await first.check(2)).toMatchObject({
      allowed: true,
      reason: 'overage',
    })
    expect((await first.consume(4)).json).toMatchObject({
      overage: 7,
      reason: 'overage',
      maxAmount: 1,
      balance: { remaining: -7 },
    })
    expectProblem(await first.consume(2), 409, 'insufficient_balance')
    expect((await credits.consume(3)).json).toMatchObject({
      overage: 3,
      allowed: false,
      reason: 'limit_reached',
      maxAmount: 0,
    })
    const { json } = await patch(pool, { overageMax: 4 })
    const how = `consistency=strong&minCatalogVersion=${json.version}`
    expect(await credits.check(how)).toMatchObject({
      allowed: false,
      reason: 'limit_reached',
      balance: { remaining: -10 },
    })
    await patch(pool, { overageMax: null })
    expect((await first.consume(100)).json).toMatchObject({ allowed: true, reason: 'overage', overage: 300 })
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 4 })
  })

  it('is listed with what the user has, and has no balance of its own', async () => {
    const { credits, first, userId, pool, known } = await aPool([3])
    await credits.grant(5)
    const list = (await credits.get(`access?${known}`)).json
    const keys = list.features.map(({ feature }: { feature: string }) => feature)
    expect(keys).toEqual(expect.arrayContaining([pool, first.feature]))
    expect(list.features.find((one: { feature: string }) => one.feature === first.feature)).toMatchObject({
      maxAmount: 1,
      type: 'metered',
    })
    const { balances } = (await ask('GET', `/v4/users/${userId}/balances?${known}`)).json
    const balanced = balances.map(({ feature }: { feature: string }) => feature)
    expect(balanced).toContain(pool)
    expect(balanced).not.toContain(first.feature)
    const checks = [
      { userId, feature: first.feature, amount: 1 },
      { userId, feature: first.feature, amount: 2 },
      { userId, feature: first.feature, amount: 0 },
    ]
    const many = await ask('POST', '/v4/checks', { body: { checks, consistency: 'strong' } })
    expect(many.json.results.map((one: Answered['json']) => one.allowed ?? one.errors)).toEqual([
      true,
      false,
      [{ path: 'body.checks.2.amount', message: expect.any(String) }],
    ])
  })
})
