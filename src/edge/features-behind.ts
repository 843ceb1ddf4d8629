import type { CatalogCopy } from './catalog-memory.ts'
import type { Demand } from './freshness.ts'

/** Returns the features that have to be known where some are asked for: these, and what they spend. */
export function featuresBehind(
  { features }: Pick<Demand, 'features'>,
  copy: CatalogCopy | null,
): Pick<Demand, 'features'> {
  if (features === undefined || copy === null) return {}
  const spent = features.flatMap((key) => copy.catalog.features.get(key)?.spends?.feature ?? [])
  return spent.length === 0 ? {} : { features: [...new Set([...features, ...spent])] }
}
