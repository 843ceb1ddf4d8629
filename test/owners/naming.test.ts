import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { putCustomerLink } from '../../src/owners/customer-link.ts'
import { claimPurchaseIds } from '../../src/owners/claim-purchase-ids.ts'
import { aUser } from '../support/user.ts'
import { aShop, featuresOf, inInbox } from '../checkout/a-shop.ts'

type Shop = ReturnType<typeof aShop>

const ofShop = { provider: 'standard-webhooks', account: '' }

/** A purchase of a customer, named as the shop is, who may have named its user. What it gives has its name. */
interface Purchase {
  readonly id: string
  readonly userId: string | null
}

async function aShopThatSells(...ids: readonly string[]): Promise<Shop> {
  const shop = aShop()
  for (const id of ids) await shop.map(`${id}-${shop.name}`, id)
  return shop
}

function buy(shop: Shop, { id, userId }: Purchase) {
  return shop.send('purchase.completed', {
    purchase_id: `${id}-${shop.name}`,
    customer: shop.name,
    user_id: userId,
    lines: [{ line_id: '1', product: `${id}-${shop.name}`, quantity: 1 }],
  })
}

function ordersOf<T>(values: readonly T[]): readonly (readonly T[])[] {
  if (values.length === 0) return [[]]
  return values.flatMap((value, index) =>
    ordersOf(values.toSpliced(index, 1)).map((rest) => [value, ...rest]),
  )
}

function numbered(count: number): [string, readonly number[]][] {
  return ordersOf([...Array(count).keys()]).map((order) => [order.map((one) => one + 1).join(', '), order])
}

/** What each of some users has, in the order of the alphabet. */
function allOf(...users: readonly string[]) {
  return Promise.all(users.map(async (user) => (await featuresOf(user)).toSorted()))
}

describe('one customer who buys for two users', () => {
  it.each(numbered(2))('gives each what names them, told %s', async (_order, order) => {
    const [shop, ada, bob] = [await aShopThatSells('a', 'b'), aUser(), aUser()]
    const purchases = [
      { id: 'a', userId: ada },
      { id: 'b', userId: bob },
    ]
    for (const index of [...order, ...order]) await buy(shop, purchases[index] ?? expect.fail())
    expect(await allOf(ada, bob)).toEqual([['a'], ['b']])
  })

  it.each(numbered(3))(
    'lets wait what names nobody, and takes it from whom it had gone to, told %s',
    async (_order, order) => {
      const [shop, ada, bob] = [await aShopThatSells('a', 'b', 'c'), aUser(), aUser()]
      const purchases = [
        { id: 'a', userId: ada },
        { id: 'b', userId: bob },
        { id: 'c', userId: null },
      ]
      let last = ''
      for (const index of order) {
        const { id } = await buy(shop, purchases[index] ?? expect.fail())
        if (index === 2) last = id
      }
      await shop.sweep()
      expect(await allOf(ada, bob)).toEqual([['a'], ['b']])
      const again = await buy(shop, { id: 'c', userId: null })
      expect(await inInbox(again.id)).toMatchObject({ state: 'quarantined', reason: 'unknown_customer' })

      await putCustomerLink(env.DB, ofShop, { customerId: shop.name, userId: ada, now: shop.deps.now() })
      await shop.sweep()
      await shop.sweep()
      expect(await allOf(ada, bob)).toEqual([['a', 'c'], ['b']])
      for (const id of [last, again.id])
        expect(await inInbox(id)).toMatchObject({
          state: expect.stringMatching(/applied|superseded/) as string,
        })
    },
  )

  it('lets wait what names nobody also where both are named at the same moment', async () => {
    const [shop, ada, bob] = [await aShopThatSells('a', 'b', 'c'), aUser(), aUser()]
    await Promise.all([buy(shop, { id: 'a', userId: ada }), buy(shop, { id: 'b', userId: bob })])
    const { id } = await buy(shop, { id: 'c', userId: null })
    expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'unknown_customer' })
    expect(await allOf(ada, bob)).toEqual([['a'], ['b']])
  })

  it('keeps an explicit link for what names nobody, whatever the names', async () => {
    const [shop, ada, bob] = [await aShopThatSells('a', 'b', 'c'), aUser(), aUser()]
    await shop.send('customer.linked', { customer: shop.name, user_id: bob })
    await buy(shop, { id: 'a', userId: ada })
    await buy(shop, { id: 'b', userId: bob })
    await buy(shop, { id: 'c', userId: null })
    expect(await allOf(ada, bob)).toEqual([['a'], ['b', 'c']])
  })

  it.each(numbered(3))('is whom the shop said last of the customer alone, told %s', async (_order, order) => {
    const [shop, ada, bob] = [await aShopThatSells('a'), aUser(), aUser()]
    const said = [
      () => buy(shop, { id: 'a', userId: null }),
      () =>
        shop.send('customer.linked', { customer: shop.name, user_id: ada }, { at: '2030-01-01T10:00:00Z' }),
      () =>
        shop.send('customer.linked', { customer: shop.name, user_id: bob }, { at: '2030-01-01T11:00:00Z' }),
    ]
    for (const index of order) await said[index]?.()
    await shop.sweep()
    expect(await allOf(ada, bob)).toEqual([[], ['a']])
  })
})

describe('a customer of whom the shop speaks several times', () => {
  it.each(numbered(3))(
    'is whom it named last, also where that was named before, told %s',
    async (_order, order) => {
      const [shop, ada, bob] = [await aShopThatSells('a'), aUser(), aUser()]
      const said = [
        [ada, '2030-01-01T09:00:00Z'],
        [bob, '2030-01-01T10:00:00Z'],
        [ada, '2030-01-01T11:00:00Z'],
      ] as const
      for (const index of order) {
        const [user_id, at] = said[index] ?? expect.fail()
        await shop.send('customer.linked', { customer: shop.name, user_id }, { at })
      }
      await buy(shop, { id: 'a', userId: null })
      expect(await allOf(ada, bob)).toEqual([['a'], []])
    },
  )
})

describe('a purchase that names nobody', () => {
  it.each(numbered(2))(
    'is of whom another purchase of its customer names, told %s',
    async (_order, order) => {
      const [shop, ada] = [await aShopThatSells('a', 'b'), aUser()]
      const purchases = [
        { id: 'a', userId: ada },
        { id: 'b', userId: null },
      ]
      for (const index of order) await buy(shop, purchases[index] ?? expect.fail())
      await shop.sweep()
      expect(await allOf(ada)).toEqual([['a', 'b']])
    },
  )
})

describe('a purchase of which two names of one rank name two users', () => {
  it.each(numbered(2))('is withheld from both and shown, told %s', async (_order, order) => {
    const [shop, users] = [await aShopThatSells('a'), [aUser(), aUser()]]
    let last = ''
    for (const index of order) ({ id: last } = await buy(shop, { id: 'a', userId: users[index] ?? '' }))
    expect(await allOf(...users)).toEqual([[], []])
    expect(await inInbox(last)).toMatchObject({ state: 'quarantined', reason: 'user_disputed' })
    await shop.sweep()
    expect(await inInbox(last)).toMatchObject({ state: 'quarantined', replays: 0 })
  })

  it('is withheld once, however many events name them at the same moment', async () => {
    const [shop, users] = [await aShopThatSells('a'), [aUser(), aUser(), aUser(), aUser()]]
    await Promise.all(users.map((userId) => buy(shop, { id: 'a', userId })))
    for (let minute = 0; minute < 3; minute += 1) {
      shop.pass(10 * 60_000)
      await shop.sweep()
    }
    expect(await allOf(...users)).toEqual([[], [], [], []])
  })
})

/** D1 as it is when somebody else is faster by one batch. */
function overtaken(by: () => Promise<unknown>): D1Database {
  let isArmed = true
  return new Proxy(env.DB, {
    get(d1, name) {
      if (name !== 'batch') return d1[name as 'prepare'].bind(d1)
      return async (statements: D1PreparedStatement[]) => {
        const isNow = isArmed
        isArmed = false
        if (isNow) await by()
        return d1.batch(statements)
      }
    },
  })
}

describe('a claim', () => {
  it('is decided anew where somebody else names another user meanwhile', async () => {
    const [id, ada, bob] = [crypto.randomUUID(), aUser(), aUser()]
    const claim = (userId: string) => ({
      ids: [id],
      customerId: null,
      names: [{ id, rank: 'own', userId, customerId: '', toldAt: 0 } as const],
      isKept: false,
      isNaming: true,
      isHandLifted: false,
    })
    const d1 = overtaken(() => claimPurchaseIds(env.DB, ofShop, claim(bob), 0))
    expect(await claimPurchaseIds(d1, ofShop, claim(ada), 0)).toMatchObject({ owner: null, isDisputed: true })
  })
})
