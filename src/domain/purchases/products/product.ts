import type { Combine, FeatureType, Overage } from '../../entitlements/feature.ts'
import type { Reset } from '../../entitlements/reset.ts'
import type { FeatureKey } from '../../values/ids.ts'
import type { Json } from '../../values/json.ts'
import type { Item } from '../register/fact.ts'

/**
 * What a product gives of one feature. Type, overage and combine are the feature's own: they never change, and so a product
 * keeps a copy and needs no look-up.
 */
export interface ProductFeature {
  readonly feature: FeatureKey
  readonly type: FeatureType
  readonly value?: Json | undefined
  /** Of a metered feature: how much, once or anew with each renewal or reset. */
  readonly amount?: number | undefined
  readonly overage?: Overage | undefined
  /** Of a config feature; absent where the latest of several values counts. */
  readonly combine?: Combine | undefined
  readonly reset?: ProductReset | undefined
  /** Whether the amount, or a value that is a number, is multiplied by the quantity that was bought. */
  readonly perQuantity?: boolean | undefined
  readonly priority?: number | undefined
}

/** How often a purchase gives its amount anew, counted from its start. */
export type ProductReset = Omit<Reset, 'anchor'>

export interface Product {
  readonly id: string
  readonly features: readonly ProductFeature[]
  /** How long it lasts when it is bought once, for ever where absent; a subscription lasts as long as its periods. */
  readonly duration?: Duration | undefined
  /** Stands for a reference that was taken out of the catalog: it gives nothing, and nothing is given in its place. */
  readonly isRetired?: boolean
  /** Whether it is no longer sold, nor given to anybody else. */
  readonly isArchived?: boolean
}

/** So many days, months or years in UTC. */
export interface Duration {
  readonly every: 'day' | 'month' | 'year'
  readonly count: number
  /** Whether a purchase of it begins when the user's earlier ones end, instead of at once. */
  readonly stacks?: boolean | undefined
}

/** The product of every reference that was taken out of the catalog. */
export const RETIRED: Product = { id: '', features: [], isRetired: true }

/** Returns the product of a provider's reference by the catalog of this moment; `undefined` where nobody mapped it. */
export type ProductOf = (reference: string) => Product | undefined

/**
 * Returns the products of an item: that of its own reference, else those of its other references, such as the product of a
 * price; `RETIRED` where all that are known were taken out of the catalog; none where it was never mapped.
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
