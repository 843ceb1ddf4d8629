import type { Catalog } from '../../domain/catalog/catalog.ts'
import { offersTo } from '../../domain/catalog/everybodys-rights.ts'
import type { Snapshot } from '../../domain/user/snapshot.ts'
import type { FeatureKey } from '../../domain/values/ids.ts'

/** Returns the features of which a user has something: those of which something is recorded, then those that everybody has. */
export function featuresOf(
  { userId, features, counts = {} }: Snapshot,
  catalog: Catalog,
): readonly FeatureKey[] {
  const ofEverybody = [...catalog.offers.keys()].filter(
    (feature) => offersTo(catalog, feature, userId).length > 0,
  )
  return [...new Set([...Object.keys(features), ...Object.keys(counts), ...ofEverybody])]
}

/** Returns the features that spend some of these. */
export function spendersOf(features: readonly FeatureKey[], catalog: Catalog): readonly FeatureKey[] {
  const spent = new Set(features)
  return [...catalog.features.values()].flatMap(({ key, spends }) =>
    spends !== undefined && spent.has(spends.feature) ? [key] : [],
  )
}
