import { describe, expect, it } from 'vitest'
import { moveCustomer } from '../../src/owners/move-customer.ts'
import { aUser } from '../support/user.ts'
import { aShop, featuresOf, inInbox } from '../checkout/a-shop.ts'

type Shop = ReturnType<typeof aShop>

const ofShop = { provider: 'standard-webhooks', account: '' }

function buy(shop: Shop, says: object, purchaseId = shop.name) {
  return shop.send('purchase.completed', {
    purchase_id: purchaseId,
    customer: `c-${shop.name}`,
    lines: [{ line_id: '1', product: `course-${shop.name}`, quantity: 1 }],
    ...says,
  })
}

function link(shop: Shop, userId: string) {
  return shop.send('customer.linked', { customer: `c-${shop.name}`, user_id: userId })
}

async function aShopThatSells(): Promise<Shop> {
  const shop = aShop()
  await shop.map(`course-${shop.name}`, 'lessons')
  return shop
}

describe('an event that cannot be applied yet', () => {
  it('waits for its customer, and is applied once that is linked', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    const { id } = await buy(shop, {})
    expect(await inInbox(id)).toMatchObject({
      state: 'quarantined',
      reason: 'unknown_customer',
      nextAttemptAt: null,
    })
    await link(shop, user)
    expect(await inInbox(id)).toMatchObject({ state: 'applied', reason: null, replays: 1, userId: user })
    expect(await featuresOf(user)).toEqual(['lessons'])
  })

  it('waits for its purchase, and then takes away what it has to', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    const refund = { purchase_id: shop.name, refund_id: 'r', full: true }
    const { id } = await shop.send('purchase.refunded', refund)
    expect(await inInbox(id)).toMatchObject({ state: 'unmatched', reason: 'unmatched', flags: '[]' })
    await buy(shop, { user_id: user })
    expect(await inInbox(id)).toMatchObject({ state: 'applied' })
    expect(await featuresOf(user)).toEqual([])
  })

  it('waits for its product, and is applied once that is mapped', async () => {
    const [shop, user] = [aShop(), aUser()]
    const { id } = await buy(shop, { user_id: user })
    expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'unknown_product' })
    await shop.map(`course-${shop.name}`, 'lessons')
    await shop.sweep()
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject({ state: 'applied', reason: null })
    expect(await featuresOf(user)).toEqual(['lessons'])
  })

  it('is taken up by the sweep when the Worker died after it was taken in', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    const data = {
      purchase_id: shop.name,
      user_id: user,
      lines: [{ line_id: '1', product: `course-${shop.name}`, quantity: 1 }],
    }
    const { id } = await shop.send('purchase.completed', data, { isProcessed: false })
    expect(await inInbox(id)).toMatchObject({ state: 'received' })
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject({ state: 'applied' })
  })

  it('rests after a failure, longer each time, until it is dead', async () => {
    const broken = () => ({
      submit: () => Promise.resolve({ type: 'overloaded' as const }),
      snapshot: () => Promise.reject(new Error('not asked')),
    })
    const shop = aShop({ ledgers: broken })
    const { id } = await buy(shop, { user_id: aUser() })
    expect(await inInbox(id)).toMatchObject({ state: 'failed', reason: 'overloaded', attempts: 1 })
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject({ attempts: 1 })
    for (let day = 0; day < 7; day += 1) {
      shop.pass(86_400_000)
      await shop.sweep()
    }
    expect(await inInbox(id)).toMatchObject({ state: 'dead', attempts: 8, nextAttemptAt: null })
  })
})

describe('a purchase', () => {
  it('follows its customer to another user, and a late link does not take it back', async () => {
    const [shop, before, after] = [await aShopThatSells(), aUser(), aUser()]
    await link(shop, before)
    await buy(shop, {})
    const move = { customerId: `c-${shop.name}`, userId: after, movedAt: shop.deps.now() }
    await moveCustomer(shop.deps.d1, ofShop, move, shop.deps.now())
    expect((await shop.sweep()).moves).toEqual({ done: 1, isAll: true })
    expect(await featuresOf(before)).toEqual([])
    expect(await featuresOf(after)).toEqual(['lessons'])

    const { id } = await link(shop, before)
    expect(await inInbox(id)).toMatchObject({ state: 'applied' })
    await shop.send('purchase.refunded', { purchase_id: shop.name, refund_id: 'r', full: true })
    expect(await featuresOf(after)).toEqual([])
    expect((await shop.sweep()).moves).toEqual({ done: 0, isAll: true })
  })
})
