import { describe, expect, it } from 'vitest'
import { aMovingShop } from '../../checkout/a-moving-shop.ts'
import { ask } from '../../support/api.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { aToken } from '../../support/token.ts'
import { aMeterWithOverage } from '../usage/a-meter.ts'

stopTheClock()

describe('what was owed in a period', () => {
  it('is read after the reset, less what was given back before it; what is given back after it counts there', async () => {
    const meter = await aMeterWithOverage(10, { reset: { every: 'month' } })
    const from = new Date().toISOString()
    const spent = await meter.consume(14)
    await meter.reverse(spent, 1)
    expect(await meter.balance()).toEqual([10, 13, 0, -3])
    const to = (await meter.lots())[0].resetsAt
    pass(Date.parse(to) - Date.now() - 1)
    await meter.consume(2)
    pass(1)
    expect(await meter.balance()).toEqual([10, 0, 0, 10])
    await meter.consume(11)
    await meter.reverse(spent, 4)

    const { feature } = meter
    const total = async (query: string) => (await meter.get(`consumptions?totals=only&${query}`)).json.totals
    const of = { feature, holder: null, costs: [] }
    expect(await total(`from=${from}&to=${to}`)).toEqual([
      { ...of, consumed: 16, reversed: 1, net: 15, overage: 5 },
    ])
    expect(await total(`from=${to}`)).toEqual([{ ...of, consumed: 11, reversed: 4, net: 7, overage: -2 }])
    expect(await total('')).toEqual([{ ...of, consumed: 27, reversed: 5, net: 22, overage: 3 }])
  })

  it('stays with whoever consumed it when its source moves to another user', async () => {
    const shop = await aMovingShop('PUT /v4/purchases')
    await shop.consume(shop.from, 30)
    await shop.move()
    await shop.consume(shop.to, 5)
    expect(await shop.balance(shop.to)).toMatchObject({ used: 35 })
    const sums = async (userId: string) =>
      (await ask('GET', `/v4/users/${userId}/consumptions?totals=only`, { token: await aToken() })).json
        .totals
    expect(await sums(shop.from)).toMatchObject([{ feature: shop.feature, net: 30 }])
    expect(await sums(shop.to)).toMatchObject([{ feature: shop.feature, net: 5 }])
  })
})
