import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { SweepDeps } from '../../../src/checkout/jobs/sweep.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { SAID } from '../../support/faulty-d1.ts'
import { aUser } from '../../support/user.ts'
import { aShop, eventText, featuresOf, inInbox } from '../a-shop.ts'

const MINUTE_MS = 60_000

/** The real D1 for whom no statement that claims a purchase has room, while that is so. */
function withoutRoom(isFull: () => boolean): D1Database {
  const batch: D1Database['batch'] = (statements) =>
    isFull() ? Promise.reject(new Error(SAID.full)) : env.DB.batch(statements)
  return new Proxy(env.DB, {
    get(target, property) {
      if (property === 'batch') return batch
      const value: unknown = Reflect.get(target, property)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** A purchase of which something meets a full database until there is room. */
async function aPurchase(deps: (isFull: () => boolean) => Partial<SweepDeps>) {
  let isFull = true
  const [shop, userId] = [aShop(deps(() => isFull)), aUser()]
  isFull = false
  await shop.map(`course-${shop.name}`, 'lessons')
  isFull = true
  const lines = [{ line_id: '1', product: `course-${shop.name}`, quantity: 1 }]
  const { id } = await shop.send('purchase.completed', { purchase_id: shop.name, user_id: userId, lines })
  return { shop, userId, id, makeRoom: () => void (isFull = false) }
}

describe('a purchase for which the database has no room', () => {
  it('waits under that reason, however often it is tried, and goes on by itself once there is some', async () => {
    const ledgers =
      (isFull: () => boolean): SweepDeps['ledgers'] =>
      (userId) => {
        const ledger = env.USERS.getByName(userId)
        if (!isFull()) return ledger
        return {
          submit: () => Promise.resolve({ type: 'unavailable', isFull: true }),
          snapshot: (copy) => ledger.snapshot(copy),
        }
      }
    const { shop, userId, id, makeRoom } = await aPurchase((isFull) => ({ ledgers: ledgers(isFull) }))
    for (let tries = 0; tries < 12; tries += 1) {
      expect(await inInbox(id)).toMatchObject({ state: 'failed', reason: 'ledger_full', attempts: 0 })
      shop.pass(10 * MINUTE_MS)
      await shop.sweep()
    }
    makeRoom()
    shop.pass(10 * MINUTE_MS)
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject({ state: 'applied', reason: null })
    expect(await featuresOf(userId)).toEqual(['lessons'])
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
  })

  it('waits likewise where it is the claim that finds none', async () => {
    let batches = 0
    // The first batch takes the event in, the next is the claim’s, and the conclusion has room again.
    const d1 = (isFull: () => boolean) => withoutRoom(() => isFull() && (batches += 1) === 2)
    const { shop, userId, id } = await aPurchase((isFull) => ({ d1: d1(isFull) }))
    expect(await inInbox(id)).toMatchObject({ state: 'failed', reason: 'ledger_full', attempts: 0 })
    shop.pass(10 * MINUTE_MS)
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject({ state: 'applied' })
    expect(await featuresOf(userId)).toEqual(['lessons'])
  })

  it('is not begun while the database is known to be full, so that no attempt counts for want of room', async () => {
    let isFull = true
    const [shop, userId] = [aShop({ isFull: () => isFull }), aUser()]
    await shop.map(`course-${shop.name}`, 'lessons')
    const lines = [{ line_id: '1', product: `course-${shop.name}`, quantity: 1 }]
    const data = { purchase_id: shop.name, user_id: userId, lines }
    const { id } = await shop.send('purchase.completed', data, { isProcessed: false })
    const asItCame = await inInbox(id)
    expect((await shop.sweep()).events).toEqual({ done: 0, isAll: false })
    expect(await inInbox(id)).toEqual(asItCame)
    isFull = false
    await shop.sweep()
    expect(await inInbox(id)).toMatchObject({ state: 'applied' })
  })

  it('is not taken in where the inbox has no room either: the shop is told, and sends it again', async () => {
    const shop = aShop({ d1: withoutRoom(() => true) })
    const lines = [{ line_id: '1', product: 'course', quantity: 1 }]
    const data = { purchase_id: shop.name, user_id: aUser(), lines }
    const body = eventText('purchase.completed', data)
    expect((await shop.deliver(body)).status).toBe(503)
  })
})
