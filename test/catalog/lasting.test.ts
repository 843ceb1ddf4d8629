import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { evictDurableObject } from 'cloudflare:test'
import type { Duration } from '../../src/domain/purchases/products/product.ts'
import { START, DAY_MS, aPassShop, refund } from './a-pass-shop.ts'

const THIRTY_DAYS: Duration = { every: 'day', count: 30 }
const STACKING: Duration = { ...THIRTY_DAYS, stacks: true }

describe('a purchase of a product that lasts', () => {
  it('ends by the duration that the product has now', async () => {
    const shop = await aPassShop()
    await shop.sells({ duration: THIRTY_DAYS })
    await shop.tell('a', shop.order(0))
    expect(await shop.places()).toEqual({ a: [0, 30] })
    expect(await shop.accessOn(29)).toMatchObject({ allowed: true, nextChangeAt: START + 30 * DAY_MS })
    expect(await shop.accessOn(30)).toMatchObject({ allowed: false, reason: 'expired' })
    await shop.sells({ duration: { every: 'day', count: 90 } })
    await shop.tell('a')
    expect(await shop.places()).toEqual({ a: [0, 90] })
    await shop.sells()
    await shop.tell('a')
    expect(await shop.places()).toEqual({ a: [0, null] })
    expect(await shop.verdict()).toMatchObject({ intact: true })
  })

  it('gives its amount within its own time, each purchase a lot of its own', async () => {
    const shop = await aPassShop({ type: 'metered', amount: 100 })
    await shop.sells({ duration: STACKING })
    await shop.tell('a', shop.order(0))
    expect(await shop.consume(60)).toBe(201)
    await shop.tell('b', shop.order(0, { startsAt: START + 1 }))
    expect(await shop.consume(60)).toBe(409)
    expect(await shop.consume(40)).toBe(201)
    expect(await shop.accessOn(1)).toMatchObject({ allowed: false, reason: 'limit_reached' })
    expect(await shop.accessOn(31)).toMatchObject({ allowed: true, balance: { remaining: 100 } })
    expect(await shop.accessOn(61)).toMatchObject({ allowed: false, reason: 'expired' })
    expect(await shop.verdict()).toMatchObject({ intact: true })
  })
})

describe('the purchases of a product that stacks', () => {
  it('follow one another in whatever order they are told, and move up where one is given back', async () => {
    const told = [
      ['a', 0, 1],
      ['b', 10, 2],
      ['c', 20, 1],
    ] as const
    for (const order of [told, told.toReversed(), [told[1], told[2], told[0]]]) {
      const shop = await aPassShop()
      await shop.sells({ duration: STACKING })
      for (const [ref, day, quantity] of order) await shop.tell(ref, shop.order(day, { quantity }))
      expect(await shop.places()).toEqual({ a: [0, 30], b: [30, 90], c: [90, 120] })
      await shop.tell('b', refund())
      expect(await shop.places()).toEqual({ a: [0, 30], c: [30, 60] })
      await shop.tell('a', refund())
      expect(await shop.places()).toEqual({ c: [20, 50] })
      expect(await shop.verdict()).toMatchObject({ intact: true })
    }
  })

  it('are settled with what is told in one decision, and say so', async () => {
    const shop = await aPassShop()
    await shop.sells({ duration: STACKING })
    await shop.tell('b', shop.order(5))
    const { versions } = await shop.tell('a', shop.order(0))
    // What was told, what it gives, and what the other gives from now on.
    expect(versions).toEqual([3, 4, 5])
    expect((await shop.tell('a', shop.order(0))).versions).toEqual([])
  })

  it('are the same to an object that has just begun', async () => {
    const shop = await aPassShop()
    await shop.sells({ duration: STACKING })
    await shop.tell('b', shop.order(5))
    await evictDurableObject(env.USERS.getByName(shop.userId))
    await shop.tell('a', shop.order(0))
    expect(await shop.places()).toEqual({ a: [0, 30], b: [30, 60] })
    expect(await shop.verdict()).toMatchObject({ intact: true })
  })

  it('move up where one goes over to another user', async () => {
    const shop = await aPassShop()
    await shop.sells({ duration: STACKING })
    await shop.tell('a', shop.order(0))
    await shop.tell('b', shop.order(5))
    await shop.release('a')
    expect(await shop.places()).toEqual({ b: [5, 35] })
    expect(await shop.verdict()).toMatchObject({ intact: true })
  })

  it('all follow a change of the duration once any of them does', async () => {
    const shop = await aPassShop()
    await shop.sells({ duration: STACKING })
    await shop.tell('a', shop.order(0))
    await shop.tell('b', shop.order(5))
    await shop.sells({ duration: { every: 'day', count: 10, stacks: true } })
    await shop.tell('b')
    expect(await shop.places()).toEqual({ a: [0, 10], b: [10, 20] })
    await shop.sells({ duration: { every: 'day', count: 10 } })
    await shop.tell('a')
    await shop.tell('b')
    expect(await shop.places()).toEqual({ a: [0, 10], b: [5, 15] })
  })

  it('keep what was spent of one that another one pushes back', async () => {
    const shop = await aPassShop({ type: 'metered', amount: 100 })
    await shop.sells({ duration: STACKING })
    await shop.tell('b', shop.order(0))
    expect(await shop.consume(70)).toBe(201)
    await shop.tell('a', shop.order(-1))
    expect(await shop.accessOn(1)).toMatchObject({ balance: { remaining: 100 } })
    expect(await shop.accessOn(30)).toMatchObject({ balance: { remaining: 30 } })
    expect(await shop.verdict()).toMatchObject({ intact: true })
  })
})
