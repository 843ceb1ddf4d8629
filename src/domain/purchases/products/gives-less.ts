import { lastsLess } from './lasts-less.ts'
import type { Product, ProductFeature, ProductReset } from './product.ts'

type Terms = Pick<ProductFeature, 'feature' | 'value' | 'combine' | 'amount' | 'reset' | 'perQuantity'>

/** What a product sells: the terms of each feature, and for how long. */
export type Offer = Pick<Product, 'duration'> & { readonly features: readonly Terms[] }

/**
 * Whether a purchase of the products `before` would lose something as the products `after`: a feature, an amount or value of
 * it, an item of a list that is united with others, its resets, or some of its time. Other values that are no numbers are not
 * compared.
 */
export function givesLess(before: readonly Offer[], after: readonly Offer[]): boolean {
  return before.some(({ features, duration }) =>
    features.some(
      (one) =>
        !after.some((sold) => {
          const same = sold.features.find(({ feature }) => feature === one.feature)
          return same !== undefined && !isLessOf(one, same) && !lastsLess(duration, sold.duration)
        }),
    ),
  )
}

function isLessOf(before: Terms, after: Terms): boolean {
  if (isLess(after.value, before.value) || isLess(after.amount, before.amount)) return true
  if (before.combine === 'union' && lacksItem(after.value, before.value)) return true
  // Quantities of purchases are not looked up: a quantity of two would lose, and so any change to a fixed amount counts.
  const isNoLongerForEach = (before.perQuantity ?? false) && !(after.perQuantity ?? false)
  return isNoLongerForEach || resetsLess(before.reset, after.reset)
}

/** The shortest first. */
const PERIODS: readonly ProductReset['every'][] = ['hour', 'day', 'week', 'month', 'year']

function resetsLess(before: ProductReset | undefined, after: ProductReset | undefined): boolean {
  if (before === undefined) return false
  if (after === undefined || after.rolloverMax < before.rolloverMax) return true
  return PERIODS.indexOf(after.every) > PERIODS.indexOf(before.every)
}

function isLess(value: unknown, than: unknown): boolean {
  return typeof value === 'number' && typeof than === 'number' && value < than
}

function lacksItem(value: unknown, of: unknown): boolean {
  return Array.isArray(value) && Array.isArray(of) && of.some((item) => !value.includes(item))
}
