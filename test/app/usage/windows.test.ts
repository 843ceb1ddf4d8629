import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { accessBy } from '../../../src/domain/user/access-by-catalog.ts'
import { recordToCatalog } from '../../../src/domain/catalog/catalog.ts'
import { readCatalog } from '../../../src/ledger/store/catalog/read-catalog.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { snapshotKey } from '../../../src/ledger/stored-snapshot.ts'
import { ask, grant } from '../../support/api.ts'
import { withinObject } from '../../support/ledger.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'
import { meterOf } from './a-meter.ts'

const WINDOW_MS = 3_600_000

/** A feature of which so many are allowed in any hour, and what can be asked of it. */
async function aWindow(userId = aUser()) {
  const feature = `window-${crypto.randomUUID()}`
  const made = await ask('PUT', `/v4/features/${feature}`, { body: { type: 'metered', windowSeconds: 3600 } })
  expect(made).toMatchObject({ status: 201, json: { windowSeconds: 3600 } })
  return meterOf(userId, feature)
}

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => vi.useRealTimers())

const later = (ms: number) => vi.setSystemTime(Date.now() + ms)

describe('a feature with a rolling window', () => {
  it('takes no more than its amount within any such time, and takes leave one by one', async () => {
    const meter = await aWindow()
    await meter.grant(3)
    const startedAt = Date.now()
    await meter.consume(1)
    later(1000)
    const second = await meter.consume(2)
    expect(second).toMatchObject({
      status: 201,
      json: { takes: [], allowed: false, reason: 'limit_reached', maxAmount: 0 },
    })
    expect(second.json.nextChangeAt).toBe(new Date(startedAt + WINDOW_MS).toISOString())
    expectProblem(await meter.consume(1), 409, 'insufficient_balance')
    later(WINDOW_MS - 1001)
    expectProblem(await meter.consume(1), 409, 'insufficient_balance')
    later(1)
    expect(await meter.check()).toMatchObject({
      allowed: true,
      maxAmount: 1,
      balance: { granted: 3, used: 2, remaining: 1 },
    })
    expect((await meter.consume(1)).status).toBe(201)
    expect((await meter.check()).nextChangeAt).toBe(new Date(startedAt + WINDOW_MS + 1000).toISOString())
    expect(await meter.lots()).toMatchObject([{ granted: 3, remaining: 3 }])
    expect(await verify(env.DB, meter.userId)).toMatchObject({ intact: true, version: 4 })
  })

  it('takes no reset, granted, changed, or sold', async () => {
    const meter = await aWindow()
    const { feature } = meter
    const reset = { every: 'day' }
    expectProblem(await grant(meter.userId, { feature, amount: 1, reset }), 422, 'reset_not_allowed')
    const { json } = await meter.grant(1)
    const path = `${meter.path}/entitlements/${json.id}`
    expectProblem(await ask('PATCH', path, { body: { reset } }), 422, 'reset_not_allowed')
    const body = { name: 'P', features: [{ feature, amount: 1, reset }] }
    expectProblem(
      await ask('PUT', `/v4/products/p-${crypto.randomUUID()}`, { body }),
      422,
      'reset_not_allowed',
    )
  })

  it('counts what is reserved at once, and what is committed from the commit on', async () => {
    const meter = await aWindow()
    await meter.grant(5)
    const held = await meter.reserve(4, 600)
    expect(held.json.balance).toEqual({ granted: 5, used: 0, reserved: 4, remaining: 1 })
    expectProblem(await meter.consume(2), 409, 'insufficient_balance')
    later(500_000)
    expect((await meter.commit(held, 3)).json.balance).toEqual({
      granted: 5,
      used: 3,
      reserved: 0,
      remaining: 2,
    })
    later(WINDOW_MS - 1)
    expect(await meter.balance()).toEqual([5, 3, 0, 2])
    later(1)
    expect(await meter.balance()).toEqual([5, 0, 0, 5])
  })

  it('gives back what is reversed within the window, and nothing after', async () => {
    const meter = await aWindow()
    await meter.grant(5)
    const first = await meter.consume(3)
    later(10)
    await meter.consume(1)
    expect((await meter.reverse(first, 2)).json).toMatchObject({
      returns: [],
      reversed: 2,
      balance: { used: 2, remaining: 3 },
    })
    later(WINDOW_MS - 10)
    expect((await meter.reverse(first)).json).toMatchObject({
      reversed: 3,
      balance: { used: 1, remaining: 4 },
    })
    const { entries } = { entries: (await meter.get('ledger')).json.items }
    const reversals = entries.filter(({ type }: { type: string }) => type === 'consumption_reversed')
    expect(reversals[0].data).toMatchObject({ counted: { windowMs: WINDOW_MS }, takenAt: first.json.asOf })
  })

  it('limits everybody without a row', async () => {
    const meter = await aWindow()
    const body = { name: 'Free', everyone: true, features: [{ feature: meter.feature, amount: 2 }] }
    const { json } = await ask('PUT', `/v4/products/free-${crypto.randomUUID()}`, { body })
    const how = `consistency=strong&minCatalogVersion=${json.version}`
    expect(await meter.check(how)).toMatchObject({ allowed: true, maxAmount: 2, version: 0 })
    await meter.consume(1)
    const second = await meter.consume(1)
    expect(second.json).toMatchObject({
      takes: [],
      allowed: false,
      balance: { granted: 2, used: 2 },
      sources: [{ provider: 'everyone' }],
    })
    expectProblem(await meter.consume(1), 409, 'insufficient_balance')
    expect(
      (await meter.get('ledger')).json.items.map(({ data }: { data: object }) => 'everyone' in data),
    ).toEqual([false, false])
    later(WINDOW_MS)
    expect(await meter.check(how)).toMatchObject({ allowed: true, balance: { granted: 2, used: 0 } })
  })

  it(
    'is the same by the object, after its death, by the edge and by a copy in KV',
    { timeout: 120_000 },
    async () => {
      const meter = await aWindow()
      await meter.grant(2000)
      for (let nth = 0; nth < 40; nth += 1) {
        await Promise.all(Array.from({ length: 10 }, () => meter.consume(1)))
        later(1000 * (1 + (nth % 7)))
      }
      const catalog = recordToCatalog(await readCatalog(env.DB))
      const object = await env.USERS.getByName(meter.userId).snapshot('not_looked_for')
      const [reborn, row] = await withinObject(meter.userId, async (make) => {
        const snapshot = await make().snapshot('not_looked_for')
        const row = await env.DB.prepare('SELECT takes FROM windows WHERE user_id = ?')
          .bind(meter.userId)
          .first<{ takes: string }>()
        return [snapshot, row] as const
      })
      expect(reborn.counts).toEqual(object.counts)
      expect(JSON.parse(row?.takes ?? '').length).toBeLessThanOrEqual(1061)
      const stored = await env.KV.get<{ snapshot: typeof object }>(snapshotKey(1, meter.userId), 'json')
      const copy = stored?.snapshot
      if (copy === undefined) throw new Error('No copy')
      expect(JSON.stringify(copy.counts).length).toBeLessThan(3000)
      const used = (snapshot: typeof object, at: number) =>
        accessBy(snapshot, catalog, meter.feature, at).balance?.used ?? -1
      expect((await meter.balance())?.[1]).toBe(used(object, Date.now()))
      for (const ms of [0, 600_000, WINDOW_MS - 200_000, WINDOW_MS - 1, WINDOW_MS + 60_000]) {
        const at = Date.now() + ms
        expect(used(copy, at)).toBeGreaterThanOrEqual(copy.version === object.version ? used(object, at) : 0)
      }
      expect(used(copy, Date.now() + WINDOW_MS)).toBe(0)
    },
  )
})
