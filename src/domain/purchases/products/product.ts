import type { FeatureKey } from '../../values/ids.ts'
import type { FeatureType, Overage } from '../../entitlements/feature.ts'
import type { Json } from '../../values/json.ts'
import type { Reset } from '../../entitlements/reset.ts'
import type { Item } from '../register/fact.ts'

/**
 * What a product gives of one feature, for as long as it is owned. Type and overage of the feature never change, and
 * so are kept here.
 */
export interface ProductFeature {
  readonly feature: FeatureKey
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
  /** How long it lasts when it is bought once; for ever without. A subscription lasts as long as its periods. */
  readonly duration?: Duration | undefined
  /** Somebody took the reference out of the catalog: it gives nothing, and nothing is given in its place. */
  readonly isRetired?: boolean
}

/** So many days, months or years in UTC. */
export interface Duration {
  readonly every: 'day' | 'month' | 'year'
  readonly count: number
  /** Whether what a user buys of it again begins when what they have of it ends, instead of at once. */
  readonly stacks?: boolean | undefined
}

/** What stands for a reference that was taken out of the catalog. */
export const RETIRED: Product = { id: '', features: [], isRetired: true }

/** The product that a provider's reference stands for, as the catalog has it at the moment. */
export type ProductOf = (reference: string) => Product | undefined

/**
 * The products that an item stands for: by its own reference, else by those that say less exactly. Retired is an item of
 * which no name is left.
 */
export function productsOf({ product, also = [] }: Item, productOf: ProductOf): readonly Product[] {
  const own = product === null ? undefined : productOf(product)
  if (own !== undefined && !isRetired(own)) return [own]
  const others = also.flatMap((reference) => productOf(reference) ?? [])
  const sold = others.filter((one) => !isRetired(one))
  if (sold.length > 0) return sold
  return own === undefined && others.length === 0 ? [] : [RETIRED]
}

export function isRetired(product: Product): boolean {
  return product.isRetired === true
}
