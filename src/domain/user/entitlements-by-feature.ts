import { byPrecedence } from '../entitlements/access.ts'
import type { Entitlement } from '../entitlements/entitlement.ts'
import type { FeatureKey } from '../values/ids.ts'
import type { UserState } from './user-state.ts'

/** A user's entitlements to one feature, withdrawn ones among them. */
interface OfFeature {
  /** In the order in which they came. */
  readonly all: readonly Entitlement[]
  readonly byPrecedence: readonly Entitlement[]
}

const NONE: OfFeature = { all: [], byPrecedence: [] }

/** Made once for each map: what is spent leaves the map as it is, however many there are. */
const indexes = new WeakMap<UserState['entitlements'], ReadonlyMap<FeatureKey, OfFeature>>()

/** Returns the entitlements of a state by feature. */
export function entitlementsByFeature({
  entitlements,
}: Pick<UserState, 'entitlements'>): ReadonlyMap<FeatureKey, OfFeature> {
  const known = indexes.get(entitlements)
  if (known !== undefined) return known
  const index = new Map(
    [...Map.groupBy(entitlements.values(), ({ feature }) => feature)].map(([feature, all]) => [
      feature,
      { all, byPrecedence: all.toSorted(byPrecedence) },
    ]),
  )
  indexes.set(entitlements, index)
  return index
}

/** Returns the entitlements of a state to one feature. */
export function entitlementsTo(state: Pick<UserState, 'entitlements'>, feature: FeatureKey): OfFeature {
  return entitlementsByFeature(state).get(feature) ?? NONE
}
