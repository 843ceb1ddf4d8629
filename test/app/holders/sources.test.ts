import { describe, expect, it, vi } from 'vitest'
import { DAY_MS } from '../../checkout/a-shop.ts'
import { ask } from '../../support/api.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { expectProblem } from '../../support/problem.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'
import { numbersOf } from '../usage/a-meter.ts'
import { aSellingShop, momentOf } from '../usage/a-selling-shop.ts'
import { seatsOf } from './seats.ts'

stopTheClock()

/** A shop whose customer pays for seats by the month, two of which are taken. */
async function aTeam(amount = 5) {
  const shop = await aSellingShop('floor_at_zero', true)
  await shop.sells('team', { amount })
  const start = Date.now()
  await shop.subscribe(1, 'team', start, start + 30 * DAY_MS)
  const seats = seatsOf(shop.userId, shop.feature)
  await seats.take('ann')
  await seats.take('bob')
  return { shop, seats, start }
}

const TWO = [
  ['ann', 1],
  ['bob', 1],
]

describe('what is held', () => {
  it('stays taken when its subscription is renewed, and is given no second time', async () => {
    const { shop, seats, start } = await aTeam()
    expect(await seats.balance()).toEqual([5, 2, 0, 3])
    await shop.passDays(30)
    await shop.subscribe(2, 'team', start + 30 * DAY_MS, start + 60 * DAY_MS)
    expect(await seats.balance()).toEqual([5, 2, 0, 3])
    expect(await seats.holders()).toEqual(TWO)
    expect(await seats.verify()).toMatchObject({ intact: true })
  })

  it('stays taken beyond the amount after a downgrade, which is said, and nothing new is given', async () => {
    const { shop, seats, start } = await aTeam()
    await shop.sells('solo', { amount: 1 })
    await shop.subscribe(2, 'solo', start, start + 30 * DAY_MS)
    expect(await seats.balance()).toEqual([1, 2, 0, -1])
    expect(await seats.check()).toMatchObject({ allowed: false, reason: 'limit_reached' })
    expectProblem(await seats.take('cid'), 409, 'insufficient_balance')
    await seats.letGo('bob')
    expect(await seats.balance()).toEqual([1, 1, 0, 0])
    expectProblem(await seats.take('cid'), 409, 'insufficient_balance')
    await shop.subscribe(3, 'team', start, start + 30 * DAY_MS)
    expect((await seats.take('cid')).status).toBe(201)
  })

  it('stays taken while nothing gives it, and counts in a subscription under a new id', async () => {
    const { shop, seats } = await aTeam()
    await shop.passDays(60)
    expect(await seats.balance()).toEqual([0, 2, 0, -2])
    expect((await seats.check()).allowed).toBe(false)
    expect(await seats.holders()).toEqual(TWO)
    const again = Date.now()
    const says = { subscription_id: `${shop.name}-again` }
    await shop.subscribe(1, 'team', again, again + 30 * DAY_MS, says)
    expect(await seats.balance()).toEqual([5, 2, 0, 3])
  })

  it('is of no one source: of two the other gives what is left', async () => {
    const { shop, seats, start } = await aTeam(1)
    expect(await seats.balance()).toEqual([1, 1, 0, 0])
    await seats.grant(3, { sourceRef: 'extra', endsAt: momentOf(start + 5 * DAY_MS) })
    await seats.take('bob')
    expect(await seats.balance()).toEqual([4, 2, 0, 2])
    const { json } = await seats.get(`balances?feature=${seats.feature}&consistency=strong`)
    const [balance] = json.balances
    expect(numbersOf(balance)).toEqual([4, 2, 0, 2])
    expect(balance.lots.map(numbersOf)).toEqual([
      [3, 0, 0, 3],
      [1, 0, 0, 1],
    ])
    pass(5 * DAY_MS)
    shop.pass(5 * DAY_MS)
    expect(await seats.balance()).toEqual([1, 2, 0, -1])
  })

  it('does not move with a purchase: who gives it goes, who has it stays', async () => {
    const [shop, to] = [await aSellingShop('floor_at_zero', true), aUser()]
    await shop.sells('pack', { amount: 3 })
    await shop.buy({ pack: 1 })
    const [seats, theirs] = [seatsOf(shop.userId, shop.feature), seatsOf(to, shop.feature)]
    await seats.take('ann')
    const { json } = await seats.lease('bob', 86_400)
    const body = { userId: to }
    await ask('PUT', `/v4/purchases/standard-webhooks/${shop.name}`, { body, token: await aToken() })
    await vi.waitFor(async () => expect((await shop.access()).balance?.granted ?? 0).toBe(0), 10_000)
    expect(await seats.balance()).toEqual([0, 1, 1, -2])
    expect((await seats.renew(json.id, 86_400)).status).toBe(200)
    await vi.waitFor(async () => expect(await theirs.balance()).toEqual([3, 0, 0, 3]), 10_000)
    for (const one of [seats, theirs]) expect(await one.verify()).toMatchObject({ intact: true })
  })

  it('goes beyond what a refund leaves, and is what counts when more is bought', async () => {
    const shop = await aSellingShop('floor_at_zero', true)
    await shop.sells('pack', { amount: 2, perQuantity: true })
    await shop.buy({ pack: 2 })
    const seats = seatsOf(shop.userId, shop.feature)
    for (const holder of ['a', 'b', 'c']) await seats.take(holder)
    await shop.refund({ lines: [{ line_id: 'pack', quantity: 1 }] })
    expect(await seats.balance()).toEqual([2, 3, 0, -1])
    await seats.grant(2, { sourceRef: 'more' })
    expect(await seats.balance()).toEqual([4, 3, 0, 1])
  })

  it('may be of what everybody has, of which nothing enters the ledger', async () => {
    const [feature, token] = [`feature-${crypto.randomUUID()}`, await aToken()]
    await ask('PUT', `/v4/features/${feature}`, { token, body: { type: 'metered', held: true } })
    const body = { name: 'Free', everyone: true, features: [{ feature, amount: 2 }] }
    const { json } = await ask('PUT', `/v4/products/free-${crypto.randomUUID()}`, { token, body })
    const seats = seatsOf(aUser(), feature)
    expect((await seats.take('ann')).status).toBe(201)
    expect((await seats.lease('bob')).status).toBe(201)
    expectProblem(await seats.take('cid'), 409, 'insufficient_balance')
    const check = await seats.get(`access/${feature}?consistency=strong&minCatalogVersion=${json.version}`)
    expect(numbersOf(check.json.balance)).toEqual([2, 1, 1, 0])
    expect((await seats.get('entitlements')).json.items).toHaveLength(1)
    const { items } = (await seats.get('ledger')).json
    expect(items.map(({ data }: { data: object }) => 'everyone' in data)).toEqual([false, false])
    expect(await seats.verify()).toMatchObject({ intact: true })
  })
})
