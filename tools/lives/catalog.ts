import type { Product } from '../../src/domain/purchases/products/product.ts'
import type { Basket, Plan } from './life.ts'

/** What the shop sells, in whichever provider's words. */
export type Sold = Plan | 'addon'

export const SOLD: readonly Sold[] = ['lite', 'max', 'addon']

export const FEATURES = ['basic', 'pro', 'extra', 'calls', 'credits'] as const
export type FeatureKey = (typeof FEATURES)[number]

/** So many a day. */
export const CALLS = 10

export const CREDITS: Readonly<Record<Sold, number>> = { lite: 100, max: 500, addon: 50 }

/** What may be used or not; `calls` come anew every day while there is access, whatever was paid. */
const BOOLEANS: Readonly<Record<Sold, readonly FeatureKey[]>> = {
  lite: ['basic'],
  max: ['basic', 'pro', 'calls'],
  addon: ['extra'],
}

const PRICES: Readonly<Record<Sold, number>> = { lite: 900, max: 4900, addon: 300 }

export function productOf(sold: Sold): Product {
  return {
    id: `product-${sold}`,
    features: [
      ...BOOLEANS[sold].map((feature) =>
        feature === 'calls'
          ? ({ feature, type: 'metered', amount: CALLS, reset: { every: 'day', rolloverMax: 0 } } as const)
          : ({ feature, type: 'boolean' } as const),
      ),
      { feature: 'credits', type: 'metered', amount: CREDITS[sold], perQuantity: true },
    ],
  }
}

/** So many of each thing that a basket holds. */
export function soldIn({ plan, quantity, addon }: Basket): readonly (readonly [Sold, number])[] {
  return addon
    ? [
        [plan, quantity],
        ['addon', 1],
      ]
    : [[plan, quantity]]
}

export function creditsOf(basket: Basket): number {
  return soldIn(basket).reduce((sum, [sold, quantity]) => sum + CREDITS[sold] * quantity, 0)
}

export function booleansOf(sold: Sold): readonly FeatureKey[] {
  return BOOLEANS[sold]
}

export function priceOf(basket: Basket): number {
  return soldIn(basket).reduce((sum, [sold, quantity]) => sum + PRICES[sold] * quantity, 0)
}

export function priceOfOne(sold: Sold): number {
  return PRICES[sold]
}
