import { describe, expect, it } from 'vitest'
import { accessToWire } from '../../../src/app/wire/wire.ts'
import { type Methods, anEntrypoint } from '../../rpc/bindings.ts'
import { aKey, ask, grant, pages } from '../../support/api.ts'
import { publishedCatalog } from '../../support/a-changing-catalog.ts'
import { changeCatalog } from '../../support/change-catalog.ts'
import { stopTheClock } from '../../support/clock.ts'
import { everybodysProduct } from '../../support/everybodys-product.ts'
import { anIsolate } from '../../support/isolate.ts'
import { aUser } from '../../support/user.ts'

stopTheClock()

const MONTHLY = { every: 'month', rolloverMax: 0 }

/** What everybody has of three features, and new isolates behind both doors, which know of it. */
async function aFreePlan() {
  const { product, keys } = await everybodysProduct([
    { type: 'boolean' },
    { type: 'config', value: { projects: 3 } },
    { type: 'metered', amount: 100, reset: MONTHLY },
  ])
  const [flag = '', value = '', meter = ''] = keys
  const of = await anIsolate({ CHECK_LOG_SAMPLE: '0' })
  const rpc: Methods = await anEntrypoint({ CHECK_LOG_SAMPLE: '0' })
  const get = async (path: string) => (await ask('GET', path, { of })).json
  return { product, keys, flag, value, meter, of, rpc, get, userId: aUser() }
}

describe('a user of whom nothing is recorded', () => {
  it('has what everybody has, in single checks and in many, through both doors', async () => {
    const { flag, value, meter, of, rpc, get, userId } = await aFreePlan()
    const told = {
      [flag]: { allowed: true, reason: 'granted' },
      [value]: { allowed: true, value: { projects: 3 } },
      [meter]: { allowed: true, balance: { granted: 100, used: 0, reserved: 0, remaining: 100 } },
      'unheard-of': { allowed: false, reason: 'unknown_feature' },
    }
    const checks = Object.keys(told).map((feature) => ({ userId, feature }))
    const { json } = await ask('POST', '/v4/checks', { of, body: { checks } })
    const { results } = await rpc.checkMany({ checks })
    for (const [index, [feature, expected]] of Object.entries(told).entries()) {
      const alone = await get(`/v4/users/${userId}/access/${feature}`)
      expect(alone).toMatchObject({ ...expected, version: 0, catalogVersion: json.results[0].catalogVersion })
      expect(json.results[index]).toMatchObject(expected)
      expect(results[index]).toMatchObject(expected)
      expect(await rpc.check({ userId, feature })).toMatchObject(expected)
    }
  })

  it('sees it in the list, and every feature of the catalog with all=true, each with its type', async () => {
    const { flag, value, meter, rpc, get, userId } = await aFreePlan()
    const other = await everybodysProduct([{ type: 'boolean' }], 0)
    const withTypes = async (list: Promise<unknown>) => {
      const { features } = (await list) as { features: { feature: string; type: string; reason: string }[] }
      return Object.fromEntries(features.map(({ feature, type, reason }) => [feature, [type, reason]]))
    }
    const known = {
      [flag]: ['boolean', 'granted'],
      [value]: ['config', 'granted'],
      [meter]: ['metered', 'granted'],
    }
    const path = `/v4/users/${userId}/access?minCatalogVersion=${(await newest(rpc)).catalogVersion}`
    const own = await withTypes(get(path))
    expect(own).toMatchObject(known)
    expect(Object.keys(own)).not.toContain(other.keys[0])
    const all = await withTypes(get(`/v4/users/${userId}/access?all=true&maxAge=0`))
    expect(all).toMatchObject(known)
    expect(await withTypes(rpc.access({ userId, all: true }))).toMatchObject(known)
    expect(await withTypes(rpc.access({ userId }))).toEqual(own)
  })

  it('sees lots of it among the balances, and by which product', async () => {
    const { product, meter, rpc, get, userId } = await aFreePlan()
    const expected = {
      feature: meter,
      granted: 100,
      remaining: 100,
      lots: [{ remaining: 100, endsAt: null, source: { provider: 'everyone', product } }],
    }
    const list = await get(`/v4/users/${userId}/balances?feature=${meter}`)
    expect(list.balances).toMatchObject([expected])
    expect((await rpc.balances({ userId, feature: meter })).balances).toMatchObject([expected])
  })

  it('is not told of it beyond its share', async () => {
    const { keys } = await everybodysProduct([{ type: 'boolean' }, { type: 'metered', amount: 5 }], 0)
    const of = await anIsolate({ CHECK_LOG_SAMPLE: '0' })
    const userId = aUser()
    for (const feature of keys) {
      const { json } = await ask('GET', `/v4/users/${userId}/access/${feature}`, { of })
      expect(json).toMatchObject({ allowed: false, reason: 'no_entitlement' })
    }
    const listed = await ask('GET', `/v4/users/${userId}/access`, { of })
    expect(listed.json.features.map(({ feature }: { feature: string }) => feature)).not.toContain(keys[0])
  })
})

describe('a check that rests on what everybody has', () => {
  it('names the products of that, and no source where all of it is the user’s own', () => {
    const access = { allowed: true, reason: 'granted', entitlements: ['ent_1'], nextChangeAt: null } as const
    expect(accessToWire('export', { ...access, everyone: ['free', 'beta'] }).sources).toEqual([
      { provider: 'everyone', product: 'free' },
      { provider: 'everyone', product: 'beta' },
    ])
    expect(accessToWire('export', access)).not.toHaveProperty('sources')
  })
})

async function newest(rpc: Methods) {
  return rpc.check({ userId: aUser(), feature: 'unheard-of' })
}

describe('the entitlements of a user', () => {
  it('hold what everybody has, in the order of their ids, within the limit of each page', async () => {
    const { product, of, userId } = await aFreePlan()
    const path = `/v4/users/${userId}/entitlements`
    const { json: all } = await ask('GET', `${path}?product=${product}`, { of })
    expect(all.items).toHaveLength(3)
    expect(all.items).toMatchObject(
      all.items.map(() => ({
        userId,
        state: 'active',
        source: { provider: 'everyone', ref: product, product },
        startsAt: null,
        version: 0,
        createdAt: '1970-01-01T00:00:00.000Z',
      })),
    )
    for (const one of all.items.slice(0, 2)) await grant(userId, { feature: one.feature, ...termsOf(one) })
    const whole = (await ask('GET', path, { of })).json.items.map(({ id }: { id: string }) => id)
    expect(whole).toEqual(whole.toSorted())
    expect(whole.length).toBeGreaterThanOrEqual(5)
    const paged = (await pages(`${path}?limit=1`)).flatMap(({ json }) => json.items)
    expect(paged.map(({ id }) => id)).toEqual(whole)
  })

  it('are filtered by feature, state, provider and product as any', async () => {
    const { product, flag, of, userId } = await aFreePlan()
    const count = async (query: string) =>
      (await ask('GET', `/v4/users/${userId}/entitlements?${query}`, { of })).json.items.length
    expect(await count(`feature=${flag}`)).toBe(1)
    expect(await count(`product=${product}&provider=everyone`)).toBe(3)
    expect(await count(`product=${product}&state=active`)).toBe(3)
    expect(await count(`product=${product}&state=expired`)).toBe(0)
    expect(await count(`product=${product}&provider=api`)).toBe(0)
  })

  it('are found one by one; of a user beyond the share there is none', async () => {
    const { product, of, userId } = await aFreePlan()
    const { json } = await ask('GET', `/v4/users/${userId}/entitlements?product=${product}`, { of })
    const path = `/v4/users/${userId}/entitlements/${json.items[0].id}`
    const found = await ask('GET', path, { of })
    expect([found.json, found.headers.get('ETag')]).toEqual([json.items[0], '"0"'])
    const missing = await ask('GET', `/v4/users/${userId}/entitlements/ent_${'0'.repeat(32)}`, { of })
    expect(missing.json.code).toBe('entitlement_not_found')
  })
})

describe('an entitlement of everybody of which some was used', () => {
  it('is listed as the catalog gives it now, and no more once that gives it no more', async () => {
    const { product, meter, of, userId } = await aFreePlan()
    const used = { of, body: { feature: meter, amount: 1 }, headers: aKey() }
    expect((await ask('POST', `/v4/users/${userId}/consumptions`, used)).status).toBe(201)
    const path = `/v4/users/${userId}/entitlements`
    const [{ id }] = (await ask('GET', `${path}?feature=${meter}`, { of })).json.items
    const listed = async () => {
      await publishedCatalog()
      const anew = await anIsolate({ CHECK_LOG_SAMPLE: '0' })
      const get = async (where: string) => (await ask('GET', where, { of: anew })).json
      const lists = [await get(`${path}?feature=${meter}`), await get(`/v4/entitlements?feature=${meter}`)]
      const amounts = lists.map(({ items }) => items.map(({ amount }: { amount: number }) => amount))
      const { amount = null } = await get(`${path}/${id}`)
      return [...amounts, amount]
    }
    const gives = (amount: number) =>
      changeCatalog(
        'UPDATE products SET features = ?1 WHERE id = ?2',
        JSON.stringify([{ feature: meter, type: 'metered', amount, reset: MONTHLY }]),
        product,
      )
    await gives(150)
    expect(await listed()).toEqual([[150], [150], 150])
    await gives(50)
    expect(await listed()).toEqual([[100], [100], 100])
    await changeCatalog('UPDATE products SET archived_at = 1 WHERE id = ?1', product)
    expect(await listed()).toEqual([[], [], null])
  })
})

/** What a grant of the same feature has to say. */
function termsOf({ value, amount }: { value?: unknown; amount?: number }) {
  return { ...(value === undefined ? {} : { value }), ...(amount === undefined ? {} : { amount }) }
}
