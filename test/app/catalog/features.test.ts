import { describe, expect, it } from 'vitest'
import { aFeature, ask, pages } from '../../support/api.ts'
import { expectProblem } from '../../support/problem.ts'

function aPath(): string {
  return `/v4/features/feature-${crypto.randomUUID()}`
}

describe('a feature', () => {
  it('is created by the first PUT, and is found then', async () => {
    const path = aPath()
    expectProblem(await ask('GET', path), 404, 'feature_not_found')
    const created = await ask('PUT', path, { body: { type: 'config', name: 'Seats' } })
    expect(created).toMatchObject({
      status: 201,
      json: { key: path.slice(13), type: 'config', name: 'Seats', archivedAt: null },
    })
    const found = await ask('GET', path)
    expect(found).toMatchObject({ status: 200, json: created.json })
    expect(found.headers.get('ETag')).toBe(`"${created.json.version}"`)
    expect(created.headers.get('ETag')).toBe(`"${created.json.version}"`)
  })

  it('is renamed by another PUT, and stays as it is by the same one', async () => {
    const path = aPath()
    const created = await ask('PUT', path, { body: { type: 'boolean' } })
    const renamed = await ask('PUT', path, { body: { type: 'boolean', name: 'Export' } })
    expect(renamed).toMatchObject({ status: 200, json: { name: 'Export' } })
    expect(renamed.json.version).toBeGreaterThan(created.json.version)
    const same = await ask('PUT', path, { body: { type: 'boolean', name: 'Export' } })
    expect(same).toMatchObject({ status: 200, json: renamed.json })
  })

  it('never changes its type, because what was granted would change with it', async () => {
    const path = aPath()
    await ask('PUT', path, { body: { type: 'boolean', name: 'Export' } })
    expectProblem(await ask('PUT', path, { body: { type: 'config' } }), 409, 'feature_type_differs')
    await ask('DELETE', path)
    expectProblem(await ask('PUT', path, { body: { type: 'config' } }), 409, 'feature_type_differs')
    expect((await ask('GET', path)).json).toMatchObject({ type: 'boolean', name: 'Export' })
  })

  it('has one type even when many create it at the same moment', async () => {
    const path = aPath()
    const types = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 'boolean' : 'config'))
    const answers = await Promise.all(types.map((type) => ask('PUT', path, { body: { type } })))
    const { type: kept } = (await ask('GET', path)).json
    for (const [index, { status, json }] of answers.entries()) {
      if (types[index] === kept) expect(json.type).toBe(kept)
      else expect([status, json.code]).toEqual([409, 'feature_type_differs'])
    }
  })

  it('is archived by DELETE, once, and comes back by PUT', async () => {
    const path = aPath()
    expectProblem(await ask('DELETE', path), 404, 'feature_not_found')
    await ask('PUT', path, { body: { type: 'boolean', name: 'Export' } })
    const archived = await ask('DELETE', path)
    expect(archived).toMatchObject({ status: 200, json: { archivedAt: expect.any(String) } })
    expect((await ask('DELETE', path)).json).toEqual(archived.json)
    expect((await ask('GET', path)).json).toEqual(archived.json)
    const back = await ask('PUT', path, { body: { type: 'boolean', name: 'Export' } })
    expect(back).toMatchObject({ status: 200, json: { archivedAt: null } })
    expect(back.json.version).toBeGreaterThan(archived.json.version)
  })

  it('is listed with all others, each once and in order, archived ones too', async () => {
    const made = await Promise.all([aFeature(), aFeature('config'), aFeature()])
    await ask('DELETE', `/v4/features/${made[0]}`)
    const all = await pages('/v4/features?limit=2', () =>
      ask('PUT', '/v4/features/0', { body: { type: 'boolean' } }),
    )
    const keys: string[] = all.flatMap(({ json }) => json.items.map(({ key }: { key: string }) => key))
    expect(keys).toEqual([...new Set(keys)].toSorted())
    expect(keys).toEqual(expect.arrayContaining(made))
  })

  it('is not what the contract does not know', async () => {
    for (const body of [
      {},
      { type: 'counted' },
      { type: 'boolean', overage: 'deny' },
      { type: 'config', unit: 'credits' },
      { type: 'metered', overage: 'some' },
      { type: 'boolean', name: '' },
      { type: 'boolean', key: 'x' },
    ]) {
      expectProblem(await ask('PUT', aPath(), { body }), 400, 'malformed_request')
    }
    for (const name of ['x'.repeat(201), 'a\u0007', '\ud800', 7]) {
      expectProblem(await ask('PUT', aPath(), { body: { type: 'boolean', name } }), 400, 'malformed_request')
    }
  })
})
