import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { processEvent } from '../../../src/checkout/processing/process.ts'
import { sweep } from '../../../src/checkout/jobs/sweep.ts'
import { claimEvent, eventById, replay } from '../../../src/inbox/inbox-event.ts'
import { conclude } from '../../../src/inbox/conclude.ts'
import { ask } from '../../support/api.ts'
import { aUser } from '../../support/user.ts'
import { FIRST_LEASE_MS, aShop, inInbox } from '../a-shop.ts'

type Shop = ReturnType<typeof aShop>

const LEASE_MS = 5 * 60_000

function link(
  shop: Shop,
  customer = 'c',
  how: { id?: string; isProcessed?: boolean } = { isProcessed: false },
) {
  return shop.send('customer.linked', { customer: `${shop.name}-${customer}`, user_id: aUser() }, how)
}

/** A refund of what nobody has bought: it waits. */
function refund(shop: Shop, id: string) {
  const said = { purchase_id: shop.name, refund_id: 'r', full: true }
  return shop.send('purchase.refunded', said, { id })
}

function askReplay(id: string) {
  return ask('POST', `/v4/inbox/${id}/replay`, { headers: { 'Idempotency-Key': crypto.randomUUID() } })
}

/** Claims the event, and is never heard of again. */
function die(shop: Shop, id: string) {
  return claimEvent(env.DB, id, shop.deps.now())
}

describe('an event that brings down who processes it', () => {
  it('is left alone for a while, counts each time, and is dead in the end', async () => {
    const shop = aShop()
    const { id } = await link(shop)
    for (let attempts = 2; attempts <= 8; attempts += 1) {
      expect(await die(shop, id)).toMatchObject({ attempts })
      expect(await processEvent(shop.deps, id)).toBe(null)
      shop.pass(LEASE_MS)
    }
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject({ state: 'dead', reason: 'never_finished', nextAttemptAt: null })
    expect((await askReplay(id)).status).toBe(202)
    await vi.waitFor(async () => expect(await inInbox(id)).toMatchObject({ state: 'applied', attempts: 1 }))
  })

  it('is told in the log at its first attempt as at any other, where D1 lets nobody conclude it', async () => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {})
    const d1 = new Proxy(env.DB, {
      get: (db, name) =>
        name === 'batch'
          ? () => Promise.reject(new Error('D1_ERROR: Network connection lost'))
          : (Reflect.get(db, name) as (...given: unknown[]) => unknown).bind(db),
    })
    const shop = aShop()
    const { id } = await link(shop)
    shop.pass(FIRST_LEASE_MS)
    expect(await processEvent({ ...shop.deps, d1 }, id)).toBe(null)
    const lines = told.mock.calls.map(([line]) => JSON.parse(String(line)) as object)
    expect(lines).toContainEqual(expect.objectContaining({ event: 'inbox_event_broke', requestId: id }))
    expect(await inInbox(id)).toMatchObject({ state: 'received' })
    told.mockRestore()
  })

  it('takes no other one with it', async () => {
    const shop = aShop()
    const [poison, other] = [await link(shop, 'a'), await link(shop, 'b')]
    await die(shop, poison.id)
    expect(await inInbox(other.id)).toMatchObject({ attempts: 1 })
    await shop.sweep()
    expect(await inInbox(other.id)).toMatchObject({ state: 'applied', attempts: 2 })
    expect(await inInbox(poison.id)).toMatchObject({ state: 'received', attempts: 2 })
    shop.pass(LEASE_MS)
    await shop.sweep()
  })

  it('does not end the sweep, even where nothing can be written down of it', async () => {
    const shop = aShop()
    const [poison, other] = [await link(shop, 'a'), await link(shop, 'b')]
    await env.DB.prepare(`UPDATE inbox SET versions = 'not JSON' WHERE id = ?`).bind(poison.id).run()
    await shop.sweep()
    expect(await inInbox(other.id)).toMatchObject({ state: 'applied' })
    await env.DB.prepare(`UPDATE inbox SET versions = '[]' WHERE id = ?`).bind(poison.id).run()
    shop.pass(LEASE_MS)
    await shop.sweep()
    expect(await inInbox(poison.id)).toMatchObject({ state: 'applied', attempts: 3 })
  })
})

describe('who takes an event in', () => {
  it('has it for a minute, also when it is delivered again, and then the sweep', async () => {
    const shop = aShop()
    const eventId = crypto.randomUUID()
    const [customer, user_id] = [shop.name, aUser()]
    const takenAt = shop.deps.now()
    const { id } = await shop.send(
      'customer.linked',
      { customer, user_id },
      { id: eventId, isProcessed: false },
    )
    const before = { ...shop.deps, now: () => takenAt + FIRST_LEASE_MS - 1 }
    await shop.send('customer.linked', { customer, user_id }, { id: eventId, by: before })
    expect((await sweep(before, { rowsMax: 30, msMax: 20_000 })).events).toEqual({ done: 0, isAll: true })
    expect((await shop.sweep()).events).toEqual({ done: 1, isAll: true })
    expect(await inInbox(id)).toMatchObject({ state: 'applied', attempts: 2, deliveries: 2 })
  })
})

describe('two sweeps at once', () => {
  it('never have the same event', async () => {
    const shop = aShop()
    const sent = await Promise.all(Array.from({ length: 6 }, (_, index) => link(shop, `${index}`)))
    const swept = await Promise.all([shop.sweep(), shop.sweep(), shop.sweep()])
    expect(swept.reduce((sum, { events }) => sum + events.done, 0)).toBe(6)
    for (const { id } of sent) expect(await inInbox(id)).toMatchObject({ state: 'applied', attempts: 2 })
  })
})

describe('another delivery', () => {
  it('of an event that is being processed leaves it to who has it', async () => {
    const shop = aShop()
    const eventId = crypto.randomUUID()
    const [customer, user_id] = [shop.name, aUser()]
    const send = () =>
      shop.send('customer.linked', { customer, user_id }, { id: eventId, isProcessed: false })
    const { id } = await send()
    await die(shop, id)
    await send()
    expect((await shop.sweep()).events).toEqual({ done: 0, isAll: true })
    shop.pass(LEASE_MS)
    expect((await shop.sweep()).events).toEqual({ done: 1, isAll: true })
  })

  it('of one that waits has it tried again, however often', async () => {
    const shop = aShop()
    const eventId = crypto.randomUUID()
    for (let deliveries = 1; deliveries <= 12; deliveries += 1) {
      const { id } = await refund(shop, eventId)
      await shop.sweep()
      expect(await inInbox(id)).toMatchObject({ state: 'unmatched', deliveries, attempts: 1 })
    }
  })

  it('of one that is dead is only counted', async () => {
    const shop = aShop()
    const eventId = crypto.randomUUID()
    const { id } = await refund(shop, eventId)
    await env.DB.prepare(`UPDATE inbox SET state = 'dead' WHERE id = ?`).bind(id).run()
    await refund(shop, eventId)
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject({ state: 'dead', deliveries: 2 })
  })
})

describe('a replay', () => {
  it('processes its event at once, and no other', async () => {
    const shop = aShop()
    const [first, other] = [await link(shop, 'a', {}), await link(shop, 'b')]
    await env.DB.prepare('UPDATE inbox SET next_attempt_at = 0 WHERE id = ?').bind(other.id).run()
    expect((await askReplay(first.id)).json).toMatchObject({ state: 'received' })
    await vi.waitFor(async () =>
      expect(await inInbox(first.id)).toMatchObject({ state: 'applied', attempts: 1, replays: 1 }),
    )
    expect(await inInbox(other.id)).toMatchObject({ state: 'received', attempts: 1 })
    await shop.sweep()
  })
})

describe('what an event waits for', () => {
  const outcome = {
    state: 'quarantined',
    reason: 'unknown_customer',
    flags: [],
    userId: null,
    versions: [],
    nextAttemptAt: null,
    ifKnownAt: 0,
    isReplayed: false,
    isCounted: true,
  } as const
  const waitsOf = async (id: string) => {
    const { results } = await env.DB.prepare('SELECT key FROM inbox_waits WHERE inbox_id = ?').bind(id).all()
    return results.map(({ key }) => key)
  }

  it('is what was said last, and not by who comes too late', async () => {
    const shop = aShop()
    const { id } = await link(shop)
    const early = (await eventById(env.DB, id)) ?? expect.fail()
    await conclude(env.DB, early, { ...outcome, waitsFor: [`ref:1-${id}`] }, 0)
    const late = (await replay(env.DB, id, shop.deps.now())) ?? expect.fail()
    await conclude(env.DB, late, { ...outcome, waitsFor: [`ref:2-${id}`] }, 0)
    expect(await waitsOf(id)).toEqual([`ref:2-${id}`])
    await conclude(env.DB, early, { ...outcome, waitsFor: [] }, 0)
    expect(await waitsOf(id)).toEqual([`ref:2-${id}`])
  })
})
