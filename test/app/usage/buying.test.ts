import { beforeEach, describe, expect, it, vi } from 'vitest'
import { NOW } from '../../checkout/a-shop.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { aSellingShop, momentOf } from './a-selling-shop.ts'

stopTheClock()
beforeEach(() => void vi.setSystemTime(NOW))

const FEBRUARY = Date.parse('2030-02-01T12:00:00Z')
const MARCH = Date.parse('2030-03-01T12:00:00Z')
const NEXT_YEAR = Date.parse('2031-01-01T12:00:00Z')

describe('credits that are bought once', () => {
  it('are given once for each line, however often the purchase is told', async () => {
    const shop = await aSellingShop()
    await shop.sells('pack', { amount: 100 })
    await shop.sells('extra', { amount: 20 })
    await shop.buy({ pack: 1, extra: 1, 'pack-again': 1 }, {}, { id: 'msg_1-of-it' })
    expect(await shop.balance()).toEqual([220, 0, 0, 220])
    await shop.consume(150)
    await shop.buy({ pack: 1, extra: 1, 'pack-again': 1 }, {}, { id: 'msg_1-of-it' })
    await shop.buy({ pack: 1, extra: 1, 'pack-again': 1 })
    expect(await shop.balance()).toEqual([220, 150, 0, 70])
    expect(await shop.verdict()).toMatchObject({ intact: true })
  })

  it('are as many for each one that was bought where that is said, and else not', async () => {
    const shop = await aSellingShop()
    await shop.sells('pack', { amount: 100, perQuantity: true })
    await shop.sells('flat', { amount: 7 })
    await shop.buy({ pack: 3, flat: 3 })
    expect(await shop.balance()).toEqual([307, 0, 0, 307])
  })

  it('end with what they were bought for, to the millisecond', async () => {
    const shop = await aSellingShop()
    await shop.sells('pack', { amount: 100 })
    await shop.buy({ pack: 1 }, { ends_at: momentOf(NOW + 1000) })
    pass(999)
    expect(await shop.consume(40)).toBe(201)
    pass(1)
    expect(await shop.consume(1)).toBe(409)
    expect(await shop.access()).toMatchObject({ allowed: false, reason: 'expired' })
  })
})

describe('a subscription', () => {
  it('gives the next allowance with each period that is paid, and none with what is told again', async () => {
    const shop = await aSellingShop()
    await shop.sells('plan', { amount: 100 })
    await shop.subscribe(1, 'plan', NOW, FEBRUARY)
    await shop.consume(30)
    await shop.subscribe(1, 'plan', NOW, FEBRUARY)
    await shop.subscribe(2, 'plan', NOW, FEBRUARY, { cancel_at: momentOf(FEBRUARY) })
    await shop.subscribe(3, 'plan', NOW, FEBRUARY)
    expect(await shop.balance()).toEqual([100, 30, 0, 70])
    await shop.passDays(31)
    expect(await shop.access()).toMatchObject({ allowed: true, reason: 'in_grace' })
    expect(await shop.balance()).toEqual([100, 30, 0, 70])
    await shop.subscribe(4, 'plan', FEBRUARY, MARCH)
    expect(await shop.balance()).toEqual([100, 0, 0, 100])
    await shop.consume(10)
    await shop.subscribe(3, 'plan', NOW, FEBRUARY) // comes late, and is older
    await shop.subscribe(4, 'plan', FEBRUARY, MARCH)
    expect(await shop.balance()).toEqual([100, 10, 0, 90])
    expect(await shop.verdict()).toMatchObject({ intact: true })
  })

  it('keeps what was spent of a period when its quantity changes within', async () => {
    const shop = await aSellingShop()
    await shop.sells('seats', { amount: 10, perQuantity: true })
    const of = (quantity: number) => ({
      items: [{ item_id: 'plan', product: `seats-${shop.name}`, quantity }],
    })
    await shop.subscribe(1, 'seats', NOW, FEBRUARY, of(1))
    await shop.consume(8)
    await shop.subscribe(2, 'seats', NOW, FEBRUARY, of(3))
    expect(await shop.balance()).toEqual([30, 8, 0, 22])
    await shop.subscribe(3, 'seats', NOW, FEBRUARY, of(2))
    expect(await shop.balance()).toEqual([20, 8, 0, 12])
  })

  it('by the year gives anew by the month, counted from its start, with what may be carried', async () => {
    const shop = await aSellingShop()
    await shop.sells('yearly', { amount: 100, reset: { every: 'month', rolloverMax: 20 } })
    await shop.subscribe(1, 'yearly', NOW, NEXT_YEAR, { starts_at: momentOf(NOW) })
    await shop.consume(60)
    pass(FEBRUARY - NOW - 1)
    expect(await shop.balance()).toEqual([100, 60, 0, 40])
    pass(1)
    expect(await shop.balance()).toEqual([120, 0, 0, 120])
    expect(await shop.consume(30)).toBe(201)
    pass(MARCH - FEBRUARY)
    expect(await shop.balance()).toEqual([120, 0, 0, 120])
    expect(await shop.verdict()).toMatchObject({ intact: true })
  })

  it('by the year does not give more when it is paid again: the month goes on', async () => {
    const shop = await aSellingShop()
    await shop.sells('yearly', { amount: 100, reset: { every: 'month', rolloverMax: 0 } })
    const said = { starts_at: momentOf(NOW) }
    await shop.subscribe(1, 'yearly', NOW, NEXT_YEAR, said)
    await shop.consume(60)
    await shop.subscribe(2, 'yearly', NEXT_YEAR, NEXT_YEAR + (NEXT_YEAR - NOW), said)
    expect(await shop.balance()).toEqual([100, 60, 0, 40])
  })

  it('that was upgraded within its period keeps what was spent, as it is one item', async () => {
    const shop = await aSellingShop()
    await shop.sells('small', { amount: 100 })
    await shop.sells('large', { amount: 500 })
    await shop.subscribe(1, 'small', NOW, FEBRUARY)
    await shop.consume(80)
    await shop.subscribe(2, 'large', NOW, FEBRUARY)
    expect(await shop.balance()).toEqual([500, 80, 0, 420])
  })
})
