import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { type NewProduct, putProduct } from '../../../src/catalog/put-product.ts'
import { recordToCatalog } from '../../../src/domain/catalog/catalog.ts'
import { accessBy } from '../../../src/domain/user/access-by-catalog.ts'
import { readCatalog } from '../../../src/ledger/store/catalog/read-catalog.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { aFeature, aKey, ask } from '../../support/api.ts'
import { changeCatalog } from '../../support/change-catalog.ts'
import { withinObject } from '../../support/ledger.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'
import { meterOf } from './a-meter.ts'

const YEARLY = { every: 'year', rolloverMax: 0 } as const

/** What a product gives of the one feature. */
type Sold = Omit<NewProduct['features'][number], 'feature'>

/** A metered feature of which everybody has some, and somebody who has not used any. */
async function everybodys(sold: Sold) {
  const feature = await aFeature('metered')
  const product = `free-${crypto.randomUUID()}`
  const gives = async (terms: Sold, percent = 100) => {
    await putProduct(
      env.DB,
      { id: product, name: 'Free', features: [{ feature, ...terms }], references: [] },
      true,
    )
    const everyone = JSON.stringify({ percent, seed: product })
    await changeCatalog('UPDATE products SET everyone = ?1 WHERE id = ?2', everyone, product)
  }
  await gives(sold)
  const meter = meterOf(aUser(), feature)
  return {
    ...meter,
    product,
    gives,
    archive: () => changeCatalog('UPDATE products SET archived_at = 1 WHERE id = ?1', product),
    /** What a check says that knows the newest of the user and of the catalog. */
    async access() {
      const snapshot = await env.USERS.getByName(meter.userId).snapshot('not_looked_for')
      return accessBy(snapshot, recordToCatalog(await readCatalog(env.DB)), feature, Date.now())
    },
    entries: async () => (await meter.get('ledger')).json.items,
  }
}

describe('an amount that everybody has', () => {
  it('is spent by who was never seen, and enters the ledger with that, once a period', async () => {
    const free = await everybodys({ amount: 10, reset: YEARLY })
    const first = await free.consume(4)
    expect(first.status).toBe(201)
    expect(first.json).toMatchObject({ allowed: true, reason: 'granted', version: 1 })
    expect(first.json.balance).toEqual({ granted: 10, used: 4, reserved: 0, remaining: 6 })
    await free.consume(5)
    const [two, one] = await free.entries()
    const year = new Date().getUTCFullYear()
    const [{ entitlementId }] = one.data.takes
    expect(one.data.everyone).toEqual([
      {
        entitlementId,
        product: free.product,
        catalogVersion: expect.any(Number),
        terms: {
          allowance: {
            type: 'metered',
            amount: 10,
            overage: 'deny',
            reset: { every: 'year', anchor: '1970-01-01T00:00:00.000Z', rolloverMax: 0 },
            period: `${year}-01-01T00:00:00.000Z`,
          },
          startsAt: null,
          endsAt: null,
          graceEndsAt: null,
          trial: false,
          priority: 0,
        },
      },
    ])
    expect(two.data).not.toHaveProperty('everyone')
    expectProblem(await free.consume(2), 409, 'insufficient_balance')
    expect(await verify(env.DB, free.userId)).toMatchObject({ intact: true, version: 2 })
  })

  it('is answered by a consumption as by a check, whatever the catalog has become since', async () => {
    const free = await everybodys({ amount: 10, reset: YEARLY })
    const asChecked = async ({ json }: { json: Record<string, unknown> }) => {
      const { allowed, reason, balance, entitlements, everyone } = await free.access()
      expect(json).toMatchObject({ allowed, reason, balance, entitlements })
      return { balance, everyone }
    }
    const { everyone } = await asChecked(await free.consume(8))
    expect(everyone).toEqual([free.product])
    await free.gives({ amount: 20, reset: YEARLY })
    expect(await asChecked(await free.consume(8))).toMatchObject({ balance: { granted: 20, remaining: 4 } })
    await free.gives({ amount: 5, reset: YEARLY })
    expect(await asChecked(await free.consume(4))).toMatchObject({ balance: { granted: 20, remaining: 0 } })
    await free.gives({ amount: 5, reset: YEARLY }, 0)
    expect((await free.access()).reason).toBe('no_entitlement')
    expectProblem(await free.consume(1), 409, 'insufficient_balance')
    await free.gives({ amount: 30, reset: YEARLY })
    expect((await free.access()).balance).toMatchObject({ granted: 30, used: 20, remaining: 10 })
    await free.archive()
    expectProblem(await free.consume(1), 409, 'insufficient_balance')
    expect(await verify(env.DB, free.userId)).toMatchObject({ intact: true, version: 3 })
  })

  it('is held, and what was held is kept when the catalog gives it no more', async () => {
    const free = await everybodys({ amount: 10 })
    const held = await free.reserve(6)
    expect(held.json.balance).toEqual({ granted: 10, used: 0, reserved: 6, remaining: 4 })
    await free.archive()
    const committed = await free.commit(held, 5)
    expect(committed).toMatchObject({ status: 201, json: { amount: 5, allowed: false } })
    expect((await free.reverse(committed, 1)).status).toBe(201)
    expect(await verify(env.DB, free.userId)).toMatchObject({ intact: true, version: 3 })
  })

  it('is remembered by an object that begins anew', async () => {
    const free = await everybodys({ amount: 10 })
    await free.consume(7)
    const balance = await withinObject(free.userId, async (make) => {
      const snapshot = await make().snapshot('not_looked_for')
      return accessBy(snapshot, recordToCatalog(await readCatalog(env.DB)), free.feature, Date.now()).balance
    })
    expect(balance).toEqual({ granted: 10, used: 7, reserved: 0, remaining: 3 })
  })

  it('is nobody’s to change for one user, used or not', async () => {
    const free = await everybodys({ amount: 10 })
    const [entitlementId] = (await free.access()).entitlements
    const path = `/v4/users/${free.userId}/entitlements/${entitlementId}`
    const tries = [
      () => ask('DELETE', path),
      () => ask('PATCH', path, { body: { amount: 1 } }),
      () => ask('POST', `${path}/suspend`, { headers: aKey() }),
      () => ask('POST', `${path}/resume`, { headers: aKey() }),
    ]
    const refuseAll = async () => {
      for (const attempt of tries) {
        const refused = await attempt()
        expectProblem(refused, 409, 'managed_by_source')
        expect(refused.json.detail).toMatch(/everybody/)
      }
    }
    await refuseAll()
    await free.consume(1)
    await refuseAll()
    await free.archive()
    await refuseAll()
    expect((await free.entries()).length).toBe(1)
  })

  it('is spent beside one’s own: what is lost sooner first, and then what is one’s own', async () => {
    const free = await everybodys({ amount: 5, reset: YEARLY })
    const once = `once-${crypto.randomUUID()}`
    await ask('PUT', `/v4/products/${once}`, {
      body: { name: 'Once', features: [{ feature: free.feature, amount: 3 }] },
    })
    const everyone = JSON.stringify({ percent: 100, seed: once })
    await changeCatalog('UPDATE products SET everyone = ?1 WHERE id = ?2', everyone, once)
    const granted = await free.grant(4)
    const { takes, balance } = (await free.consume(10)).json
    expect(takes.map(({ amount }: { amount: number }) => amount)).toEqual([5, 4, 1])
    expect(takes[1].entitlementId).toBe(granted.json.id)
    expect(balance).toMatchObject({ granted: 12, used: 10, remaining: 2 })
    expect((await free.access()).balance).toEqual(balance)
  })
})
