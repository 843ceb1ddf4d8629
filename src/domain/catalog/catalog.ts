import type { Allowance } from '../entitlements/entitlement.ts'
import type { Feature } from '../entitlements/feature.ts'
import type { EntitlementId, FeatureKey } from '../values/ids.ts'
import type { Share } from './share.ts'

/** All of the catalog that decides a check or a consumption, at one version. Its form is stored in KV. */
export interface CatalogRecord {
  readonly version: number
  readonly features: readonly Feature[]
  /** What everybody has, in the order of the products' ids. */
  readonly everyone: readonly EverybodysProduct[]
}

/** A product that a share of all users has without a row. */
export interface EverybodysProduct {
  readonly id: string
  readonly share: Share
  readonly features: readonly EverybodysTerms[]
}

/** What everybody has of one feature. */
export interface EverybodysTerms {
  /** The same for every user. */
  readonly entitlementId: EntitlementId
  readonly feature: FeatureKey
  /** A reset of it is counted by the calendar, in UTC. */
  readonly allowance: Allowance
  readonly priority: number
}

/** What one product gives everybody in its share of one feature. */
export interface EverybodysOffer extends EverybodysTerms {
  readonly product: string
  readonly share: Share
}

/** A catalog in which features, and what everybody has of them, are found by key. */
export interface Catalog {
  readonly version: number
  readonly features: ReadonlyMap<FeatureKey, Feature>
  readonly offers: ReadonlyMap<FeatureKey, readonly EverybodysOffer[]>
}

/** Returns the catalog of a record. */
export function recordToCatalog({ version, features, everyone }: CatalogRecord): Catalog {
  const offers = everyone.flatMap(({ id: product, share, features: terms }) =>
    terms.map((one): EverybodysOffer => ({ ...one, product, share })),
  )
  return {
    version,
    features: new Map(features.map((feature) => [feature.key, feature])),
    offers: Map.groupBy(offers, ({ feature }) => feature),
  }
}
