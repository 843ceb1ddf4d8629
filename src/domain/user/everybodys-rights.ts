import type { Catalog, EverybodysOffer } from '../catalog/catalog.ts'
import { isInShare } from '../catalog/share.ts'
import type { Right } from '../entitlements/access.ts'
import { isMetered } from '../entitlements/feature.ts'
import type { Standing } from '../entitlements/state.ts'
import type { Lot } from '../usage/lot.ts'
import type { FeatureKey, UserId } from '../values/ids.ts'

const ALWAYS: Standing = {
  startsAt: null,
  endsAt: null,
  graceEndsAt: null,
  trial: false,
  suspendedAt: null,
  revokedAt: null,
  held: false,
}

/** Returns what everybody has of a feature that this user has too. */
export function offersTo(catalog: Catalog, feature: FeatureKey, userId: UserId): readonly EverybodysOffer[] {
  const offers = catalog.offers.get(feature) ?? NONE
  return offers.every(({ share }) => isInShare(share, userId))
    ? offers
    : offers.filter(({ share }) => isInShare(share, userId))
}

const NONE: readonly EverybodysOffer[] = []

/** Returns the right of who has not used it yet: nothing rolls over from before the first use. */
export function offerToRight({
  entitlementId: id,
  allowance,
  priority,
  product,
}: EverybodysOffer): Right | Lot {
  const right = { ...ALWAYS, id, priority, isBought: true, everyone: product }
  if (!isMetered(allowance)) return { ...right, allowance }
  const reset = allowance.reset === null ? null : { ...allowance.reset, rolloverMax: 0 }
  return {
    ...right,
    allowance: { ...allowance, reset },
    startedAt: 0,
    withdrawn: false,
    usage: null,
    holds: [],
  }
}
