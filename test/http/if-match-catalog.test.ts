import { describe, expect, it } from 'vitest'
import type { Operation } from '../../src/contract/operations/operation.ts'
import { OPERATIONS } from '../../src/contract/operations/operations.ts'
import { aFeature, aKey, ask } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aUser } from '../support/user.ts'

const ifMatch = (tag: string) => ({ 'If-Match': tag })

async function aProduct() {
  const [one, other] = [await aFeature(), await aFeature()]
  const path = `/v4/products/product-${crypto.randomUUID()}`
  const put = (features: readonly string[], headers = {}, name = 'A') =>
    ask('PUT', path, { body: { name, features: features.map((feature) => ({ feature })) }, headers })
  const { headers } = await put([one])
  return { path, put, one, other, etag: headers.get('ETag') ?? '' }
}

async function aNamedFeature() {
  const path = `/v4/features/${await aFeature()}`
  const put = (name: string, headers = {}) => ask('PUT', path, { body: { type: 'boolean', name }, headers })
  return { path, put, etag: (await ask('GET', path)).headers.get('ETag') ?? '' }
}

describe('If-Match of a product', () => {
  it('lets one of two changes through that were made from one reading, and tells the other the version of now', async () => {
    const { path, put, one, other, etag } = await aProduct()
    const first = await put([one, other], ifMatch(etag))
    expect(first.status).toBe(200)
    const second = await put([one], ifMatch(etag), 'A renamed')
    expectProblem(second, 412, 'precondition_failed')
    expect([second.headers.get('ETag'), second.json.version]).toEqual([
      first.headers.get('ETag'),
      first.json.version,
    ])
    expect((await ask('GET', path)).json).toMatchObject({
      name: 'A',
      features: [{ feature: one }, { feature: other }],
    })
    const weak = await put([one], ifMatch(`W/${first.headers.get('ETag')}`), 'A renamed')
    expect(weak.status).toBe(200)
  })

  it('has one winner of many at once', async () => {
    const { path, put, one, etag } = await aProduct()
    const all = await Promise.all(['B', 'C', 'D', 'E'].map((name) => put([one], ifMatch(etag), name)))
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412])
    const won = all.find(({ status }) => status === 200)
    expect((await ask('GET', path)).json.version).toBe(won?.json.version)
  })

  it('stops archiving as well, and says nothing of another product', async () => {
    const { path, put, one, etag } = await aProduct()
    await aProduct()
    expect((await put([one], ifMatch(etag), 'B')).status).toBe(200)
    expectProblem(await ask('DELETE', path, { headers: ifMatch(etag) }), 412, 'precondition_failed')
    const now = (await ask('GET', path)).headers.get('ETag') ?? ''
    expect((await ask('DELETE', path, { headers: ifMatch(now) })).json.archivedAt).not.toBeNull()
    expectProblem(await ask('DELETE', path, { headers: ifMatch(now) }), 412, 'precondition_failed')
  })
})

describe('If-Match of a feature', () => {
  it('lets one of two changes through that were made from one reading', async () => {
    const { path, put, etag } = await aNamedFeature()
    const first = await put('one', ifMatch(etag))
    expect(first.status).toBe(200)
    const second = await put('two', ifMatch(etag))
    expectProblem(second, 412, 'precondition_failed')
    expect([second.headers.get('ETag'), second.json.version]).toEqual([
      first.headers.get('ETag'),
      first.json.version,
    ])
    expectProblem(await ask('DELETE', path, { headers: ifMatch(etag) }), 412, 'precondition_failed')
    expect((await ask('GET', path)).json).toMatchObject({ name: 'one', archivedAt: null })
    expect((await ask('DELETE', path, { headers: ifMatch(`W/"${first.json.version}"`) })).status).toBe(200)
  })

  it('has one winner of many at once', async () => {
    const { put, path, etag } = await aNamedFeature()
    const all = await Promise.all([
      ...['B', 'C', 'D'].map((name) => put(name, ifMatch(etag))),
      ask('DELETE', path, { headers: ifMatch(etag) }),
    ])
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412])
  })
})

describe.each([
  [
    'product',
    aProduct,
    (path: string, headers: object) => ({ path, headers, body: { name: 'A', features: [] } }),
  ],
  [
    'feature',
    aNamedFeature,
    (path: string, headers: object) => ({ path, headers, body: { type: 'boolean' } }),
  ],
] as const)('of a %s', (_what, make, asking) => {
  it('"0" makes what is not there, and * changes what is there', async () => {
    const { path } = await make()
    const absent = `${path}-absent`
    const put = (at: string, tag: string) => ask('PUT', at, { ...asking(at, {}), headers: ifMatch(tag) })
    expectProblem(await put(absent, '*'), 412, 'precondition_failed')
    expectProblem(await put(absent, '"1"'), 412, 'precondition_failed')
    expect((await put(absent, '"0"')).status).toBe(201)
    expectProblem(await put(absent, '"0"'), 412, 'precondition_failed')
    expect((await put(absent, '*')).status).toBe(200)
    expect((await ask('DELETE', absent, { headers: ifMatch('*') })).status).toBe(200)
  })

  it('a version that is still to come is none', async () => {
    const { path } = await make()
    const { json } = await ask('GET', path)
    for (const beyond of [json.version + 1, 9_007_199_254_740_991]) {
      const answered = await ask('PUT', path, { ...asking(path, {}), headers: ifMatch(`"${beyond}"`) })
      expectProblem(answered, 412, 'precondition_failed')
      expect(answered.json.version).toBe(json.version)
    }
  })

  it('anything else is refused', async () => {
    const { path } = await make()
    for (const tag of ['"1", "2"', '1', '""', '"01"', 'w/"1"', 'W/1', '"x"', '*, "1"']) {
      const answered = await ask('PUT', path, { ...asking(path, {}), headers: ifMatch(tag) })
      expectProblem(answered, 400, 'malformed_request')
      expect(answered.json.errors[0]).toMatchObject({ path: 'header.if-match' })
    }
  })
})

describe('a change that rests on no version', () => {
  const changes = Object.entries<Operation>(OPERATIONS).filter(
    ([, { method, headers }]) => method !== 'get' && !('if-match' in (headers?.shape ?? {})),
  )

  it('is of purchases, the inbox, usage and checks', () => {
    expect(changes.map(([id]) => id).toSorted()).toEqual([
      'checkMany',
      'commitReservation',
      'consume',
      'consumeAny',
      'deletePurchaseUser',
      'evaluateFlag',
      'evaluateFlags',
      'issuePassport',
      'putPurchase',
      'releaseHolder',
      'releaseReservation',
      'renewReservation',
      'replayInboxEvent',
      'reserve',
      'reverseConsumption',
    ])
  })

  it.each(changes)('refuses one instead of going past it: %s', async (_id, { method, path, body }) => {
    const at = path
      .replace('{userId}', aUser())
      .replace('{consumptionId}', 'con_1')
      .replace('{reservationId}', 'res_1')
      .replace('{provider}', 'stripe')
      .replaceAll(/\{(customerId|id)\}/g, 'x')
    const sent = { headers: { ...aKey(), ...ifMatch('"0"') }, ...(body === undefined ? {} : { body: {} }) }
    const answered = await ask(method.toUpperCase(), at, sent)
    expect([answered.status, answered.json.code]).toEqual([400, 'malformed_request'])
    expect(answered.json.errors).toEqual([
      { path: 'header.if-match', message: expect.stringContaining('is not taken here') },
    ])
  })
})

it('If-None-Match says of no change whether it is made', async () => {
  const { path, put } = await aNamedFeature()
  for (const tag of ['*', '"1"']) {
    const answered = await put('other', { 'If-None-Match': tag })
    expectProblem(answered, 400, 'malformed_request')
    expect(answered.json.errors[0]).toMatchObject({ path: 'header.if-none-match' })
  }
  expect((await ask('GET', path)).json.name).toBeNull()
})
