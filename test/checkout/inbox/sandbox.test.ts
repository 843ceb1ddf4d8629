import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { processEvent } from '../../../src/checkout/process.ts'
import { admissionOf } from '../../../src/checkout/sandbox.ts'
import { linkCustomer, moveCustomer } from '../../../src/ledger/across-users/customers.ts'
import { replay } from '../../../src/ledger/across-users/inbox.ts'
import { aUser } from '../../support/user.ts'
import { aShop, DAY_MS, featuresOf, inInbox, NOW } from './a-shop.ts'

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

  it.each(['is linked to', 'is moved to'])(
    'reaches nobody’s ledger where its customer %s another while it is processed',
    async (how) => {
      const [tester, other] = [aUser(), aUser()]
      const shop = await aLiveShop(tester)
      const customerId = `c-${shop.name}`
      const customerToo = { user_id: tester, customer: customerId }
      const { id } = await shop.send(...bought(shop, customerToo), { isProcessed: false })
      // It is linked by the first batch and the second, and its purchase is claimed by the third.
      const d1 =
        how === 'is linked to'
          ? beforeBatch(1, () => linkCustomer(env.DB, ofShop, customerId, other, NOW))
          : beforeBatch(3, () =>
              moveCustomer(env.DB, ofShop, { customerId, userId: other, movedAt: NOW }, NOW),
            )
      await processEvent({ ...shop.deps, d1 }, id)
      shop.pass(DAY_MS)
      await shop.sweep()
      expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'mode', versions: '[]' })
      // After a move it is claimed for whom the customer went to, as what was bought before is theirs by then.
      const kinds = (await written(shop)).map(({ kind }) => kind)
      expect(kinds).toEqual(how === 'is linked to' ? ['link'] : ['ref', 'link'])
      expect(await featuresOf(other)).toEqual([])
    },
  )
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
    admissionOf(shop.deps, ofShop, [{ type: 'transfer', from: [from], to }])
  const link = (customer: string, userId: string) => linkCustomer(env.DB, ofShop, customer, userId, NOW)

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
