import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { aFeature, ask } from '../../support/api.ts'
import { settleSources, withEvent, withSources } from '../../support/checkout-rows.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'

// The job of a changed product fails at sources that were made up, long after the tests that made them have ended.
beforeAll(() => {
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation(() => undefined)
  }
})

// Else each following job would try the sources of all the tests before, and each try takes its time.
afterEach(async () => {
  await env.DB.exec('DELETE FROM changed_references')
})

function aPath(): string {
  return `/v4/products/product-${crypto.randomUUID()}`
}

function aReference() {
  return { provider: 'stripe', ref: `price_${crypto.randomUUID()}` }
}

/** A product of two features under two references, each bought by as many users. */
async function aSoldProduct(buyers = 2) {
  const path = `/v4/products/product-${crypto.randomUUID()}`
  const [first, second] = [aReference(), aReference()]
  const features = [
    { feature: await aFeature() },
    { feature: await aFeature('config'), value: 5, priority: 1 },
  ]
  const body = { name: 'Pro', features, references: [first, second] }
  const { json } = await ask('PUT', path, { body })
  for (const reference of [first, second]) {
    await withSources(reference, Array.from({ length: buyers }, aUser), json.version)
  }
  return { path, body, first, second }
}

async function changedReferences({ ref }: { ref: string }) {
  const { results } = await env.DB.prepare('SELECT catalog_version FROM changed_references WHERE ref = ?')
    .bind(ref)
    .all()
  return results.map(({ catalog_version }) => catalog_version)
}

describe('a change that takes something away from what was bought', () => {
  it('is refused with the number of purchases, and changes nothing', async () => {
    const { path, body } = await aSoldProduct()
    const refused = await ask('PUT', path, { body: { ...body, features: body.features.slice(1) } })
    expectProblem(refused, 409, 'would_revoke')
    expect(refused.json.sources).toBe(4)
    expect((await ask('GET', path)).json.features).toHaveLength(2)
  })

  it('counts for a reference only those who bought by it', async () => {
    const { path, body, second } = await aSoldProduct(3)
    const refused = await ask('PUT', path, { body: { ...body, references: [second] } })
    expectProblem(refused, 409, 'would_revoke')
    expect(refused.json.sources).toBe(3)
  })

  it('is also a smaller number, as of seats', async () => {
    const { path, body } = await aSoldProduct()
    const [flag, seats] = body.features
    const fewer = { ...body, features: [flag, { ...seats, value: 4 }] }
    expectProblem(await ask('PUT', path, { body: fewer }), 409, 'would_revoke')
  })

  it('is made when it is confirmed, and only by that word', async () => {
    const { path, body } = await aSoldProduct()
    const less = { ...body, features: [], references: [] }
    expectProblem(await ask('PUT', `${path}?confirm=false`, { body: less }), 409, 'would_revoke')
    expectProblem(await ask('PUT', `${path}?confirm=yes`, { body: less }), 400, 'malformed_request')
    expect((await ask('PUT', `${path}?confirm=true`, { body: less })).json).toMatchObject(less)
  })

  it('needs nobody’s word while nobody has bought', async () => {
    const { path, body } = await aSoldProduct(0)
    expect((await ask('PUT', path, { body: { ...body, features: [] } })).status).toBe(200)
  })
})

describe('a change that takes nothing away', () => {
  it('needs no confirmation: a greater value, more features, more references, another name', async () => {
    const { path, body } = await aSoldProduct()
    const [flag, seats] = body.features
    const features = [flag, { ...seats, value: 6 }, { feature: await aFeature() }]
    const more = { name: 'Pro 2', features, references: [...body.references, aReference()] }
    expect((await ask('PUT', path, { body: more })).status).toBe(200)
  })

  it('is also the archive: what was bought stays', async () => {
    const { path, first } = await aSoldProduct()
    expect((await ask('DELETE', path)).json.archivedAt).not.toBe(null)
    const rows = await env.DB.prepare('SELECT 1 FROM product_references WHERE ref = ?').bind(first.ref).all()
    expect(rows.results).toHaveLength(1)
  })
})

describe('the purchases of a changed product', () => {
  it('are settled again, those by a reference that was taken away too', async () => {
    const { path, body, first, second } = await aSoldProduct()
    const third = aReference()
    await withSources(third, [aUser()])
    const changed = await ask('PUT', `${path}?confirm=true`, {
      body: { ...body, references: [second, third] },
    })
    for (const reference of [first, second, third]) {
      expect(await changedReferences(reference)).toEqual([changed.json.version])
    }
  })

  it('are counted until the last has followed', async () => {
    const { path, body, first, second } = await aSoldProduct()
    expect((await ask('GET', path)).json.settling).toEqual({ sources: 0 })
    const changed = await ask('PUT', `${path}?confirm=true`, { body: { ...body, features: [] } })
    expect(changed.json.settling).toEqual({ sources: 4 })
    await settleSources(first)
    expect((await ask('GET', path)).json.settling).toEqual({ sources: 2 })
    await settleSources(second)
    expect((await ask('GET', path)).json.settling).toEqual({ sources: 0 })
  })

  it('are counted too when the reference that they were bought by was taken away', async () => {
    const { path, body } = await aSoldProduct()
    const changed = await ask('PUT', `${path}?confirm=true`, { body: { ...body, references: [] } })
    expect(changed.json.settling).toEqual({ sources: 4 })
  })

  it('are left alone where only the name is another', async () => {
    const { path, body, first } = await aSoldProduct()
    const renamed = await ask('PUT', path, { body: { ...body, name: 'Other' } })
    expect(renamed.json.name).toBe('Other')
    expect(await changedReferences(first)).not.toContain(renamed.json.version)
  })

  it('are counted to a thousand, whatever there is more', async () => {
    const { path, body } = await aSoldProduct(501)
    const refused = await ask('PUT', path, { body: { ...body, features: [] } })
    expect(refused.json.sources).toBe(1000)
  })
})

describe('a reference of a connected account', () => {
  it('is lost by what was bought there, and by nothing that was bought by the same name elsewhere', async () => {
    const own = aReference()
    const [sold, unsold] = [
      { ...own, account: 'acct_1' },
      { ...own, account: 'acct_2' },
    ]
    const path = aPath()
    const body = { name: 'Pro', features: [{ feature: await aFeature() }], references: [own, sold, unsold] }
    await ask('PUT', path, { body })
    await withSources(own, [aUser()])
    await withSources(sold, [aUser(), aUser()])
    const refused = await ask('PUT', path, { body: { ...body, references: [own, unsold] } })
    expectProblem(refused, 409, 'would_revoke')
    expect(refused.json.sources).toBe(2)
    const changed = await ask('PUT', path, { body: { ...body, references: [own, sold] } })
    expect(changed).toMatchObject({ status: 200, json: { references: [own, sold] } })
  })

  it('counts what was bought in its account as still to be settled, and not what another product is for', async () => {
    const own = aReference()
    const connected = { ...own, account: 'acct_1' }
    const features = [{ feature: await aFeature() }]
    await ask('PUT', aPath(), { body: { name: 'Own', features, references: [own] } })
    const path = aPath()
    await ask('PUT', path, { body: { name: 'Connected', features, references: [connected] } })
    await withSources(own, [aUser()])
    await withSources(connected, [aUser(), aUser()])
    await settleSources(own)
    const changed = await ask('PUT', `${path}?confirm=true`, {
      body: { name: 'Connected', features: [], references: [connected] },
    })
    expect(changed.json.settling).toEqual({ sources: 2 })
  })
})

describe('an event that waits for a product', () => {
  it('is due again once a reference stands for one', async () => {
    const reference = aReference()
    const id = await withEvent({ state: 'quarantined', reason: 'unknown_product' })
    await env.DB.prepare('INSERT INTO inbox_waits VALUES (?, ?, ?, ?)')
      .bind('stripe', '', `product:${reference.ref}`, id)
      .run()
    expect((await ask('GET', `/v4/inbox/${id}`)).json.waitsFor).toEqual([`product:${reference.ref}`])
    const path = `/v4/products/product-${crypto.randomUUID()}`
    await ask('PUT', path, { body: { name: 'Pro', features: [], references: [reference] } })
    expect((await ask('GET', `/v4/inbox/${id}`)).json).toMatchObject({ waitsFor: [], replays: 1 })
  })
})

describe('a product as it is stored', () => {
  it('keeps the types of its features, and shows them to nobody', async () => {
    const { path, body } = await aSoldProduct()
    const { json } = await ask('GET', path)
    expect(json.features).toEqual(body.features)
    const row = await env.DB.prepare('SELECT features FROM products WHERE id = ?')
      .bind(path.slice(13))
      .first()
    const types = (JSON.parse(String(row?.['features'])) as { type: string }[]).map(({ type }) => type)
    expect(types).toEqual(['boolean', 'config'])
  })

  it('is the same again by the same PUT, and raises no version', async () => {
    const { path, body } = await aSoldProduct()
    const before = await ask('GET', path)
    expect((await ask('PUT', path, { body })).json).toEqual(before.json)
  })
})
