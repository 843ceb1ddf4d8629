import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { losingSources } from '../../src/catalog/losing-sources.ts'
import { putProduct } from '../../src/catalog/put-product.ts'
import { aPassShop } from './a-pass-shop.ts'

/** A shop whose prices are of one product of the provider's, which gives the feature of the shop. */
async function aShopOfPrices() {
  const shop = await aPassShop()
  const [price, other, product] = [
    `price-${shop.reference}`,
    `other-${shop.reference}`,
    `prod-${shop.reference}`,
  ] as const
  const item = (id: string, own: string) => ({
    id,
    product: own,
    also: [product],
    quantity: 1,
    ordered: 1,
    period: null,
  })
  /** What becomes of a PUT that nobody has confirmed. */
  async function asks(id: string, isGiving: boolean, references: readonly string[]) {
    const put = await putProduct(
      env.DB,
      {
        id: `${id}-${shop.reference}`,
        name: id,
        features: isGiving ? [{ feature: shop.feature }] : [],
        references: references.map((ref) => ({ provider: 'shopify', ref })),
      },
      false,
    )
    return put.ok ? 'taken' : put.error
  }
  return { ...shop, price, other, product, item, asks }
}

describe('a name that is mapped', () => {
  it('takes something away where it is closer than the one that counted and gives less', async () => {
    const shop = await aShopOfPrices()
    expect(await shop.asks('all', true, [shop.product])).toBe('taken')
    await shop.tell('a', shop.order(0, { items: [shop.item('line', shop.price)] }))
    await shop.tell('b', shop.order(0, { items: [shop.item('line', shop.other)] }))
    expect(await shop.asks('nothing', false, [shop.price])).toEqual({ code: 'would_revoke', sources: 1 })
    expect(await shop.asks('same', true, [shop.price])).toBe('taken')
  })

  it('takes nothing away from another item of the same purchase', async () => {
    const shop = await aShopOfPrices()
    expect(await shop.asks('all', true, [shop.product])).toBe('taken')
    const addOn = { ...shop.item('add-on', shop.other), also: [] }
    await shop.tell('a', shop.order(0, { items: [shop.item('line', shop.price), addOn] }))
    expect(await shop.asks('nothing', false, [shop.other])).toBe('taken')
  })
})

describe('what has more names than are looked at', () => {
  it('may lose something, and waits for a confirmation', async () => {
    const shop = await aShopOfPrices()
    expect(await shop.asks('all', true, [shop.product])).toBe('taken')
    await shop.tell('a', shop.order(0, { items: [shop.item('line', shop.price)] }))
    const same = {
      id: `same-${shop.reference}`,
      features: [{ feature: shop.feature, type: 'boolean' as const }],
      references: [{ provider: 'shopify', ref: shop.price }],
    }
    expect(await losingSources(env.DB, null, same, 2)).toBe(0)
    expect(await losingSources(env.DB, null, same, 1)).toBe(1)
  })
})

describe('a name that is taken away', () => {
  it('takes nothing from purchases that a closer one is mapped of', async () => {
    const shop = await aShopOfPrices()
    expect(await shop.asks('one', true, [shop.price])).toBe('taken')
    expect(await shop.asks('all', true, [shop.product])).toBe('taken')
    await shop.tell('a', shop.order(0, { items: [shop.item('line', shop.price)] }))
    expect(await shop.asks('all', true, [])).toBe('taken')
    expect(await shop.asks('all', true, [shop.product])).toBe('taken')
    await shop.tell('b', shop.order(0, { items: [shop.item('line', shop.other)] }))
    expect(await shop.asks('all', true, [])).toEqual({ code: 'would_revoke', sources: 1 })
  })

  it('takes nothing where the same is left by the less exact one', async () => {
    const shop = await aShopOfPrices()
    expect(await shop.asks('both', true, [shop.price, shop.product])).toBe('taken')
    await shop.tell('a', shop.order(0, { items: [shop.item('line', shop.price)] }))
    expect(await shop.asks('both', true, [shop.product])).toBe('taken')
    expect(await shop.asks('both', false, [shop.product])).toEqual({ code: 'would_revoke', sources: 1 })
  })
})
