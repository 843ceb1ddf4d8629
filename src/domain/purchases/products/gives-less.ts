import { lastsLess } from './lasts-less.ts'
import type { Product, ProductFeature, ProductReset } from './product.ts'

type Terms = Pick<ProductFeature, 'feature' | 'value' | 'amount' | 'reset' | 'perQuantity'>

/** What is sold by one name: of each feature the terms, and for how long. */
export type Offer = Pick<Product, 'duration'> & { readonly features: readonly Terms[] }

/**
 * Whether something of what was bought as some products is not there as others: a feature, as much of it, or for as long.
 * Of values that are no numbers nobody here can say what is less.
 */
export function givesLess(before: readonly Offer[], after: readonly Offer[]): boolean {
  return before.some(({ features, duration }) =>
    features.some(
      (one) =>
        !after.some((sold) => {
          const kept = sold.features.find(({ feature }) => feature === one.feature)
          return kept !== undefined && !isLessOf(one, kept) && !lastsLess(duration, sold.duration)
        }),
    ),
  )
}

function isLessOf(before: Terms, after: Terms): boolean {
  if (isLess(after.value, before.value) || isLess(after.amount, before.amount)) return true
  // How many were bought, and so whether what is given for all of them is less, is not looked up here.
  const isNoLongerForEach = (before.perQuantity ?? false) && !(after.perQuantity ?? false)
  return isNoLongerForEach || resetsLess(before.reset, after.reset)
}

/** The shortest first. */
const PERIODS: readonly ProductReset['every'][] = ['day', 'week', 'month', 'year']

function resetsLess(before: ProductReset | undefined, after: ProductReset | undefined): boolean {
  if (before === undefined) return false
  if (after === undefined || after.rolloverMax < before.rolloverMax) return true
  return PERIODS.indexOf(after.every) > PERIODS.indexOf(before.every)
}

function isLess(value: unknown, than: unknown): boolean {
  return typeof value === 'number' && typeof than === 'number' && value < than
}
