import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { putProduct } from '../../../src/catalog/put-product.ts'
import { NOW } from '../../checkout/a-shop.ts'
import { stopTheClock } from '../../support/clock.ts'
import { type Sold, aSellingShop, momentOf } from './a-selling-shop.ts'

stopTheClock()
beforeEach(() => void vi.setSystemTime(NOW))

const FEBRUARY = Date.parse('2030-02-01T12:00:00Z')
const POLICIES = ['floor_at_zero', 'allow_debt'] as const
const pack = (quantity: number | null = null) => ({ lines: [{ line_id: 'pack', quantity }] })

/** A customer who bought a pack of a hundred and an extra of fifty, and spent so much of it. */
async function aCustomer(policy: (typeof POLICIES)[number], spent: number) {
  const shop = await aSellingShop(policy)
  await shop.sells('pack', { amount: 100, priority: 1 })
  await shop.sells('extra', { amount: 50 })
  await shop.buy({ pack: 1, extra: 1 })
  expect(await shop.consume(spent)).toBe(201)
  return shop
}

describe.each(POLICIES)('under %s a refund', (policy) => {
  it('takes back what its line gave and nothing else, where none of that was spent', async () => {
    const shop = await aSellingShop(policy)
    await shop.sells('pack', { amount: 100 })
    await shop.sells('extra', { amount: 50, priority: 1 })
    await shop.buy({ pack: 1, extra: 1 })
    await shop.consume(40)
    await shop.refund(pack())
    expect(await shop.balance()).toEqual([50, 40, 0, 10])
    await shop.refund(pack()) // told again
    expect(await shop.balance()).toEqual([50, 40, 0, 10])
    expect(await shop.verdict()).toMatchObject({ intact: true })
  })

  it('that comes before the purchase leaves nothing to spend', async () => {
    const shop = await aSellingShop(policy)
    await shop.sells('pack', { amount: 100 })
    await shop.refund({ full: true })
    await shop.buy({ pack: 1 })
    await shop.sweep() // takes up what waited for the purchase
    expect(await shop.consume(1)).toBe(409)
  })

  it('that failed gives back what it took, and what was spent stays spent', async () => {
    const shop = await aCustomer(policy, 80)
    await shop.refund(pack())
    await shop.refund({ ...pack(), status: 'failed' })
    expect(await shop.balance()).toEqual([150, 80, 0, 70])
    expect(await shop.verdict()).toMatchObject({ intact: true })
  })

  it('and a change of the product, which is nobody’s refund, is never owed', async () => {
    const shop = await aCustomer(policy, 80)
    await shop.sells('pack', { amount: 30, priority: 1 })
    await shop.sweep()
    expect((await shop.balance()).slice(1)).toEqual([80, 0, 50])
  })
})

describe('what was spent of what is taken back', () => {
  it('is forgiven under floor_at_zero: the other lots are as they were', async () => {
    const shop = await aCustomer('floor_at_zero', 80)
    await shop.refund(pack())
    expect((await shop.balance()).at(-1)).toBe(50)
    expect(await shop.consume(50)).toBe(201)
    expect(await shop.consume(1)).toBe(409)
  })

  it('is owed under allow_debt: the other lots pay for it', async () => {
    const shop = await aCustomer('allow_debt', 80)
    await shop.refund(pack())
    expect(await shop.balance()).toEqual([50, 80, 0, -30])
    expect(await shop.access()).toMatchObject({ allowed: false, reason: 'limit_reached' })
    expect(await shop.consume(1)).toBe(409)
    await shop.buy({ extra: 1 }, { purchase_id: `${shop.name}-2` })
    expect(await shop.balance()).toEqual([100, 80, 0, 20])
    expect(await shop.verdict()).toMatchObject({ intact: true })
  })

  it('is owed until what was taken back would have ended', async () => {
    const shop = await aSellingShop('allow_debt')
    await shop.sells('pack', { amount: 100, priority: 1 })
    await shop.sells('extra', { amount: 50 })
    await shop.buy({ pack: 1 }, { ends_at: momentOf(FEBRUARY) })
    await shop.buy({ extra: 1 }, { purchase_id: `${shop.name}-2` })
    await shop.consume(30)
    await shop.refund(pack())
    expect((await shop.balance()).at(-1)).toBe(20)
    await shop.passDays(31)
    expect(await shop.balance()).toEqual([50, 0, 0, 50])
  })

  it.each([
    ['floor_at_zero', 0, 50],
    ['allow_debt', -50, 0],
  ] as const)('is, under %s, also that of a part', async (policy, after, later) => {
    const shop = await aSellingShop(policy)
    await shop.sells('pack', { amount: 100, perQuantity: true })
    await shop.buy({ pack: 3 })
    await shop.consume(250)
    await shop.refund(pack(1))
    expect((await shop.balance()).slice(1)).toEqual([250, 0, after])
    await shop.sells('extra', { amount: 50 })
    await shop.buy({ extra: 1 }, { purchase_id: `${shop.name}-2` })
    expect((await shop.balance()).at(-1)).toBe(later)
    await shop.refund({ ...pack(1), status: 'failed' })
    expect(await shop.balance()).toEqual([350, 250, 0, 100])
  })
})

describe('a change of a product', () => {
  const confirmed = { isConfirmed: true }

  async function aSubscriber() {
    const shop = await aSellingShop()
    await shop.sells('plan', { amount: 100, perQuantity: true, reset: { every: 'month', rolloverMax: 5 } })
    await shop.subscribe(1, 'plan', NOW, FEBRUARY, { starts_at: momentOf(NOW) })
    await shop.consume(60)
    const change = async (sold: Sold, { isConfirmed } = { isConfirmed: false }) => {
      const put = await putProduct(env.DB, shop.product('plan', sold), isConfirmed)
      await shop.sweep()
      return put.ok ? 'changed' : put.error.code
    }
    return { ...shop, change }
  }
  const reset = { every: 'month', rolloverMax: 5 } as const

  it('raises what was bought without a word, and keeps what was spent', async () => {
    const { change, balance } = await aSubscriber()
    expect(await change({ amount: 150, perQuantity: true, reset })).toBe('changed')
    expect(await balance()).toEqual([150, 60, 0, 90])
  })

  it('lowers it only when that is confirmed, and to no less than nothing', async () => {
    const shop = await aSubscriber()
    expect(await shop.change({ amount: 99, perQuantity: true, reset })).toBe('would_revoke')
    expect(await shop.balance()).toEqual([100, 60, 0, 40])
    expect(await shop.change({ amount: 40, perQuantity: true, reset }, confirmed)).toBe('changed')
    expect((await shop.balance()).slice(1)).toEqual([60, 0, 0])
    expect(await shop.consume(1)).toBe(409)
  })

  it.each<[string, Sold]>([
    ['the reset', { amount: 100, perQuantity: true }],
    ['a longer period', { amount: 100, perQuantity: true, reset: { ...reset, every: 'year' } }],
    ['less to carry', { amount: 100, perQuantity: true, reset: { ...reset, rolloverMax: 4 } }],
    ['the amount for each one', { amount: 100, reset }],
  ])('takes something away with %s', async (_name, sold) => {
    const { change } = await aSubscriber()
    expect(await change(sold)).toBe('would_revoke')
    expect(await change(sold, confirmed)).toBe('changed')
  })
})
