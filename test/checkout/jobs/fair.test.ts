import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { followUp } from '../../../src/checkout/jobs/follow-up.ts'
import { putCustomerLink } from '../../../src/owners/customer-link.ts'
import { wakeForProduct } from '../../../src/inbox/waits.ts'
import { aUser } from '../../support/user.ts'
import { SWEPT, aShop, featuresOf, inInbox } from '../a-shop.ts'
import { productOf } from '../a-trade.ts'

type Shop = ReturnType<typeof aShop>

/** More than a sweep takes. */
const MANY = 45

/** A purchase of one line, which waits for its product. */
async function order(shop: Shop, customer: string, purchase: string, userId: string | null = null) {
  const lines = [{ line_id: '1', product: productOf(shop), quantity: 1 }]
  const data = { purchase_id: `${purchase}-${shop.name}`, customer: `${customer}-${shop.name}`, lines }
  return (await shop.send('purchase.completed', userId === null ? data : { ...data, user_id: userId })).id
}

async function ordersOf(
  shop: Shop,
  customer: string,
  count: number,
  userId: string | null = null,
): Promise<readonly string[]> {
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) {
    ids.push(await order(shop, customer, `${customer}-${index}`, userId))
  }
  return ids
}

async function stillDue(ids: readonly string[]): Promise<number> {
  const { results } = await env.DB.prepare(
    'SELECT id FROM inbox WHERE next_attempt_at IS NOT NULL AND id IN (SELECT value FROM json_each(?1))',
  )
    .bind(JSON.stringify(ids))
    .all()
  return results.length
}

describe('a buyer with many orders', () => {
  it('keeps no other one from the next sweep, though all were woken at one moment', async () => {
    const shop = aShop()
    const many = await ordersOf(shop, 'greedy', MANY, aUser())
    const user = aUser()
    const paid = await order(shop, 'buyer', 'paid', user)
    await shop.map(productOf(shop), 'lessons')
    shop.pass(1000)
    await wakeForProduct(env.DB, { provider: 'standard-webhooks', ref: productOf(shop) }, shop.deps.now())
    expect(await stillDue([...many, paid])).toBe(MANY + 1)
    await shop.sweep()
    expect(await inInbox(paid)).toMatchObject({ state: 'applied' })
    expect(await featuresOf(user)).toEqual(['lessons'])
    expect(await stillDue(many)).toBe(MANY - (SWEPT.rowsMax - 1))
    while ((await stillDue(many)) > 0) await shop.sweep()
  })

  it('keeps no other one from the wake of both, where an operator maps what they bought', async () => {
    const shop = aShop()
    const many = await ordersOf(shop, 'greedy', 40, aUser())
    const paid = await order(shop, 'buyer', 'paid', aUser())
    await shop.map(productOf(shop), 'lessons')
    shop.pass(1000)
    const at = shop.deps.now()
    await wakeForProduct(env.DB, { provider: 'standard-webhooks', ref: productOf(shop) }, at)
    await followUp(shop.deps, { what: 'product', at }, { rowsMax: 5, msMax: 20_000 })
    expect(await inInbox(paid)).toMatchObject({ state: 'applied' })
    expect(await stillDue(many)).toBe(36)
    while ((await stillDue(many)) > 0) await shop.sweep()
  })

  it('who is linked after them has the turn before them, and who is due since before has one beside them', async () => {
    const shop = aShop()
    await shop.map(productOf(shop), 'lessons')
    const [early, many, late] = [
      await order(shop, 'early', 'early'),
      await ordersOf(shop, 'greedy', MANY),
      await order(shop, 'late', 'late'),
    ]
    for (const customer of ['early', 'greedy', 'late']) {
      shop.pass(1000)
      const link = { customerId: `${customer}-${shop.name}`, userId: aUser(), now: shop.deps.now() }
      await putCustomerLink(env.DB, { provider: 'standard-webhooks', account: '' }, link)
    }
    expect(await stillDue([early, ...many, late])).toBe(MANY + 2)
    await shop.sweep()
    for (const id of [early, late]) expect(await inInbox(id)).toMatchObject({ state: 'applied' })
    expect(await stillDue(many)).toBe(MANY - (SWEPT.rowsMax - 2))
    while ((await stillDue(many)) > 0) await shop.sweep()
  })
})
