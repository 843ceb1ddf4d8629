import type { FeatureType, Overage } from '../feature.ts'
import type { Json } from '../json.ts'
import type { Reset } from '../usage/reset.ts'
import type { Item } from './fact.ts'

/**
 * What a product gives of one feature, for as long as it is owned. Type and overage of the feature never change, and
 * so are kept here.
 */
export interface ProductFeature {
  readonly feature: string
  readonly type: FeatureType
  readonly value?: Json | undefined
  /** Of a metered feature: how much, once or with every renewal or reset. */
  readonly amount?: number | undefined
  readonly overage?: Overage | undefined
  readonly reset?: ProductReset | undefined
  /** Whether the amount, or the value, a whole number, is for each one that was bought. */
  readonly perQuantity?: boolean | undefined
  readonly priority?: number | undefined
}

/** How often what was bought gives its amount anew, counted from the start of the purchase. */
export type ProductReset = Omit<Reset, 'anchor'>

export interface Product {
  readonly id: string
  readonly features: readonly ProductFeature[]
}

/** The product that a provider's reference stands for, as the catalog has it at the moment. */
export type ProductOf = (reference: string) => Product | undefined

/** The products that an item stands for: by its own reference, else by those that say less exactly. */
export function productsOf({ product, also = [] }: Item, productOf: ProductOf): readonly Product[] {
  const own = product === null ? undefined : productOf(product)
  if (own !== undefined) return [own]
  return also.flatMap((reference) => productOf(reference) ?? [])
}
