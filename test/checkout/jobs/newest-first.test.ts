import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { BOUNDS } from '../../../src/checkout/processing/budget.ts'
import { followUp } from '../../../src/checkout/jobs/follow-up.ts'
import { sweep } from '../../../src/checkout/jobs/sweep.ts'
import { putCustomerLink } from '../../../src/owners/customer-link.ts'
import { wakeForProduct } from '../../../src/inbox/waits.ts'
import { aMeteredD1 } from '../../cost/a-metered-d1.ts'
import { aUser } from '../../support/user.ts'
import { copiesOf, statesOf } from '../a-backlog.ts'
import { SWEPT, aShop, featuresOf, inInbox } from '../a-shop.ts'
import { aShopThatSells, buy, customerOf, link, productOf, subscribe } from '../a-trade.ts'

/** What one invocation may ask of D1 (https://developers.cloudflare.com/d1/platform/limits/). */
const QUESTIONS_MAX = 1000

/** So many questions are asked in less than five seconds, where D1 takes a tenth of a second for each. */
const SOON_QUESTIONS = 50

/** A thousand purchases of one price that have just been woken by its mapping. */
async function aThousandWoken() {
  const { d1, meter } = aMeteredD1()
  const shop = aShop({ d1 })
  const { id } = await buy(shop, { user_id: aUser() })
  const waiting = [id, ...(await copiesOf(id, 999))]
  await shop.map(productOf(shop), 'lessons')
  shop.pass(1000)
  const wokenAt = shop.deps.now()
  await wakeForProduct(env.DB, { provider: 'standard-webhooks', ref: productOf(shop) }, wokenAt)
  meter.reset()
  return { shop, waiting, wokenAt, meter }
}

describe('while a thousand purchases of one price drain', () => {
  it('one invocation stays within its questions, and leaves the rest due', async () => {
    const { shop, waiting, wokenAt, meter } = await aThousandWoken()
    expect((await followUp(shop.deps, { what: 'product', at: wokenAt })).woken.isAll).toBe(false)
    expect(meter.counts.d1Calls).toBeLessThan(QUESTIONS_MAX / 2)
    const { rowsMax } = BOUNDS.followUp
    expect(await statesOf(waiting)).toEqual({ applied: rowsMax, quarantined: 1000 - rowsMax })
    expect(await dueOf(waiting)).toBe(1000 - rowsMax)
    await forget(waiting)
  })

  it('another user’s purchase is applied with the link that unblocks it, and first', async () => {
    const { waiting } = await aThousandWoken()
    const { d1, meter } = aMeteredD1()
    const [shop, user] = [await aShopThatSells({ d1 }), aUser()]
    const { id } = await subscribe(shop)
    shop.pass(1001)
    meter.reset()
    await link(shop, user)
    expect(meter.counts.d1Calls).toBeLessThan(SOON_QUESTIONS)
    expect(await inInbox(id)).toMatchObject({ state: 'applied' })
    expect(await featuresOf(user)).toEqual(['lessons'])
    expect(await statesOf(waiting)).toEqual({ quarantined: 1000 })
    await forget(waiting)
  })

  it('what a request has woken goes first, also where another wake is newer by then', async () => {
    const [shop, user] = [await aShopThatSells(), aUser()]
    const { id } = await subscribe(shop)
    const wokenAt = shop.deps.now()
    const customer = { customerId: customerOf(shop), userId: user, now: wokenAt }
    await putCustomerLink(env.DB, { provider: 'standard-webhooks', account: '' }, customer)
    const { waiting } = await aThousandWoken()
    shop.pass(1001)
    await followUp(shop.deps, { what: 'customer', at: wokenAt }, { ...BOUNDS.followUp, rowsMax: 1 })
    expect(await inInbox(id)).toMatchObject({ state: 'applied' })
    expect(await statesOf(waiting)).toEqual({ quarantined: 1000 })
    await forget(waiting)
  })

  it('also by a sweep the newest wake goes first', async () => {
    const { waiting } = await aThousandWoken()
    const { d1, meter } = aMeteredD1()
    const shop = await aShopThatSells({ d1 })
    const first = await subscribe(shop)
    shop.pass(1001)
    // Who tells of the customer dies before anything else is done.
    const told = await link(shop, aUser(), { isProcessed: false })
    meter.reset()
    await sweep(shop.deps, { rowsMax: 2, msMax: SWEPT.msMax })
    expect(meter.counts.d1Calls).toBeLessThan(SOON_QUESTIONS)
    for (const { id } of [told, first]) expect(await inInbox(id)).toMatchObject({ state: 'applied' })
    expect(await statesOf(waiting)).toEqual({ quarantined: 1000 })
    await forget(waiting)
  })
})

describe('what has been due for longest', () => {
  it('has its turn, however much is woken after it', async () => {
    const shop = aShop()
    const old = []
    for (let index = 0; index < 8; index += 1) old.push(await anUnprocessed(shop, `old-${index}`))
    await dueAt(old, 1)
    const bounds = { rowsMax: 12, msMax: SWEPT.msMax }
    for (const left of [5, 2, 0]) {
      const newer = await anUnprocessed(shop, `newer-${left}`)
      const more = await copiesOf(newer, 20)
      await sweep(shop.deps, bounds)
      expect(await dueOf(old)).toBe(left)
      expect(await dueOf(more)).toBeGreaterThan(0)
    }
    await sweep(shop.deps, { rowsMax: 100, msMax: SWEPT.msMax })
  })
})

/** An event that says who a customer is, and that is left to the sweep. */
async function anUnprocessed(shop: ReturnType<typeof aShop>, customer: string): Promise<string> {
  const data = { customer: `${customer}-${shop.name}`, user_id: aUser() }
  return (await shop.send('customer.linked', data, { isProcessed: false })).id
}

async function dueAt(ids: readonly string[], at: number): Promise<void> {
  await env.DB.prepare('UPDATE inbox SET next_attempt_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))')
    .bind(JSON.stringify(ids), at)
    .run()
}

async function dueOf(ids: readonly string[]): Promise<number> {
  const { results } = await env.DB.prepare(
    `SELECT id FROM inbox WHERE next_attempt_at IS NOT NULL AND id IN (SELECT value FROM json_each(?1))`,
  )
    .bind(JSON.stringify(ids))
    .all()
  return results.length
}

/** So that no other test finds them due. */
async function forget(ids: readonly string[]): Promise<void> {
  await env.DB.prepare(
    'UPDATE inbox SET next_attempt_at = NULL WHERE id IN (SELECT value FROM json_each(?1))',
  )
    .bind(JSON.stringify(ids))
    .run()
}
