import { describe, expect, it } from 'vitest'
import { aFeature, ask, pages } from '../../support/api.ts'
import { expectProblem } from '../../support/problem.ts'

function aPath(): string {
  return `/v4/products/product-${crypto.randomUUID()}`
}

function aReference() {
  return { provider: 'stripe', ref: `price_${crypto.randomUUID()}` }
}

describe('a product', () => {
  it('is created by the first PUT, with what it gives and what stands for it', async () => {
    const path = aPath()
    const [seats, flag] = [await aFeature('config'), await aFeature()]
    const body = {
      name: 'Pro, yearly',
      features: [{ feature: seats, value: { max: 5 }, priority: 2 }, { feature: flag }],
      references: [aReference()],
    }
    expectProblem(await ask('GET', path), 404, 'product_not_found')
    const created = await ask('PUT', path, { body })
    expect(created).toMatchObject({ status: 201, json: { id: path.slice(13), ...body, archivedAt: null } })
    const found = await ask('GET', path)
    expect(found).toMatchObject({ status: 200, json: created.json })
    expect(found.headers.get('ETag')).toBe(`"${created.json.version}"`)
  })

  it('is replaced whole by another PUT: what is not named is no longer part of it', async () => {
    const path = aPath()
    const reference = aReference()
    await ask('PUT', path, {
      body: { name: 'A', features: [{ feature: await aFeature() }], references: [reference] },
    })
    const replaced = await ask('PUT', path, { body: { name: 'B', features: [] } })
    expect(replaced).toMatchObject({ status: 200, json: { name: 'B', features: [], references: [] } })
    const heir = await ask('PUT', aPath(), { body: { name: 'C', features: [], references: [reference] } })
    expect(heir.status).toBe(201) // the reference is free again
  })

  it('is archived by DELETE, once, and comes back by PUT', async () => {
    const path = aPath()
    expectProblem(await ask('DELETE', path), 404, 'product_not_found')
    await ask('PUT', path, { body: { name: 'A', features: [] } })
    const archived = await ask('DELETE', path)
    expect(archived).toMatchObject({ status: 200, json: { archivedAt: expect.any(String) } })
    expect((await ask('DELETE', path)).json).toEqual(archived.json)
    expect(await ask('PUT', path, { body: { name: 'A', features: [] } })).toMatchObject({
      status: 200,
      json: { archivedAt: null },
    })
  })

  it('is listed with all others, each once and in order', async () => {
    const made = [aPath(), aPath(), aPath()]
    for (const path of made)
      await ask('PUT', path, { body: { name: 'A', features: [], references: [aReference()] } })
    const all = await pages('/v4/products?limit=2')
    const items = all.flatMap(({ json }) => json.items)
    const ids = items.map(({ id }: { id: string }) => id)
    expect(ids).toEqual([...new Set(ids)].toSorted())
    expect(ids).toEqual(expect.arrayContaining(made.map((path) => path.slice(13))))
    for (const { references } of items) expect(references.length).toBeLessThanOrEqual(1)
  })
})

describe('what a product gives', () => {
  it('are features that can be given, each with a value that it can have', async () => {
    const [flag, config, archived] = [await aFeature(), await aFeature('config'), await aFeature()]
    await ask('DELETE', `/v4/features/${archived}`)
    for (const [given, code] of [
      [{ feature: 'nowhere' }, 'feature_unknown'],
      [{ feature: archived }, 'feature_archived'],
      [{ feature: config }, 'value_missing'],
      [{ feature: flag, value: true }, 'value_not_allowed'],
    ] as const) {
      const path = aPath()
      expectProblem(await ask('PUT', path, { body: { name: 'A', features: [given] } }), 422, code)
      expectProblem(await ask('GET', path), 404, 'product_not_found')
    }
  })

  it('are named once each, and so is what stands for it', async () => {
    const feature = await aFeature()
    const reference = aReference()
    for (const [body, path] of [
      [{ features: [{ feature }, { feature, priority: 1 }] }, 'body.features'],
      [{ features: [], references: [reference, reference] }, 'body.references'],
      [{ features: [], references: [reference, { ...reference, account: '' }] }, 'body.references'],
    ] as const) {
      const answered = await ask('PUT', aPath(), { body: { name: 'A', ...body } })
      expectProblem(answered, 400, 'malformed_request')
      expect(answered.json.errors[0].path).toBe(path)
    }
  })

  it('may be many, and as many ids may stand for it', async () => {
    const features = await Promise.all(Array.from({ length: 100 }, () => aFeature()))
    const references = Array.from({ length: 100 }, aReference)
    const body = { name: 'All', features: features.map((feature) => ({ feature })), references }
    const { status, json } = await ask('PUT', aPath(), { body })
    expect([status, json.features.length, json.references.length]).toEqual([201, 100, 100])
    const tooMany = { ...body, references: [...references, aReference()] }
    expectProblem(await ask('PUT', aPath(), { body: tooMany }), 400, 'malformed_request')
  })
})

describe('what stands for a product', () => {
  it('stands for one product only, because a purchase must mean one thing', async () => {
    const [owner, other] = [aPath(), aPath()]
    const reference = aReference()
    const body = { name: 'A', features: [], references: [reference] }
    await ask('PUT', owner, { body })
    const refused = await ask('PUT', other, { body })
    expectProblem(refused, 409, 'reference_taken')
    expect(refused.json.productId).toBe(owner.slice(13))
    expect((await ask('PUT', owner, { body })).status).toBe(200)
    expect(
      (await ask('PUT', other, { body: { ...body, references: [{ ...reference, provider: 'paddle' }] } }))
        .status,
    ).toBe(201)
  })

  it('stands for one in each account of Stripe, and shows the account only where it has one', async () => {
    const [own, connected] = [aPath(), aPath()]
    const reference = aReference()
    const ofAccount = { ...reference, account: 'acct_1' }
    const body = { name: 'A', features: [], references: [{ ...reference, account: '' }] }
    expect((await ask('PUT', own, { body })).json.references).toEqual([reference])
    const sold = { ...body, references: [ofAccount, { ...ofAccount, account: 'acct_2' }] }
    expect(await ask('PUT', connected, { body: sold })).toMatchObject({ status: 201, json: sold })
    expect((await ask('GET', connected)).json.references).toEqual(sold.references)
    const refused = await ask('PUT', own, { body: { ...body, references: [reference, ofAccount] } })
    expectProblem(refused, 409, 'reference_taken')
    expect(refused.json).toMatchObject({
      productId: connected.slice(13),
      detail: `Cannot take "${reference.ref}" of acct_1 at stripe: it stands for "${connected.slice(13)}"`,
    })
    const again = await ask('PUT', connected, { body: sold })
    expect(again.json.version).toBe((await ask('GET', connected)).json.version)
  })

  it('names no account of a provider whose ids are the same in all shops', async () => {
    const reference = { provider: 'shopify', account: 'a.example', ref: '501' }
    const answered = await ask('PUT', aPath(), { body: { name: 'A', features: [], references: [reference] } })
    expectProblem(answered, 400, 'malformed_request')
    expect(answered.json.errors).toMatchObject([
      { path: 'body.references.0.account', message: expect.stringContaining('only told of stripe') },
    ])
  })

  it('goes to one of many products that claim it at the same moment', async () => {
    const body = { name: 'A', features: [], references: [aReference()] }
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask('PUT', aPath(), { body })))
    const winners = answers.filter(({ status }) => status === 201)
    expect(winners).toHaveLength(1)
    for (const { status, json } of answers) {
      if (status !== 201)
        expect([json.code, json.productId]).toEqual(['reference_taken', winners[0]?.json.id])
    }
  })
})
