import { type Catalog, type EverybodysProduct, recordToCatalog } from '../../src/domain/catalog/catalog.ts'
import type { Feature } from '../../src/domain/entitlements/feature.ts'

/** A feature of the catalog, of which nothing is out of the ordinary but what is told. */
export function aFeature(facts: Pick<Feature, 'key' | 'type'> & Partial<Feature>): Feature {
  return { overage: 'deny', combine: 'latest', archived: false, enabled: true, ...facts }
}

/** A catalog that holds just this. */
export function aCatalog(
  features: readonly Feature[] = [],
  everyone: readonly EverybodysProduct[] = [],
  version = 1,
): Catalog {
  return recordToCatalog({ version, features, everyone })
}
