import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { aFeature, ask, grant, strongCheck } from '../../support/api.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'

const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` })

async function aPath(type: 'boolean' | 'config' | 'metered' = 'boolean') {
  return `/v4/features/${await aFeature(type)}`
}

const patch = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask('PATCH', path, { body, headers })

describe('a feature', () => {
  it('is switched off and on by PATCH, and says so', async () => {
    const path = await aPath()
    const { json: on } = await ask('GET', path)
    expect(on.enabled).toBe(true)
    const off = await patch(path, { enabled: false })
    expect(off).toMatchObject({ status: 200, json: { enabled: false, archivedAt: null } })
    expect(off.headers.get('ETag')).toBe(`"${off.json.version}"`)
    expect((await ask('GET', path)).json).toEqual(off.json)
    const again = await patch(path, { enabled: true })
    expect(again.json).toEqual({ ...on, version: off.json.version + 1 })
  })

  it('stays as it is switched by PUT and by DELETE', async () => {
    const path = await aPath()
    await patch(path, { enabled: false })
    const renamed = await ask('PUT', path, { body: { type: 'boolean', name: 'Export' } })
    expect(renamed.json).toMatchObject({ enabled: false, name: 'Export' })
    expect((await ask('DELETE', path)).json.enabled).toBe(false)
    expect((await ask('PUT', path, { body: { type: 'boolean' } })).json).toMatchObject({
      enabled: false,
      archivedAt: null,
    })
  })

  it('is nobody’s while it is switched off, and everybody’s who had it when it is on again', async () => {
    const [userId, feature] = [aUser(), await aFeature()]
    await grant(userId, { feature })
    await patch(`/v4/features/${feature}`, { enabled: false })
    expect((await grant(userId, { feature, sourceRef: 'meanwhile' })).status).toBe(201)
    await patch(`/v4/features/${feature}`, { enabled: true })
    expect((await strongCheck(userId, feature)).allowed).toBe(true)
  })

  it('keeps what a PATCH leaves out', async () => {
    const path = await aPath('metered')
    const renamed = await patch(path, { name: 'Renders', unit: 'renders' })
    expect(renamed.json).toMatchObject({ name: 'Renders', unit: 'renders', overage: 'deny', enabled: true })
    expect((await patch(path, { name: null })).json).toMatchObject({ name: null, unit: 'renders' })
    expect((await patch(path, { unit: null, enabled: false })).json).toMatchObject({
      unit: null,
      enabled: false,
    })
  })

  it('is changed by PATCH only from the version that it rests on', async () => {
    const path = await aPath()
    const { version } = (await ask('GET', path)).json
    const answers = await Promise.all(
      [{ enabled: false }, { name: 'A' }, { name: 'B' }].map((body) => patch(path, body, ifMatch(version))),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412])
    expectProblem(await patch(path, { name: 'C' }, ifMatch(version)), 412, 'precondition_failed')
    expect((await patch(path, { name: 'C' }, { 'If-Match': '*' })).status).toBe(200)
  })

  it('that is not there is not found', async () => {
    const path = `/v4/features/feature-${crypto.randomUUID()}`
    expectProblem(await patch(path, { enabled: false }), 404, 'feature_not_found')
    expectProblem(await patch(path, { unit: 'x' }), 404, 'feature_not_found')
    expectProblem(await patch(path, { enabled: false }, { 'If-Match': '*' }), 412, 'precondition_failed')
  })

  it('takes no PATCH of what never changes, nor one of nothing', async () => {
    const path = await aPath('config')
    for (const [body, at] of [
      [{}, 'body'],
      [{ enabled: 'no' }, 'body.enabled'],
      [{ enabled: null }, 'body.enabled'],
      [{ type: 'config' }, 'body'],
      [{ combine: 'max' }, 'body'],
      [{ name: '' }, 'body.name'],
      [{ unit: 'seats' }, 'body.unit'],
    ] as const) {
      const answered = await patch(path, body)
      expectProblem(answered, 400, 'malformed_request')
      expect(answered.json.errors[0].path).toBe(at)
    }
  })
})

describe('combine', () => {
  it('is of a config feature, from its creation on', async () => {
    const path = `/v4/features/feature-${crypto.randomUUID()}`
    const created = await ask('PUT', path, { body: { type: 'config', combine: 'max' } })
    expect(created).toMatchObject({ status: 201, json: { combine: 'max' } })
    expect((await ask('GET', path)).json).toEqual(created.json)
    for (const body of [{ type: 'config' }, { type: 'config', combine: 'sum' }]) {
      const refused = await ask('PUT', path, { body })
      expectProblem(refused, 409, 'feature_type_differs')
      expect(refused.json.detail).toBe('It is of type config and combine max')
    }
    expect((await ask('PUT', path, { body: { type: 'config', combine: 'max', name: 'N' } })).status).toBe(200)
  })

  it('is latest when nothing else is said, and of no other type', async () => {
    const [config, flag] = [await aPath('config'), await aPath()]
    expect((await ask('GET', config)).json.combine).toBe('latest')
    expect((await ask('GET', flag)).json).not.toHaveProperty('combine')
    expect((await ask('PUT', config, { body: { type: 'config', combine: 'latest' } })).status).toBe(200)
    for (const body of [
      { type: 'boolean', combine: 'latest' },
      { type: 'metered', combine: 'sum' },
      { type: 'config', combine: 'first' },
      { type: 'config', combine: null },
    ]) {
      expectProblem(await ask('PUT', flag, { body }), 400, 'malformed_request')
    }
  })

  it('is kept with what a product gives, and not shown there', async () => {
    const key = `feature-${crypto.randomUUID()}`
    await ask('PUT', `/v4/features/${key}`, { body: { type: 'config', combine: 'sum' } })
    const features = [{ feature: key, value: 3 }]
    const path = `/v4/products/product-${crypto.randomUUID()}`
    const put = await ask('PUT', path, { body: { name: 'Seats', features } })
    expect(put.json.features).toEqual(features)
    expect((await ask('PUT', path, { body: { name: 'Seats', features } })).json.version).toBe(
      put.json.version,
    )
    const row = await env.DB.prepare('SELECT features FROM products WHERE id = ?')
      .bind(path.slice(13))
      .first()
    expect(JSON.parse(String(row?.['features']))).toEqual([
      { feature: key, type: 'config', combine: 'sum', value: 3 },
    ])
  })
})
