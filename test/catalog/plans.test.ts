import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { changesToFollow, outdatedSources } from '../../src/catalog/changed-references.ts'
import { aFeature, aKey, ask, grant, strongCheck } from '../support/api.ts'
import { aProduct, givePlan, planPath } from '../support/plans.ts'
import { expectProblem } from '../support/problem.ts'
import { aUser } from '../support/user.ts'

async function aMeter(amount: number) {
  const feature = await aFeature('metered')
  return { feature, product: await aProduct([{ feature, amount }]) }
}

const put = (id: string, feature: string, amount: number) =>
  ask('PUT', `/v4/products/${id}`, { body: { name: 'Pro', features: [{ feature, amount }] } })

it('a change of a product that takes something from its plans has to be confirmed, and counts them', async () => {
  const { feature, product } = await aMeter(100)
  for (let user = 0; user < 3; user += 1) await givePlan(aUser(), { product, sourceRef: 'comped' })
  expect((await put(product, feature, 200)).status).toBe(200)
  const refused = await put(product, feature, 50)
  expectProblem(refused, 409, 'would_revoke')
  expect(refused.json.sources).toBe(3)
})

it('and of those that had the product before only who would have it again', async () => {
  const [first, second] = [await aMeter(100), await aMeter(10)]
  const userId = aUser()
  await givePlan(userId, { product: first.product, sourceRef: 'comped' })
  await ask('PUT', planPath(userId, 'comped'), { body: { product: second.product } })
  expect((await put(first.product, first.feature, 50)).status).toBe(200)
  expectProblem(await put(second.product, second.feature, 5), 409, 'would_revoke')
})

it('a product that is new, or has another name only, has no plan to follow it', async () => {
  const { feature, product } = await aMeter(100)
  const changed = async () =>
    (await changesToFollow(env.DB, Date.now(), 1000)).filter(({ ref }) => ref === product)
  expect(await changed()).toEqual([])
  const userId = aUser()
  await givePlan(userId, { product, sourceRef: 'comped' })
  await aProduct([{ feature, amount: 100 }], { id: product, name: 'Other' })
  expect(await changed()).toEqual([])
})

it('its plans are among those that a change has to reach', async () => {
  const { feature, product } = await aMeter(100)
  const userId = aUser()
  await givePlan(userId, { product, sourceRef: 'comped' })
  const catalogVersion = Number.MAX_SAFE_INTEGER
  const change = { provider: 'api', ref: product, catalogVersion, productId: product, goesOnAfter: '' }
  const sources = await outdatedSources(env.DB, { ...change, rounds: 0, dueAt: 0 }, 10)
  expect(sources).toMatchObject([{ userId, provider: 'api', account: '', ref: 'comped' }])
  expect((await put(product, feature, 300)).status).toBe(200)
})

it('an archived product goes on for who has it, and is given to nobody else', async () => {
  const { feature, product } = await aMeter(100)
  const { product: other } = await aMeter(100)
  const [holder, changer] = [aUser(), aUser()]
  await givePlan(holder, { product, sourceRef: 'comped' })
  await givePlan(changer, { product: other, sourceRef: 'comped' })
  await ask('DELETE', `/v4/products/${product}`)
  expect(await strongCheck(holder, feature)).toMatchObject({ allowed: true })
  expectProblem(await givePlan(aUser(), { product }), 422, 'product_archived')
  expectProblem(await ask('PUT', planPath(changer, 'comped'), { body: { product } }), 422, 'product_archived')
  const more = await ask('PUT', planPath(holder, 'comped'), { body: { product, quantity: 2 } })
  expect(more.json.quantity).toBe(2)
  await put(product, feature, 100)
  expect((await givePlan(aUser(), { product })).status).toBe(201)
})

it('a product that is created after it was asked for is given by another key', async () => {
  const [userId, id] = [aUser(), `product-${crypto.randomUUID()}`]
  const key = aKey()
  expectProblem(await givePlan(userId, { product: id }, key), 422, 'product_unknown')
  await aProduct([], { id })
  expect((await givePlan(userId, { product: id }, key)).json.code).toBe('product_unknown')
  expect((await givePlan(userId, { product: id })).json).toMatchObject({ product: id, entitlements: [] })
})

it('what was used up of it counts with another product, also beside grants that are used up', async () => {
  const { feature, product } = await aMeter(100)
  const larger = await aProduct([{ feature, amount: 500 }])
  const userId = aUser()
  await givePlan(userId, { product, sourceRef: 'comped' })
  for (let lot = 0; lot < 4; lot += 1) await grant(userId, { feature, amount: 5 })
  const body = { feature, amount: 120 }
  expect((await ask('POST', `/v4/users/${userId}/consumptions`, { body, headers: aKey() })).status).toBe(201)
  await evictDurableObject(env.USERS.getByName(userId))
  await ask('PUT', planPath(userId, 'comped'), { body: { product: larger } })
  expect(await strongCheck(userId, feature)).toMatchObject({ balance: { remaining: 400 } })
  expect((await ask('GET', `/v4/users/${userId}/ledger/verify`)).json).toMatchObject({ intact: true })
})
