import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { processEvent } from '../../../src/checkout/processing/process.ts'
import { transferCustomers } from '../../../src/checkout/processing/follow-customers.ts'
import { admissionOf } from '../../../src/checkout/admission/sandbox.ts'
import { NotConcerned } from '../../../src/owners/audience.ts'
import { tellCustomer } from '../../../src/owners/customers.ts'
import { moveCustomer } from '../../../src/owners/move-customer.ts'
import { replay } from '../../../src/inbox/inbox-event.ts'
import { aUser } from '../../support/user.ts'
import { aShop, DAY_MS, featuresOf, inInbox, NOW } from '../a-shop.ts'

type Shop = ReturnType<typeof aShop>

const ofShop = { provider: 'standard-webhooks', account: '' }

/** A live deployment that names these users for the sandbox, and sells. */
async function aLiveShop(...sandboxUsers: readonly string[]): Promise<Shop> {
  const shop = aShop({ mode: 'live', sandboxUsers: new Set(sandboxUsers) })
  await shop.map(`course-${shop.name}`, 'lessons')
  return shop
}

function bought(shop: Shop, says: object, mode = 'test'): [type: string, data: object] {
  const lines = [{ line_id: '1', product: `course-${shop.name}`, quantity: 1 }]
  return ['purchase.completed', { mode, purchase_id: shop.name, lines, ...says }]
}

function buy(shop: Shop, says: object, mode?: 'live' | 'test') {
  return shop.send(...bought(shop, says, mode))
}

/** Every row that is about this shop, besides the inbox: all its names hold its own. */
async function written(shop: Shop): Promise<readonly { kind: string; userId: string }[]> {
  const like = `%${shop.name}%`
  const { results } = await env.DB.prepare(
    `SELECT 'ref' AS kind, user_id AS userId FROM refs WHERE id LIKE ?1
     UNION ALL SELECT 'link', user_id FROM customers WHERE customer_id LIKE ?1
     UNION ALL SELECT 'source', user_id FROM sources WHERE ref LIKE ?1`,
  )
    .bind(like)
    .all<{ kind: string; userId: string }>()
  return results
}

/** What can become of a customer, or of a purchase, between that an event is let in and that it is written. */
const MEANWHILE: Readonly<
  Record<string, (shop: Shop, customerId: string, userId: string) => Promise<unknown>>
> = {
  'its customer is linked to another': (_shop, customerId, userId) =>
    tellCustomer(env.DB, ofShop, { customerId, userId, toldAt: NOW }, NOW),
  'its customer is moved to another': (_shop, customerId, userId) =>
    moveCustomer(env.DB, ofShop, { customerId, userId, movedAt: NOW }, NOW),
  'its customer buys for another': (shop, customer, userId) =>
    buy(shop, { purchase_id: `other-${shop.name}`, customer, user_id: userId }, 'live'),
  'its purchase becomes another’s': (shop, _customer, userId) => buy(shop, { user_id: userId }, 'live'),
}

describe('an event of a sandbox at a live deployment', () => {
  it('is let in for a user who is named, and shows that', async () => {
    const [tester, other] = [aUser(), aUser()]
    const shop = await aLiveShop(other, tester)
    const { id } = await buy(shop, { user_id: tester, customer: `c-${shop.name}` })
    expect(await inInbox(id)).toMatchObject({
      state: 'applied',
      mode: 'test',
      userId: tester,
      flags: '["sandbox"]',
    })
    expect(await featuresOf(tester)).toEqual(['lessons'])
    expect(await featuresOf(other)).toEqual([])
  })

  it('stays out for all others, who are not named or where nobody is, and leaves nothing', async () => {
    for (const named of [[], [aUser()]]) {
      const [shop, user] = [await aLiveShop(...named), aUser()]
      const { id } = await buy(shop, { user_id: user, customer: `c-${shop.name}` })
      const out = { state: 'quarantined', reason: 'mode', userId: null, versions: '[]', flags: '[]' }
      expect(await inInbox(id)).toMatchObject(out)
      await replay(env.DB, id, NOW)
      await processEvent(shop.deps, id)
      expect(await inInbox(id)).toMatchObject(out)
      expect(await written(shop)).toEqual([])
      expect(await featuresOf(user)).toEqual([])
    }
  })

  it('stays out where its customer is another’s, whomever it names', async () => {
    const [tester, other] = [aUser(), aUser()]
    const shop = await aLiveShop(tester)
    await shop.send('customer.linked', { mode: 'live', customer: `c-${shop.name}`, user_id: other })
    const { id } = await buy(shop, { user_id: tester, customer: `c-${shop.name}` })
    expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'mode' })
    expect(await written(shop)).toEqual([{ kind: 'link', userId: other }])
    expect(await featuresOf(other)).toEqual([])
  })

  it('stays out where its purchase is another’s, whomever it names', async () => {
    const [tester, other] = [aUser(), aUser()]
    const shop = await aLiveShop(tester)
    await buy(shop, { user_id: other }, 'live')
    const before = await written(shop)
    for (const { id } of [
      await shop.send('purchase.refunded', {
        mode: 'test',
        purchase_id: shop.name,
        refund_id: 'r',
        full: true,
      }),
      await buy(shop, { user_id: tester, customer: `c-${shop.name}`, version: 2 }),
    ]) {
      expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'mode', versions: '[]' })
    }
    expect(await written(shop)).toEqual(before)
    expect(await featuresOf(other)).toEqual(['lessons'])
  })

  it('that names nobody is whose its customer is, told before or after', async () => {
    for (const isToldAfter of [false, true]) {
      const tester = aUser()
      const shop = await aLiveShop(tester)
      const link = () =>
        shop.send('customer.linked', { mode: 'live', customer: `c-${shop.name}`, user_id: tester })
      if (!isToldAfter) await link()
      const { id } = await buy(shop, { customer: `c-${shop.name}` })
      if (isToldAfter) {
        expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'mode' })
        expect(await written(shop)).toEqual([])
        await link()
        await shop.sweep()
      }
      expect(await inInbox(id)).toMatchObject({ state: 'applied', userId: tester, flags: '["sandbox"]' })
      expect(await featuresOf(tester)).toEqual(['lessons'])
    }
  })

  it('that names nobody still stays out once its customer turns out to be another’s', async () => {
    const [tester, other] = [aUser(), aUser()]
    const shop = await aLiveShop(tester)
    const { id } = await buy(shop, { customer: `c-${shop.name}` })
    await shop.send('customer.linked', { mode: 'live', customer: `c-${shop.name}`, user_id: other })
    await shop.sweep()
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'mode', nextAttemptAt: null })
    expect(await written(shop)).toEqual([{ kind: 'link', userId: other }])
  })

  it('that is told again, refunded or waits for its product goes on like any other', async () => {
    const tester = aUser()
    const shop = aShop({ mode: 'live', sandboxUsers: new Set([tester]) })
    const { id } = await buy(shop, { user_id: tester })
    expect(await inInbox(id)).toMatchObject({ reason: 'unknown_product', flags: '["sandbox"]' })
    await shop.map(`course-${shop.name}`, 'lessons')
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject({ state: 'applied' })
    expect(await featuresOf(tester)).toEqual(['lessons'])
    await shop.send('purchase.refunded', { mode: 'test', purchase_id: shop.name, refund_id: 'r', full: true })
    expect(await featuresOf(tester)).toEqual([])
  })

  it('stays out where its customer is another’s by what they bought, and withholds nothing from them', async () => {
    for (const isNaming of [false, true]) {
      const [tester, other] = [aUser(), aUser()]
      const shop = await aLiveShop(tester)
      const customer = { customer: `c-${shop.name}` }
      const others = (purchase: string, whose: object) =>
        buy(shop, { purchase_id: `${purchase}-${shop.name}`, ...customer, ...whose }, 'live')
      await others('named', { user_id: other })
      await others('nameless', {})
      const before = await written(shop)
      const { id } = await buy(shop, { ...customer, ...(isNaming ? { user_id: tester } : {}) })
      expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'mode', nextAttemptAt: null })
      await shop.sweep()
      expect(await written(shop)).toEqual(before)
      expect(await featuresOf(other)).toEqual(['lessons'])
      expect(await featuresOf(tester)).toEqual([])
    }
  })

  it('that names nobody is whose its customer is by what they bought', async () => {
    const tester = aUser()
    const shop = await aLiveShop(tester)
    const customer = { customer: `c-${shop.name}` }
    await buy(shop, { purchase_id: `real-${shop.name}`, ...customer, user_id: tester }, 'live')
    const { id } = await buy(shop, customer)
    expect(await inInbox(id)).toMatchObject({ state: 'applied', userId: tester, flags: '["sandbox"]' })
  })

  it.each(Object.keys(MEANWHILE))('concerns nobody else where %s while it is processed', async (how) => {
    const [tester, other] = [aUser(), aUser()]
    const shop = await aLiveShop(tester)
    const customer = `c-${shop.name}`
    const { id } = await shop.send(...bought(shop, { user_id: tester, customer }), { isProcessed: false })
    const happens = () => MEANWHILE[how]?.(shop, customer, other) ?? Promise.reject(new Error(how))
    // The first batch claims its purchase, once it was let in.
    await processEvent({ ...shop.deps, d1: beforeBatch(1, happens) }, id)
    const out = { state: 'quarantined', reason: 'mode', versions: '[]', nextAttemptAt: null }
    expect(await inInbox(id)).toMatchObject(out)
    const before = await written(shop)
    await replay(env.DB, id, NOW)
    await processEvent(shop.deps, id)
    shop.pass(DAY_MS)
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject(out)
    expect(await written(shop)).toEqual(before)
    expect(before.map(({ userId }) => userId)).not.toContain(tester)
    expect(await featuresOf(tester)).toEqual([])
  })

  it('links nobody else’s customer where that becomes another’s while it is processed', async () => {
    const [tester, other] = [aUser(), aUser()]
    const shop = await aLiveShop(tester)
    const customer = `c-${shop.name}`
    const link = { mode: 'test', customer, user_id: tester }
    const { id } = await shop.send('customer.linked', link, { isProcessed: false })
    const happens = () => buy(shop, { customer, user_id: other }, 'live')
    await processEvent({ ...shop.deps, d1: beforeBatch(1, happens) }, id)
    expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'mode' })
    expect(new Set((await written(shop)).map(({ userId }) => userId))).toEqual(new Set([other]))
  })
})

/** The real D1, and what happens just before one of its batches, counted from 1. */
function beforeBatch(number: number, happens: () => Promise<unknown>): D1Database {
  let batches = 0
  return new Proxy(env.DB, {
    get(target, name) {
      if (name !== 'batch') return Reflect.get(target, name).bind(target)
      return async (statements: D1PreparedStatement[]) => {
        batches += 1
        if (batches === number) await happens()
        return target.batch(statements)
      }
    },
  })
}

describe('a transfer in a sandbox', () => {
  const admission = (shop: Shop, from: string, to: string) =>
    admissionOf(shop.deps, ofShop, [{ type: 'transfer', from: [from], to, store: null }])
  const link = (customerId: string, userId: string) =>
    tellCustomer(env.DB, ofShop, { customerId, userId, toldAt: NOW }, NOW)

  it('is let in between customers of named users, and from one who can be no user', async () => {
    const [ada, bob] = [aUser(), aUser()]
    const shop = await aLiveShop(ada, bob)
    await link(`a-${shop.name}`, ada)
    await link(`b-${shop.name}`, bob)
    for (const from of [`a-${shop.name}`, '$RCAnonymousID:1', ada]) {
      expect(await admission(shop, from, `b-${shop.name}`)).toEqual({ isLetIn: true })
    }
  })

  it('takes nothing from anybody else, not even from a user who has not bought anything yet', async () => {
    const [ada, other] = [aUser(), aUser()]
    const shop = await aLiveShop(ada)
    await link(`a-${shop.name}`, ada)
    await link(`o-${shop.name}`, other)
    const out = { isLetIn: false, waitsFor: [] }
    for (const from of [`o-${shop.name}`, other])
      expect(await admission(shop, from, `a-${shop.name}`)).toEqual(out)
    expect(await admission(shop, `a-${shop.name}`, `o-${shop.name}`)).toEqual(out)
  })

  it('takes nothing from a customer who buys for another while it is processed', async () => {
    const [ada, bob, other] = [aUser(), aUser(), aUser()]
    const [shop, customer] = [await aLiveShop(ada, bob), crypto.randomUUID()]
    await link(bob, bob)
    await buy(shop, { customer, user_id: other }, 'live')
    const only = shop.deps.sandboxUsers
    const transfer = { type: 'transfer', from: [customer], to: bob, store: null } as const
    const followed = transferCustomers({ ...shop.deps, only }, ofShop, transfer, NOW)
    await expect(followed).rejects.toThrow(NotConcerned)
    expect(await featuresOf(other)).toEqual(['lessons'])
  })

  it('waits until it is known to whom', async () => {
    const shop = await aLiveShop(aUser())
    const to = `to-${shop.name}`
    expect(await admission(shop, '$RCAnonymousID:1', to)).toEqual({
      isLetIn: false,
      waitsFor: [`customer:${to}`],
    })
  })
})

it('An event of a real purchase stays out of a test deployment, whoever is named', async () => {
  const tester = aUser()
  const shop = aShop({ mode: 'test', sandboxUsers: new Set([tester]) })
  await shop.map(`course-${shop.name}`, 'lessons')
  const { id } = await buy(shop, { user_id: tester }, 'live')
  expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'mode' })
  expect(await written(shop)).toEqual([])
})
