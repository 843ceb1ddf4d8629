import { beforeAll, describe, expect, it, vi } from 'vitest'
import { aFeature, ask, pages } from '../../support/api.ts'
import { expectProblem } from '../../support/problem.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'

beforeAll(() => vi.spyOn(console, 'info').mockImplementation(() => undefined))

interface Change {
  readonly version: number
  readonly kind: string
  readonly key: string
  readonly at: string
  readonly actor: string
  readonly reason: string | null
  readonly what: Readonly<Record<string, unknown>>
}

/** All changes since a version. */
async function changesSince(version: number): Promise<readonly Change[]> {
  const all = await pages('/v4/catalog/changes?limit=100')
  return all.flatMap(({ json }) => json.items).filter((change: Change) => change.version > version)
}

async function newest(): Promise<Change> {
  return (await ask('GET', '/v4/catalog/changes?order=newest&limit=1')).json.items[0]
}

describe('a change of the catalog', () => {
  it('is in the log, with who asked for it, why, and what the feature is since then', async () => {
    const path = `/v4/features/feature-${crypto.randomUUID()}`
    const token = await aToken({ sub: 'ops-7', scope: 'catalog:write' })
    const { json } = await ask('PUT', `${path}?reason=Autumn%20prices`, { body: { type: 'boolean' }, token })
    expect(await newest()).toEqual({
      version: json.version,
      kind: 'feature',
      key: path.slice(13),
      at: expect.stringMatching(/Z$/),
      actor: 'ops-7',
      reason: 'Autumn prices',
      what: json,
    })
  })

  it('is there for each way of changing one, in their order', async () => {
    const [feature, other] = [await aFeature(), await aFeature('config')]
    const { version } = await newest()
    const product = `/v4/products/product-${crypto.randomUUID()}`
    const references = [
      { provider: 'stripe', ref: `price_${crypto.randomUUID()}` },
      { provider: 'paddle', ref: `pri_${crypto.randomUUID()}` },
      { provider: 'stripe', account: 'acct_1', ref: `price_${crypto.randomUUID()}` },
    ]
    const features = [{ feature }, { feature: other, value: { a: 1 }, priority: 2 }]
    const duration = { every: 'day', count: 3 }
    const answers = [
      await ask('PATCH', `/v4/features/${feature}?reason=1`, { body: { enabled: false } }),
      await ask('PUT', `/v4/features/${feature}?reason=2`, { body: { type: 'boolean', name: 'N' } }),
      await ask('PUT', `${product}?reason=3`, { body: { name: 'P', features, references, duration } }),
      await ask('PUT', `${product}?reason=4`, { body: { name: 'P', features: [], everyone: true } }),
      await ask('DELETE', `${product}?reason=5&confirm=true`),
      await ask('DELETE', `/v4/features/${feature}?reason=6`),
    ]
    const changes = await changesSince(version)
    expect(changes.map(({ reason }) => reason)).toEqual(['1', '2', '3', '4', '5', '6'])
    const answered = answers.map(({ json: { settling: _settling, ...what } }) => what)
    expect(changes.map(({ what }) => what)).toEqual(answered)
    for (const { version: since, what } of changes) expect(what['version']).toBe(since)
  })

  it('that changes nothing raises no version, and is not logged', async () => {
    const feature = `/v4/features/${await aFeature()}`
    const product = `/v4/products/product-${crypto.randomUUID()}`
    const body = { name: 'P', features: [], everyone: { percent: 20 } }
    await ask('PUT', product, { body })
    const before = await newest()
    for (const [method, path, sent] of [
      ['PUT', feature, { type: 'boolean' }],
      ['PATCH', feature, { enabled: true }],
      ['PATCH', feature, { name: null }],
      ['PUT', product, body],
    ] as const) {
      expect((await ask(method, `${path}?reason=again`, { body: sent })).status).toBe(200)
    }
    expect(await newest()).toEqual(before)
    await ask('DELETE', feature)
    await ask('DELETE', `${product}?confirm=true`)
    const archived = await newest()
    await ask('DELETE', feature)
    await ask('DELETE', product)
    expect(await newest()).toEqual(archived)
  })

  it('that is refused is not logged', async () => {
    const feature = await aFeature()
    const before = await newest()
    expectProblem(
      await ask('PUT', `/v4/features/${feature}`, { body: { type: 'config' } }),
      409,
      'feature_type_differs',
    )
    const stale = { headers: { 'If-Match': '"1"' } }
    expectProblem(
      await ask('PATCH', `/v4/features/${feature}`, { body: { enabled: false }, ...stale }),
      412,
      'precondition_failed',
    )
    expect(await newest()).toEqual(before)
  })

  it('takes a reason as a revoke does', async () => {
    const path = `/v4/features/${await aFeature()}`
    for (const reason of ['', 'x'.repeat(501), 'a%07']) {
      const answered = await ask('DELETE', `${path}?reason=${reason}`)
      expectProblem(answered, 400, 'malformed_request')
      expect(answered.json.errors[0].path).toBe('query.reason')
    }
    expect((await ask('DELETE', `${path}?reason=${'x'.repeat(500)}`)).status).toBe(200)
  })
})

describe('the log of the catalog', () => {
  it('is read page by page, oldest first, or newest first where that is asked for', async () => {
    for (let index = 0; index < 3; index += 1) await aFeature()
    const read = async (query: string) =>
      (await pages(`/v4/catalog/changes?limit=2${query}`, aFeature)).flatMap(({ json }) => json.items)
    const newestFirst: Change[] = await read('&order=newest')
    const oldestFirst: Change[] = await read('')
    const versions = oldestFirst.map(({ version }) => version)
    expect(versions).toEqual(versions.map((_, index) => index + 1))
    expect(newestFirst).toEqual(oldestFirst.slice(0, newestFirst.length).toReversed())
    const { json } = await ask('GET', '/v4/catalog/changes?limit=1')
    const other = await ask('GET', `/v4/catalog/changes?limit=1&order=newest&cursor=${json.nextCursor}`)
    expectProblem(other, 400, 'malformed_request')
  })

  it('is told to whoever reads the catalog, and to no user', async () => {
    const get = async (scope: string) =>
      (await ask('GET', '/v4/catalog/changes', { token: await aToken({ sub: aUser(), scope }) })).status
    expect([await get('catalog:read'), await get('catalog:write'), await get('')]).toEqual([200, 403, 403])
  })
})
