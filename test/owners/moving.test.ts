import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { processEvent } from '../../src/checkout/processing/process.ts'
import { sweep } from '../../src/checkout/jobs/sweep.ts'
import { putCustomerLink } from '../../src/owners/customer-link.ts'
import { decidePurchase } from '../../src/owners/decide-purchase.ts'
import { wakeForKnownKeys } from '../../src/inbox/waits.ts'
import type { UserLedgers } from '../../src/ledger/ledger-client.ts'
import { ask } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aUser } from '../support/user.ts'
import { aShop, featuresOf, inInbox } from '../checkout/a-shop.ts'

type Shop = ReturnType<typeof aShop>

const ofShop = { provider: 'standard-webhooks', account: '' }

/** A row for each source: less than there are. */
const FEW = { rowsMax: 4, msMax: 20_000 }

/** A customer, named as the shop is, who has bought so many things. */
async function aShopThatSold(count: number) {
  const [shop, user] = [aShop(), aUser()]
  await shop.send('customer.linked', { customer: shop.name, user_id: user })
  for (let index = 0; index < count; index += 1) await buy(shop, `${shop.name}-${index}`)
  return { shop, user, purchases: Array.from({ length: count }, (_, index) => `${shop.name}-${index}`) }
}

async function buy(shop: Shop, purchaseId: string, thing = purchaseId, isProcessed = true) {
  await shop.map(thing, thing)
  return shop.send(
    'purchase.completed',
    {
      purchase_id: purchaseId,
      customer: shop.name,
      lines: [{ line_id: thing, product: thing, quantity: 1 }],
    },
    { isProcessed },
  )
}

/** Later by a moment than all that was said before. */
async function move(shop: Shop, userId: string): Promise<void> {
  shop.pass(1)
  await putCustomerLink(env.DB, ofShop, { customerId: shop.name, userId, now: shop.deps.now() })
}

/** That the customer is somebody else, in an event that is due and that nobody has processed. */
async function linkedTo(userId: string, shop: Shop): Promise<string> {
  const { id } = await shop.send(
    'customer.linked',
    { customer: shop.name, user_id: userId },
    { isProcessed: false, at: '2030-01-01T11:30:00Z' },
  )
  return id
}

/** Ledgers that do something after the first time that one user’s is told, or before. */
function interrupted(of: string, when: 'before' | 'after', what: () => Promise<unknown>): UserLedgers {
  let isArmed = true
  return (userId) => {
    const ledger = env.USERS.getByName(userId)
    return {
      snapshot: (feature) => ledger.snapshot(feature),
      async submit(submission) {
        const isNow = isArmed && userId === of
        if (isNow) isArmed = false
        if (isNow && when === 'before') await what()
        const submitted = await ledger.submit(submission)
        if (isNow && when === 'after') await what()
        return submitted
      },
    }
  }
}

/** A ledger that cannot be reached, or is broken, among those that can. */
function without(broken: string, submit: () => Promise<{ type: 'overloaded' }>): UserLedgers {
  return (userId) =>
    userId === broken
      ? { submit, snapshot: () => Promise.reject(new Error('not asked')) }
      : env.USERS.getByName(userId)
}

describe('a move', () => {
  it('of more sources than a sweep has rows is carried out by several', async () => {
    const { shop, user, purchases } = await aShopThatSold(6)
    const other = aUser()
    await move(shop, other)
    for (let index = 0; index < 4; index += 1) await sweep(shop.deps, FEW)
    expect(await featuresOf(user)).toEqual([])
    expect((await featuresOf(other)).toSorted()).toEqual(purchases)
    expect((await shop.sweep()).moves).toEqual({ done: 0, isAll: true })
  })

  it('that an event brings about counts with the event, and the rest goes on by itself', async () => {
    const { shop, user } = await aShopThatSold(6)
    const other = aUser()
    await linkedTo(other, shop)
    const { moves } = await sweep(shop.deps, FEW)
    // Of four rows the event is one.
    expect({ moves, left: await featuresOf(user) }).toEqual({ moves: { done: 3, isAll: true }, left: [] })
    expect(await featuresOf(other)).toHaveLength(6)
  })

  it('that an event brings about ends when its time is over, which goes on while it is processed', async () => {
    const { shop, user } = await aShopThatSold(9)
    const id = await linkedTo(aUser(), shop)
    let at = shop.deps.now()
    await processEvent({ ...shop.deps, now: () => (at += 1000) }, id)
    expect((await featuresOf(user)).length).toBeGreaterThan(0)
    shop.pass(60_000)
    await shopsRest(shop)
    expect(await featuresOf(user)).toEqual([])
  })

  it.each([
    ['is refused', () => Promise.resolve({ type: 'overloaded' as const })],
    ['throws', () => Promise.reject(new Error('broken'))],
  ])('that fails because a ledger %s does not keep later ones from theirs', async (_how, submit) => {
    const failing = await aShopThatSold(6)
    const later = await aShopThatSold(1)
    const [broken, other] = [aUser(), aUser()]
    await move(failing.shop, broken)
    later.shop.pass(10)
    await move(later.shop, other)
    const deps = { ...later.shop.deps, ledgers: without(broken, submit) }
    expect((await sweep(deps, { rowsMax: 6, msMax: 20_000 })).moves).toEqual({ done: 1, isAll: false })
    expect(await featuresOf(other)).toEqual(later.purchases)
    // What failed has its turn again after a minute.
    later.shop.pass(60_000)
    await shopsRest(later.shop)
    expect((await featuresOf(broken)).toSorted()).toEqual(failing.purchases)
  })

  it('that is late does not overrule the one after it', async () => {
    const { shop, user, purchases } = await aShopThatSold(3)
    const other = aUser()
    await move(shop, other)
    const back = async () => {
      await move(shop, user)
      await shopsRest(shop)
    }
    await sweep({ ...shop.deps, ledgers: interrupted(other, 'after', back) })
    await shopsRest(shop)
    expect((await featuresOf(user)).toSorted()).toEqual(purchases)
    expect(await featuresOf(other)).toEqual([])
  })

  it('leaves nothing behind of an event that was on its way, even if the Worker dies then', async () => {
    const { shop, user } = await aShopThatSold(1)
    const other = aUser()
    const purchaseId = `${shop.name}-0`
    const { id } = await buy(shop, purchaseId, `${purchaseId}-more`, false)
    const death = Promise.withResolvers<never>()
    const overtaken = async () => {
      await move(shop, other)
      await shop.sweep()
    }
    const ledgers = interrupted(user, 'before', overtaken)
    const dying: UserLedgers = (userId) => ({
      snapshot: (feature) => ledgers(userId).snapshot(feature),
      async submit(submission) {
        await ledgers(userId).submit(submission)
        death.reject(new Error('died'))
        return death.promise
      },
    })
    await processEvent({ ...shop.deps, ledgers: dying }, id)
    shop.pass(10 * 60_000)
    await shopsRest(shop)
    expect(await inInbox(id)).toMatchObject({ state: 'applied' })
    expect(await featuresOf(user)).toEqual([])
    expect((await featuresOf(other)).toSorted()).toEqual([purchaseId, `${purchaseId}-more`])
  })

  it('takes along what was suspended by hand', async () => {
    const { shop, user, purchases } = await aShopThatSold(1)
    const [other, [feature = '']] = [aUser(), purchases]
    const rights = async (userId: string) =>
      (await ask('GET', `/v4/users/${userId}/entitlements`)).json.items as { id: string; state: string }[]
    const [bought] = await rights(user)
    const path = `/v4/users/${user}/entitlements/${bought?.id}/suspend`
    const headers = { 'Idempotency-Key': shop.name }
    expect(await ask('POST', path, { headers })).toMatchObject({ status: 200 })
    await move(shop, other)
    await shopsRest(shop)
    expect(await rights(other)).toMatchObject([{ feature, state: 'suspended' }])
    for (const userId of [user, other]) {
      expect((await ask('GET', `/v4/users/${userId}/ledger/verify`)).json).toMatchObject({ intact: true })
    }
  })

  it('is not thrown away by a DELETE of the customer', async () => {
    const { shop, user, purchases } = await aShopThatSold(3)
    const [other, path] = [aUser(), `/v4/customers/standard-webhooks/${shop.name}`]
    await move(shop, other)
    expectProblem(await ask('DELETE', path), 409, 'customer_moving')
    await shopsRest(shop)
    expect(await ask('DELETE', path)).toMatchObject({ status: 200, json: { userId: other, moving: false } })
    expect(await featuresOf(user)).toEqual([])
    expect((await featuresOf(other)).toSorted()).toEqual(purchases)
  })
})

describe('a move that was begun before each source had its own', () => {
  it('overrides no newer word, and forgets nobody who had something', async () => {
    const { shop, user, purchases } = await aShopThatSold(2)
    const [first = '', second = ''] = purchases
    const [before, other, friend] = [aUser(), aUser(), aUser()]
    const ids = [`purchase/${first}`]
    await decidePurchase(env.DB, ofShop, { ids, userId: friend, now: shop.deps.now() })
    await move(shop, other)
    await env.DB.prepare('UPDATE customers SET moving_from = ? WHERE customer_id = ?')
      .bind(JSON.stringify([before]), shop.name)
      .run()
    await shopsRest(shop)
    expect(await featuresOf(friend)).toEqual([first])
    expect(await featuresOf(other)).toEqual([second])
    for (const one of [user, before]) expect(await featuresOf(one)).toEqual([])
  })
})

/** Writes a link down and wakes nobody. */
async function linkUnheard(customerId: string, userId: string): Promise<void> {
  const sql = `INSERT INTO customers (provider, account, customer_id, user_id) VALUES ('standard-webhooks', '', ?, ?)`
  await env.DB.prepare(sql).bind(customerId, userId).run()
}

describe('a wait', () => {
  it('that nobody woke when its key came is found by what is there', async () => {
    const [shop, user] = [aShop(), aUser()]
    const lines = [{ line_id: '1', product: shop.name, quantity: 1 }]
    await shop.map(shop.name, 'lessons')
    const { id } = await shop.send('purchase.completed', {
      purchase_id: shop.name,
      customer: shop.name,
      lines,
    })
    await lookAtAll(shop.deps.now())
    expect(await inInbox(id)).toMatchObject({ state: 'quarantined', nextAttemptAt: null })
    await linkUnheard(shop.name, user)
    expect(await lookAtAll(shop.deps.now())).toBeGreaterThan(0)
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject({ state: 'applied', replays: 1 })
    expect(await featuresOf(user)).toEqual(['lessons'])
  })
})

/** Looks at all that wait, a few at a time. Returns how many were woken. */
async function lookAtAll(now: number): Promise<number> {
  let all = 0
  for (let look = 0; look < 20; look += 1) all += (await wakeForKnownKeys(env.DB, now)).woken
  return all
}

async function shopsRest(shop: Shop): Promise<void> {
  for (let index = 0; index < 4; index += 1) await shop.sweep()
}
