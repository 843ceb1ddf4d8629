import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { sweep } from '../../../src/checkout/jobs/sweep.ts'
import { eventPage } from '../../../src/inbox/event-page.ts'
import { replay } from '../../../src/inbox/inbox-event.ts'
import { aUser } from '../../support/user.ts'
import { DAY_MS, FIRST_LEASE_MS, NOW, aShop, inInbox } from '../a-shop.ts'

function open(shop: ReturnType<typeof aShop>, index: number, isProcessed = false) {
  return shop.send(
    'customer.linked',
    { customer: `${shop.name}-${index}`, user_id: aUser() },
    { isProcessed },
  )
}

async function waitsOf(id: string): Promise<number | null> {
  return env.DB.prepare('SELECT count(*) AS count FROM inbox_waits WHERE inbox_id = ?1')
    .bind(id)
    .first('count')
}

describe('a sweep', () => {
  it('does so many rows and leaves the rest to the next', async () => {
    const shop = aShop()
    for (let index = 0; index < 5; index += 1) await open(shop, index)
    const bounds = { rowsMax: 3, msMax: 20_000 }
    expect((await sweep(shop.deps, bounds)).events).toEqual({ done: 3, isAll: false })
    expect((await sweep(shop.deps, bounds)).events).toEqual({ done: 2, isAll: true })
  })

  it('stops when its time is over', async () => {
    const shop = aShop()
    await open(shop, 0)
    await open(shop, 1)
    let at = NOW + 2 * FIRST_LEASE_MS
    const now = () => (at += 1000)
    expect((await sweep({ ...shop.deps, now }, { rowsMax: 30, msMax: 5000 })).events).toMatchObject({
      isAll: false,
    })
    expect((await shop.sweep()).events.isAll).toBe(true)
  })

  it('drops the bodies of what is settled after its days, and keeps the row and its hash', async () => {
    const shop = aShop()
    const settled = await open(shop, 0, true)
    const waiting = await shop.send('purchase.refunded', {
      purchase_id: shop.name,
      refund_id: 'r',
      full: true,
    })
    shop.pass(15 * DAY_MS)
    await shop.sweep()
    expect(await inInbox(settled.id)).toMatchObject({ state: 'applied', hasBody: false })
    expect(await inInbox(waiting.id)).toMatchObject({ state: 'unmatched', hasBody: true })
    shop.pass(80 * DAY_MS)
    await shop.sweep()
    expect(await inInbox(waiting.id)).toMatchObject({ hasBody: false })
    await replay(env.DB, waiting.id, shop.deps.now())
    await shop.sweep()
    expect(await inInbox(waiting.id)).toMatchObject({ state: 'quarantined', reason: 'body_dropped' })
  })

  it('keeps of an event without its body who it was, what it said by its hash, and what became of it', async () => {
    const shop = aShop()
    const data = { purchase_id: shop.name, refund_id: 'r', full: true }
    const waiting = await shop.send('purchase.refunded', data, { id: shop.name })
    const before = await inInbox(waiting.id)
    expect(await waitsOf(waiting.id)).toBeGreaterThan(0)
    shop.pass(91 * DAY_MS)
    await shop.sweep()
    expect(await inInbox(waiting.id)).toEqual({ ...before, hasBody: false, factsSha256: '' })
    expect(await waitsOf(waiting.id)).toBe(0)
  })

  it('tells by that hash whether an event is delivered again, or another under its id', async () => {
    const shop = aShop()
    const data = { customer: shop.name, user_id: aUser() }
    const first = await shop.send('customer.linked', data, { id: shop.name })
    shop.pass(15 * DAY_MS)
    await shop.sweep()
    await shop.send('customer.linked', data, { id: shop.name })
    expect(await inInbox(first.id)).toMatchObject({ state: 'applied', deliveries: 2, conflicts: '[]' })
    await shop.send('customer.linked', { ...data, user_id: aUser() }, { id: shop.name })
    const { deliveries, conflicts } = await inInbox(first.id)
    expect(deliveries).toBe(3)
    expect(JSON.parse(conflicts)).toHaveLength(1)
  })
})

describe('the inbox', () => {
  it('is paged newest first, within moments', async () => {
    const shop = aShop()
    shop.pass(400 * DAY_MS)
    const from = shop.deps.now()
    const ids: string[] = []
    for (let index = 0; index < 3; index += 1) {
      ids.unshift((await open(shop, index, true)).id)
      shop.pass(1000)
    }
    const filter = { receivedAfter: from, provider: 'standard-webhooks', state: 'applied' } as const
    const page = await eventPage(env.DB, { filter, after: null, limit: 2 })
    expect(page.items.map(({ id }) => id)).toEqual(ids.slice(0, 2))
    const rest = await eventPage(env.DB, { filter, after: page.next, limit: 2 })
    expect(rest.items.map(({ id }) => id)).toEqual(ids.slice(2))
    expect(rest.next).toBe(null)
    const none = { ...filter, receivedBefore: from }
    const empty = { items: [], next: null }
    expect(await eventPage(env.DB, { filter: none, after: null, limit: 2 })).toEqual(empty)
  })
})
