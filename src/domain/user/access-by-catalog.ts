import type { Catalog } from '../catalog/catalog.ts'
import { offersTo, withOffers } from '../catalog/everybodys-rights.ts'
import type { Access, Right } from '../entitlements/access.ts'
import { type Feature, type Spends, isMetered } from '../entitlements/feature.ts'
import { accessToAmount } from '../usage/access-to-amount.ts'
import type { Spending } from '../usage/metered-access.ts'
import type { FeatureKey, UserId } from '../values/ids.ts'
import { type Instant, earlier } from '../values/instant.ts'
import { spendingAt } from './access-of-state.ts'
import { accessToOwn, lastingAccess, lastingSpending } from './lasting-access.ts'
import { type Snapshot, countFrom } from './snapshot.ts'
import type { UserState } from './user-state.ts'

/**
 * Returns the access to so much of one feature at `now` by a user's own rights, by what everybody has, and by whether it is
 * switched on. What is not metered takes no amount.
 */
export function accessBy(
  snapshot: Snapshot,
  catalog: Catalog,
  feature: FeatureKey,
  now: Instant,
  amount = 1,
): Access {
  const isKnown = catalog.features.has(feature) || countFrom(snapshot, feature) !== null
  if (!isKnown && rightsBy(snapshot, catalog, feature).length === 0) return UNKNOWN_FEATURE
  const found = (key: FeatureKey) =>
    lastingSpending(rightsBy(snapshot, catalog, key), now, countFrom(snapshot, key))
  return accessByWhatThereIs(feature, { catalog, amount, found })
}

/** Returns the same by a user's state, of a feature that the catalog has. */
export function accessByState(
  state: UserState,
  catalog: Catalog,
  feature: FeatureKey,
  now: Instant,
  amount = 1,
): Access {
  const found = (key: FeatureKey) => spendingAt(state, key, now, catalog)
  return accessByWhatThereIs(feature, { catalog, amount, found })
}

interface Asked {
  readonly catalog: Catalog
  readonly amount: number
  /** What there is of a feature. */
  readonly found: (feature: FeatureKey) => Spending
}

function accessByWhatThereIs(feature: FeatureKey, asked: Asked): Access {
  const { catalog, amount, found } = asked
  const known = catalog.features.get(feature)
  if (known?.enabled === false) return disabled(known)
  if (known?.spends !== undefined) return accessToSpender(known, known.spends, asked)
  return accessToOwn(found(feature), known, amount)
}

/** Returns the access to so much of a feature that spends another's lots. */
function accessToSpender(
  { key }: Feature,
  { feature: target, rate, requiresRight }: Spends,
  { catalog, amount, found }: Asked,
): Access {
  const spends = { feature: target, rate }
  const known = catalog.features.get(target)
  if (known?.enabled !== true) return { ...DISABLED, maxAmount: 0, spends }
  const { overageMax = Infinity } = known
  const access = accessToAmount(found(target), { amount, rate, overageMax })
  if (!requiresRight) return { ...access, spends }
  const { standing } = found(key)
  const nextChangeAt = earlier(access.nextChangeAt, standing.nextChangeAt)
  if (standing.allowed) return { ...access, spends, nextChangeAt }
  const { balance } = access
  return { ...standing, ...(balance === undefined ? {} : { balance }), maxAmount: 0, spends, nextChangeAt }
}

function disabled(feature: Feature): Access {
  return isMetered(feature) ? { ...DISABLED, maxAmount: 0 } : DISABLED
}

/** Returns the access that the catalog gives or takes whoever asks; `null` where the user's own rights have to be known. */
export function accessByCatalogAlone(catalog: Catalog, feature: FeatureKey, userId: UserId): Access | null {
  const known = catalog.features.get(feature)
  if (known?.enabled === false) return disabled(known)
  if (known?.type !== 'boolean') return null
  const offers = offersTo(catalog, feature, userId)
  return offers.length === 0 ? null : lastingAccess(offersToRights(offers), 0)
}

/** Returns a user's rights to one feature with those that everybody has, in order of precedence, for any moment from now on. */
export function rightsBy(snapshot: Snapshot, catalog: Catalog, feature: FeatureKey): readonly Right[] {
  const own = Object.hasOwn(snapshot.features, feature)
    ? (snapshot.features[feature] ?? NO_RIGHTS)
    : NO_RIGHTS
  if (own.length === 0) return offersToRights(offersTo(catalog, feature, snapshot.userId))
  const known = merged.get(own)
  if (known?.catalog === catalog) return known.rights
  const rights = withOffers(own, offersTo(catalog, feature, snapshot.userId))
  merged.set(own, { catalog, rights })
  return rights
}

const NO_RIGHTS: readonly Right[] = []

const DISABLED: Access = { allowed: false, reason: 'disabled', entitlements: [], nextChangeAt: null }

const UNKNOWN_FEATURE: Access = {
  allowed: false,
  reason: 'unknown_feature',
  entitlements: [],
  nextChangeAt: null,
}

/** Made once for the rights of a snapshot, until the catalog changes. */
const merged = new WeakMap<
  readonly Right[],
  { readonly catalog: Catalog; readonly rights: readonly Right[] }
>()

/** Made once for what everybody has, so that a check of it walks nothing. */
const made = new WeakMap<object, readonly Right[]>()

function offersToRights(offers: ReturnType<typeof offersTo>): readonly Right[] {
  const known = made.get(offers)
  if (known !== undefined) return known
  const rights = withOffers(NO_RIGHTS, offers)
  made.set(offers, rights)
  return rights
}
