import { describe, expect, it } from 'vitest'
import { aPassShop } from './a-pass-shop.ts'

describe('a reference that somebody took out of the catalog', () => {
  it('gives nothing, and nothing of what its purchase gave before', async () => {
    const shop = await aPassShop()
    const [kept, gone] = [`kept-${shop.reference}`, `gone-${shop.reference}`]
    await shop.sells({}, [kept, gone])
    await shop.tell('a', shop.order(0, { product: kept }))
    await shop.tell('a', shop.order(0, { product: gone, version: { at: 9e12, rank: 0 } }))
    expect(await shop.places()).toEqual({ a: [0, null] })
    await shop.sells({}, [kept])
    expect(await shop.tell('a')).toMatchObject({ unknownProducts: [gone] })
    expect(await shop.places()).toEqual({})
    expect(await shop.verdict()).toMatchObject({ intact: true })
  })

  it('is not followed by one that nobody has mapped yet either, as another one is', async () => {
    for (const isTakenOut of [true, false]) {
      const shop = await aPassShop()
      const [first, next] = [`first-${shop.reference}`, `next-${shop.reference}`]
      await shop.sells({}, [first])
      await shop.tell('a', shop.order(0, { product: first }))
      if (isTakenOut) await shop.sells({}, [])
      const changed = shop.order(0, { product: next, version: { at: 9e12, rank: 0 } })
      expect(await shop.tell('a', changed)).toMatchObject({ unknownProducts: [next] })
      expect(await shop.places()).toEqual(isTakenOut ? {} : { a: [0, null] })
    }
  })

  it('gives again once it is mapped again', async () => {
    const shop = await aPassShop()
    await shop.sells()
    await shop.tell('a', shop.order(0))
    await shop.sells({}, [])
    await shop.tell('a')
    expect(await shop.places()).toEqual({})
    await shop.sells()
    expect(await shop.tell('a')).toMatchObject({ unknownProducts: [] })
    expect(await shop.places()).toEqual({ a: [0, null] })
  })

  it('of a price leaves what its purchase has by the provider’s product', async () => {
    const shop = await aPassShop()
    const [price, product] = [`price-${shop.reference}`, `prod-${shop.reference}`]
    await shop.sells({}, [price, product])
    const items = [{ id: 'line', product: price, also: [product], quantity: 1, ordered: 1, period: null }]
    await shop.tell('a', shop.order(0, { items }))
    await shop.sells({}, [product])
    expect(await shop.tell('a')).toMatchObject({ unknownProducts: [] })
    expect(await shop.places()).toEqual({ a: [0, null] })
    await shop.sells({}, [])
    expect(await shop.tell('a')).toMatchObject({ unknownProducts: [price, product] })
    expect(await shop.places()).toEqual({})
  })
})

describe('a price that is not ours', () => {
  it('is known by a product that gives nothing, and waits for nobody', async () => {
    const shop = await aPassShop()
    const other = `other-${shop.reference}`
    expect(await shop.tell('a', shop.order(0, { product: other }))).toMatchObject({
      unknownProducts: [other],
    })
    await shop.sells({ features: [] }, [other])
    expect(await shop.tell('a')).toMatchObject({ unknownProducts: [] })
    expect(await shop.places()).toEqual({})
  })
})

describe('a price that is mapped to another product than the provider’s product is', () => {
  it('counts before that, also for an object that never asked for it', async () => {
    const shop = await aPassShop()
    const [cheap, dear, product] = ['cheap', 'dear', 'prod'].map((name) => `${name}-${shop.reference}`)
    if (cheap === undefined || dear === undefined || product === undefined) throw new Error('Three names')
    await shop.sells({}, [product])
    await shop.sells({ id: `nothing-${shop.reference}`, features: [] }, [dear])
    const of = (price: string) => [
      { id: 'line', product: price, also: [product], quantity: 1, ordered: 1, period: null },
    ]
    await shop.tell('a', shop.order(0, { items: of(cheap) }))
    await shop.tell('b', shop.order(0, { items: of(dear) }))
    expect(await shop.places()).toEqual({ a: [0, null] })
  })
})
