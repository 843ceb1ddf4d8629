import type { Right } from '../entitlements/access.ts'
import { isMetered } from '../entitlements/feature.ts'
import type { Standing } from '../entitlements/state.ts'
import type { Lot } from '../usage/lot.ts'
import type { FeatureKey, UserId } from '../values/ids.ts'
import type { Catalog, EverybodysOffer } from './catalog.ts'
import { isInShare } from './share.ts'

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
  const offers = catalog.offers.get(feature)
  if (offers === undefined) return NONE
  const own = offers.filter(({ share }) => isInShare(share, userId))
  // The same list as for others, so that what follows from it is made once.
  return own.length === offers.length ? offers : own
}

const NONE: readonly EverybodysOffer[] = []

/**
 * Returns a user's rights to a feature with those that everybody has by the catalog, in order of precedence: what was recorded
 * of these is as the catalog gives it today, and counts no more where that gives it no more.
 */
export function withOffers(rights: readonly Right[], offers: readonly EverybodysOffer[]): readonly Right[] {
  const own = rights.filter(({ everyone }) => everyone === undefined)
  if (offers.length === 0) return own.length === rights.length ? rights : own
  const recorded = new Map(rights.map((right) => [right.id, right]))
  const everybodys = offers.map((offer) => {
    const { allowance, priority, entitlementId } = offer
    const right = recorded.get(entitlementId)
    return right === undefined || !isMetered(allowance)
      ? offerToRight(offer)
      : { ...right, priority, today: allowance }
  })
  return [...own, ...everybodys].toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0))
}

/** Returns the right of who has not used it yet: nothing rolls over from before the first use. */
function offerToRight({ entitlementId: id, allowance, priority, product }: EverybodysOffer): Right | Lot {
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
