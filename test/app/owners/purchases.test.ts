import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { aShop, featuresOf, inInbox } from '../../checkout/a-shop.ts'
import { ask } from '../../support/api.ts'
import { expectProblem } from '../../support/problem.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'

type Shop = ReturnType<typeof aShop>

async function aShopThatSells(): Promise<Shop> {
  const shop = aShop()
  await shop.map(`course-${shop.name}`, 'lessons')
  return shop
}

function buy(shop: Shop, says: object = {}, purchaseId = shop.name) {
  return shop.send('purchase.completed', {
    purchase_id: purchaseId,
    customer: `c-${shop.name}`,
    lines: [{ line_id: '1', product: `course-${shop.name}`, quantity: 1 }],
    ...says,
  })
}

function pathOf(id: string, provider = 'standard-webhooks'): string {
  return `/v4/purchases/${provider}/${encodeURIComponent(id)}`
}

function theirs(sub: string) {
  return aToken({ sub, scope: '' })
}

function give(shop: Shop, userId: string, purchaseId = shop.name) {
  return ask('PUT', pathOf(purchaseId), { body: { userId } })
}

function comesTo(userId: string, features: readonly string[]) {
  return vi.waitFor(async () => expect(await featuresOf(userId)).toEqual(features), 10_000)
}

describe('a purchase that is asked for', () => {
  it('is unknown until something was told of it', async () => {
    const id = crypto.randomUUID()
    expect(await ask('GET', pathOf(id))).toMatchObject({
      status: 200,
      json: { provider: 'standard-webhooks', account: '', id, state: 'unknown' },
    })
  })

  it('is applied, with the user and the version to ask with, by its number and by its name', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    await buy(shop, { user_id: user })
    for (const id of [shop.name, `purchase/${shop.name}`]) {
      const { json } = await ask('GET', pathOf(id))
      expect(json).toMatchObject({ id, state: 'applied', userId: user })
      const check = await ask('GET', `/v4/users/${user}/access/lessons?minVersion=${json.version}`)
      expect(check.json.allowed).toBe(true)
    }
  })

  it('waits for its customer, and says so', async () => {
    const shop = await aShopThatSells()
    await buy(shop)
    expect((await ask('GET', pathOf(shop.name))).json).toMatchObject({
      state: 'waiting',
      reason: 'unknown_customer',
      waitsFor: [`customer:c-${shop.name}`, `ref:purchase/${shop.name}`],
    })
  })

  it('waits for its product, and says so', async () => {
    const [shop, user] = [aShop(), aUser()]
    await buy(shop, { user_id: user })
    expect((await ask('GET', pathOf(shop.name))).json).toMatchObject({
      state: 'waiting',
      reason: 'unknown_product',
      waitsFor: [`product:course-${shop.name}`],
    })
  })

  it('waits where two names of one rank name two users, and says so', async () => {
    const [shop, ada, bob] = [await aShopThatSells(), aUser(), aUser()]
    await buy(shop, { user_id: ada })
    await buy(shop, { user_id: bob })
    const { json } = await ask('GET', pathOf(shop.name))
    expect(json).toMatchObject({ state: 'waiting', reason: 'user_disputed' })
    expect(json).not.toHaveProperty('userId')
  })

  it('has ended once all of it was given back', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    await buy(shop, { user_id: user })
    await shop.send('purchase.refunded', { purchase_id: shop.name, refund_id: 'r', full: true })
    expect((await ask('GET', pathOf(shop.name))).json).toMatchObject({ state: 'ended', userId: user })
  })

  it('is told to its user alone among those whose token has no scope', async () => {
    const [shop, ada, bob] = [await aShopThatSells(), aUser(), aUser()]
    await buy(shop, { user_id: ada })
    const own = await ask('GET', pathOf(shop.name), { token: await theirs(ada) })
    expect(own.json).toMatchObject({ state: 'applied', userId: ada })
    const anothers = await ask('GET', pathOf(shop.name), { token: await theirs(bob) })
    const nobodys = await ask('GET', pathOf('nothing'), { token: await theirs(bob) })
    expect(anothers.text.replace(shop.name, 'nothing')).toBe(nobodys.text)
    expect(nobodys.json.state).toBe('unknown')
  })

  it('is told to nobody without a scope while nobody is named', async () => {
    const shop = await aShopThatSells()
    await buy(shop)
    const { json } = await ask('GET', pathOf(shop.name), { token: await theirs(aUser()) })
    expect(json).toEqual({ provider: 'standard-webhooks', account: '', id: shop.name, state: 'unknown' })
  })

  it('is one in each account', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    await buy(shop, { user_id: user })
    expect((await ask('GET', `${pathOf(shop.name)}?account=other`)).json.state).toBe('unknown')
  })
})

describe('a purchase that is given to a user by hand', () => {
  it('moves, and stays whatever its events name, until that is undone', async () => {
    const [shop, ada, bob] = [await aShopThatSells(), aUser(), aUser()]
    await buy(shop, { user_id: ada })
    expect((await give(shop, bob)).json).toMatchObject({ userId: bob })
    await comesTo(bob, ['lessons'])
    expect(await featuresOf(ada)).toEqual([])
    await buy(shop, { user_id: ada, version: 2 })
    expect(await featuresOf(bob)).toEqual(['lessons'])

    expect((await ask('DELETE', pathOf(shop.name))).json).toMatchObject({ userId: ada })
    await comesTo(ada, ['lessons'])
    expect(await featuresOf(bob)).toEqual([])
    expect((await ask('DELETE', pathOf(shop.name))).json).toMatchObject({ userId: ada })
  })

  it('may be one that two users are named for: what waited is applied', async () => {
    const [shop, ada, bob] = [await aShopThatSells(), aUser(), aUser()]
    await buy(shop, { user_id: ada })
    const { id } = await buy(shop, { user_id: bob, version: 2 })
    await give(shop, bob)
    await comesTo(bob, ['lessons'])
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject({ state: 'applied', userId: bob })
    expect(await featuresOf(ada)).toEqual([])
  })

  it('may be one that waits for its customer', async () => {
    const [shop, ada] = [await aShopThatSells(), aUser()]
    const { id } = await buy(shop)
    await give(shop, ada)
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject({ state: 'applied', userId: ada })
    expect(await featuresOf(ada)).toEqual(['lessons'])
  })

  it('leaves what else its customer bought where it is', async () => {
    const [shop, ada, bob] = [await aShopThatSells(), aUser(), aUser()]
    await shop.send('customer.linked', { customer: `c-${shop.name}`, user_id: ada })
    for (const id of ['1', '2']) await buy(shop, {}, `${id}-${shop.name}`)
    await give(shop, bob, `2-${shop.name}`)
    await comesTo(bob, ['lessons'])
    expect(await featuresOf(ada)).toEqual(['lessons'])
  })

  it('goes back to whom its customer is linked where it names nobody', async () => {
    const [shop, ada, bob] = [await aShopThatSells(), aUser(), aUser()]
    await shop.send('customer.linked', { customer: `c-${shop.name}`, user_id: ada })
    await buy(shop)
    await give(shop, bob)
    await comesTo(bob, ['lessons'])
    await ask('DELETE', pathOf(shop.name))
    await comesTo(ada, ['lessons'])
    expect(await featuresOf(bob)).toEqual([])
  })

  it('is one that is known', async () => {
    for (const method of ['PUT', 'DELETE'] as const) {
      const body = method === 'PUT' ? { userId: aUser() } : undefined
      expectProblem(await ask(method, pathOf(crypto.randomUUID()), { body }), 404, 'purchase_not_found')
    }
  })
})

describe('a number that a purchase and a subscription of one shop have', () => {
  async function aShopWithTwo(ada: string, bob: string) {
    const shop = await aShopThatSells()
    await buy(shop, { user_id: ada, customer: `a-${shop.name}` })
    await shop.send('subscription.changed', {
      subscription_id: shop.name,
      customer: `b-${shop.name}`,
      user_id: bob,
      version: 1,
      status: 'active',
      period: { starts_at: '2026-01-01T00:00:00Z', ends_at: '2036-01-01T00:00:00Z' },
      items: [{ item_id: '1', product: `course-${shop.name}`, quantity: 1 }],
    })
    return shop
  }

  it('tells each user of their own', async () => {
    const [ada, bob, cleo] = [aUser(), aUser(), aUser()]
    const shop = await aShopWithTwo(ada, bob)
    for (const userId of [ada, bob]) {
      const { json } = await ask('GET', pathOf(shop.name), { token: await theirs(userId) })
      expect(json).toMatchObject({ id: shop.name, state: 'applied', userId })
    }
    const anothers = await ask('GET', pathOf(shop.name), { token: await theirs(cleo) })
    expect(anothers.json.state).toBe('unknown')
    expect((await ask('GET', pathOf(shop.name))).json).toMatchObject({ state: 'applied', userId: ada })
  })

  it('moves neither by itself, and each by its own name', async () => {
    const [ada, bob, cleo] = [aUser(), aUser(), aUser()]
    const shop = await aShopWithTwo(ada, bob)
    const ids = [`purchase/${shop.name}`, `subscription/${shop.name}`]
    const undone = await ask('DELETE', pathOf(shop.name))
    for (const answered of [await give(shop, cleo), undone]) {
      expectProblem(answered, 409, 'purchase_ambiguous')
      expect(answered.json.ids).toEqual(ids)
    }
    expect((await give(shop, cleo, `subscription/${shop.name}`)).json).toMatchObject({ userId: cleo })
    await comesTo(cleo, ['lessons'])
    expect(await featuresOf(ada)).toEqual(['lessons'])
    expect(await featuresOf(bob)).toEqual([])
  })
})

describe('a customer who is given to a user by hand', () => {
  it('takes along what names nobody, and lists what stayed', async () => {
    const [shop, ada, bob] = [await aShopThatSells(), aUser(), aUser()]
    await shop.map(`other-${shop.name}`, 'exams')
    await buy(shop, { user_id: ada })
    await buy(
      shop,
      { lines: [{ line_id: '1', product: `other-${shop.name}`, quantity: 1 }] },
      `2-${shop.name}`,
    )
    const path = `/v4/customers/standard-webhooks/c-${shop.name}`
    const stayed = [{ id: `purchase/${shop.name}`, userId: ada }]
    expect((await ask('PUT', path, { body: { userId: bob } })).json).toMatchObject({ userId: bob, stayed })
    await comesTo(bob, ['exams'])
    expect(await featuresOf(ada)).toEqual(['lessons'])

    const all = await ask('PUT', path, { body: { userId: bob, named: true } })
    expect(all.json).toMatchObject({ userId: bob, stayed: [] })
    await vi.waitFor(
      async () => expect((await featuresOf(bob)).toSorted()).toEqual(['exams', 'lessons']),
      10_000,
    )
    expect(await featuresOf(ada)).toEqual([])
    await ask('DELETE', pathOf(shop.name))
    await comesTo(ada, ['lessons'])
  })

  it('takes along what only a word by hand names, where that is said', async () => {
    const [shop, ada, bob] = [await aShopThatSells(), aUser(), aUser()]
    await buy(shop)
    await give(shop, ada)
    await shop.sweep()
    expect(await featuresOf(ada)).toEqual(['lessons'])
    const path = `/v4/customers/standard-webhooks/c-${shop.name}`
    const all = await ask('PUT', path, { body: { userId: bob, named: true } })
    expect(all.json).toMatchObject({ userId: bob, stayed: [] })
    await comesTo(bob, ['lessons'])
    expect(await featuresOf(ada)).toEqual([])
    expect((await ask('GET', pathOf(shop.name))).json).toMatchObject({ state: 'applied', userId: bob })
  })
})

describe('what was claimed before names were kept', () => {
  it('stays with its user whatever its events name, and is moved by hand', async () => {
    const [shop, ada, bob, cleo] = [await aShopThatSells(), aUser(), aUser(), aUser()]
    await buy(shop, { user_id: ada })
    // As the version before left it.
    await env.DB.batch([
      env.DB.prepare('DELETE FROM names WHERE id = ?').bind(`purchase/${shop.name}`),
      env.DB.prepare('UPDATE refs SET keeps_names = 0 WHERE id = ?').bind(`purchase/${shop.name}`),
      env.DB.prepare('UPDATE customers SET by_names = 0 WHERE customer_id = ?').bind(`c-${shop.name}`),
    ])
    await buy(shop, { user_id: bob, version: 2 })
    expect(await featuresOf(ada)).toEqual(['lessons'])
    expect(await featuresOf(bob)).toEqual([])
    const { json } = await ask('PUT', `/v4/customers/standard-webhooks/c-${shop.name}`, {
      body: { userId: cleo },
    })
    expect(json.stayed).toEqual([])
    await comesTo(cleo, ['lessons'])
    await give(shop, bob)
    await comesTo(bob, ['lessons'])
    expect(await featuresOf(cleo)).toEqual([])
  })
})

describe('a provider that is not known', () => {
  const isNamed = {
    path: expect.stringContaining('provider') as string,
    message: expect.stringContaining('standard-webhooks') as string,
  }

  it.each([
    ['PUT', '/v4/customers/standard_webhooks/c_1', { userId: 'u_1' }],
    ['PUT', '/v4/purchases/standard_webhooks/p_1', { userId: 'u_1' }],
    ['GET', '/v4/purchases/standard_webhooks/p_1', undefined],
    [
      'PUT',
      '/v4/products/pro',
      { name: 'Pro', features: [], references: [{ provider: 'standard_webhooks', ref: 'p' }] },
    ],
  ] as const)('is refused with the list of those that are: %s %s', async (method, path, body) => {
    const answered = await ask(method, path, { body })
    expectProblem(answered, 400, 'malformed_request')
    expect(answered.json.errors).toContainEqual(isNamed)
  })

  it('stays readable where one was named before', async () => {
    const [customerId, userId] = [crypto.randomUUID(), aUser()]
    await env.DB.prepare(
      `INSERT INTO customers (provider, account, customer_id, user_id) VALUES ('api', '', ?, ?)`,
    )
      .bind(customerId, userId)
      .run()
    expect((await ask('GET', `/v4/customers/api/${customerId}`)).json).toMatchObject({ userId })
    expect((await ask('DELETE', `/v4/customers/api/${customerId}`)).status).toBe(200)
  })
})
