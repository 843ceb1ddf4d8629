import { beforeAll, describe, expect, it, vi } from 'vitest'
import { aFeature, ask } from '../../support/api.ts'
import { withSources } from '../../support/checkout-rows.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'

// The job of a changed product fails at sources that were made up, long after the tests that made them have ended.
beforeAll(() => {
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation(() => undefined)
  }
})

/** A product of a config feature and a metered one. */
async function aProduct(says: object = {}) {
  const id = `product-${crypto.randomUUID()}`
  const path = `/v4/products/${id}`
  const features = [
    { feature: await aFeature('config'), value: 5 },
    { feature: await aFeature('metered'), amount: 100, reset: { every: 'month', rolloverMax: 0 } },
  ] as const
  const body = { name: 'Free', features, ...says }
  const put = (changes: object = {}, query = '') =>
    ask('PUT', `${path}${query}`, { body: { ...body, ...changes } })
  return { id, path, features, body, put }
}

describe('a product for everyone', () => {
  it('is answered as it was sent', async () => {
    const { id, path, put } = await aProduct()
    for (const [sent, answered] of [
      [true, true],
      [{ percent: 100 }, true],
      [{ percent: 100, seed: id }, true],
      [
        { percent: 100, seed: 'all' },
        { percent: 100, seed: 'all' },
      ],
      [{ percent: 12.34 }, { percent: 12.34 }],
      [{ percent: 0 }, { percent: 0 }],
      [
        { percent: 0.07, seed: 'x'.repeat(100) },
        { percent: 0.07, seed: 'x'.repeat(100) },
      ],
    ] as const) {
      const given = await put({ everyone: sent }, '?confirm=true')
      expect(given.json.everyone).toEqual(answered)
      expect((await ask('GET', path)).json).toEqual(given.json)
      expect((await put({ everyone: answered })).json.version).toBe(given.json.version)
    }
    expect((await put({}, '?confirm=true')).json).not.toHaveProperty('everyone')
    expect((await ask('GET', path)).json).not.toHaveProperty('everyone')
  })

  it('is not what the contract does not know, and says where', async () => {
    const { put } = await aProduct()
    for (const [everyone, at, says] of [
      [{ percent: 101 }, 'everyone.percent', 'must be at most 100'],
      [{ percent: -1 }, 'everyone.percent', 'must be at least 0'],
      [{ percent: 0.001 }, 'everyone.percent', 'has more than two decimals'],
      [{ percent: 10, seed: '' }, 'everyone.seed', 'must not be empty'],
      [{ percent: 10, seed: 'x'.repeat(101) }, 'everyone.seed', 'must have at most 100 characters'],
      [{ percent: '10' }, 'everyone.percent', 'must be a number, not a text'],
      [{ seed: 'a' }, 'everyone.percent', 'is missing'],
      [{ percent: 10, of: 'us' }, 'everyone', 'Unrecognized key: "of"; known are "percent", "seed"'],
      [false, 'everyone', 'is neither true nor a share such as { "percent": 10 }'],
      [null, 'everyone', 'is neither true nor a share such as { "percent": 10 }'],
    ] as const) {
      const answered = await put({ everyone })
      expectProblem(answered, 400, 'malformed_request')
      expect(answered.json.errors).toEqual([{ path: `body.${at}`, message: says }])
    }
  })

  it('lasts as long as it is one, and is for nobody’s quantity', async () => {
    const { put, features } = await aProduct({ everyone: true })
    const message = 'is of what is bought, and so goes with no everyone'
    for (const [changes, path] of [
      [{ duration: { every: 'day', count: 3 } }, 'body.duration'],
      [{ features: [features[0], { ...features[1], perQuantity: true }] }, 'body.features.1.perQuantity'],
    ] as const) {
      const answered = await put(changes)
      expectProblem(answered, 400, 'malformed_request')
      expect(answered.json.errors).toEqual([{ path, message }])
    }
    expect((await put({ features: [{ ...features[0], perQuantity: false }] })).status).toBe(201)
  })

  it('may be sold as well', async () => {
    const references = [{ provider: 'stripe', ref: `price_${crypto.randomUUID()}` }]
    const { put } = await aProduct({ everyone: true, references })
    expect(await put()).toMatchObject({ status: 201, json: { everyone: true, references } })
  })
})

describe('a change that takes from everybody', () => {
  it('is refused, changes nothing, and is made when it is confirmed', async () => {
    const half = { everyone: { percent: 50, seed: 'a' } }
    const { path, put, features } = await aProduct(half)
    const [seats, renders] = features
    const { json: before } = await put()
    for (const changes of [
      { everyone: undefined },
      { everyone: { percent: 49.99, seed: 'a' } },
      { everyone: { percent: 60, seed: 'b' } },
      { everyone: { percent: 60 } },
      { features: [seats] },
      { features: [{ ...seats, value: 4 }, renders] },
      { features: [seats, { ...renders, amount: 99 }] },
      { features: [seats, { ...renders, reset: undefined }] },
    ]) {
      for (const query of ['', '?confirm=false']) {
        const refused = await put(changes, query)
        expectProblem(refused, 409, 'would_revoke')
        expect(refused.json).toMatchObject({ sources: 0, everyone: true })
        expect(refused.json.detail).toBe('Cannot take that away from everybody, unless confirm is true')
      }
      expect((await ask('GET', path)).json).toEqual(before)
      expect((await put(changes, '?confirm=true')).status).toBe(200)
      await put({ ...before, id: undefined }, '?confirm=true')
      const { json } = await put({}, '?confirm=true')
      expect(json).toEqual({ ...before, version: json.version })
      Object.assign(before, json)
    }
  })

  it('is an item of a list that becomes one with others, and none of a list that does not', async () => {
    const united = `regions-${crypto.randomUUID()}`
    await ask('PUT', `/v4/features/${united}`, { body: { type: 'config', combine: 'union' } })
    const [list, value] = [
      ['eu', 'us', null],
      ['us', null, 'eu', 'as'],
    ]
    for (const [feature, isLess] of [
      [united, true],
      [await aFeature('config'), false],
    ] as const) {
      const { put } = await aProduct({ everyone: true, features: [{ feature, value: list }] })
      expect((await put()).status).toBe(201)
      expect((await put({ features: [{ feature, value }] })).status).toBe(200)
      const shorter = await put({ features: [{ feature, value: ['us', 'eu'] }] })
      expect(shorter.json.code).toBe(isLess ? 'would_revoke' : undefined)
    }
  })

  it('needs no confirmation where everybody keeps what they have', async () => {
    const { put, features } = await aProduct({ everyone: { percent: 10 } })
    await put()
    const [seats, renders] = features
    const more = [{ ...seats, value: 6 }, renders, { feature: await aFeature() }]
    for (const changes of [
      { everyone: { percent: 20 } },
      { everyone: { percent: 20 }, features: more },
      { everyone: { percent: 100, seed: 'other' }, features: more },
      { everyone: true, features: more, name: 'Gratis' },
    ]) {
      expect((await put(changes)).status).toBe(200)
    }
  })

  it('is none while nobody has it: at 0 percent, or from the archive', async () => {
    const nobodys = await aProduct({ everyone: { percent: 0 } })
    await nobodys.put()
    expect((await nobodys.put({ everyone: { percent: 1, seed: 'b' }, features: [] })).status).toBe(200)
    const archived = await aProduct({ everyone: true })
    await archived.put()
    await ask('DELETE', `${archived.path}?confirm=true`)
    expect((await archived.put({ everyone: { percent: 1 }, features: [] })).status).toBe(200)
  })

  it('is archiving it, once', async () => {
    const { path, put } = await aProduct({ everyone: { percent: 1 } })
    const { json: before } = await put()
    const refused = await ask('DELETE', path)
    expectProblem(refused, 409, 'would_revoke')
    expect(refused.json).toMatchObject({ sources: 0, everyone: true })
    expect((await ask('GET', path)).json).toEqual(before)
    const archived = await ask('DELETE', `${path}?confirm=true`)
    expect(archived).toMatchObject({
      status: 200,
      json: { everyone: { percent: 1 }, archivedAt: expect.any(String) },
    })
    expect((await ask('DELETE', path)).json).toEqual(archived.json)
  })

  it('is told beside the purchases that lose as well, and not where they alone do', async () => {
    const reference = { provider: 'stripe', ref: `price_${crypto.randomUUID()}` }
    const { put } = await aProduct({ everyone: true, references: [reference] })
    await put()
    await withSources(reference, [aUser(), aUser()])
    const both = await put({ features: [] })
    expect(both.json).toMatchObject({ sources: 2, everyone: true })
    expect(both.json.detail).toBe(
      'Cannot take that away from 2 purchases and plans and from everybody, unless confirm is true',
    )
    const bought = await put({ references: [] })
    expectProblem(bought, 409, 'would_revoke')
    expect(bought.json).not.toHaveProperty('everyone')
    expect(bought.json.detail).toBe(
      'Cannot take that away from 2 purchases and plans, unless confirm is true',
    )
  })

  it('is told of one purchase in words for one', async () => {
    const reference = { provider: 'stripe', ref: `price_${crypto.randomUUID()}` }
    const { put } = await aProduct({ references: [reference] })
    await put()
    await withSources(reference, [aUser()])
    const refused = await put({ features: [] })
    expect(refused.json.detail).toBe('Cannot take that away from 1 purchase or plan, unless confirm is true')
  })
})
