import type { Catalog } from '../catalog/catalog.ts'
import { offersTo, withOffers } from '../catalog/everybodys-rights.ts'
import type { Access, Right } from '../entitlements/access.ts'
import type { FeatureKey, UserId } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { accessAt } from './access-of-state.ts'
import { lastingAccess } from './lasting-access.ts'
import { type Snapshot, countFrom } from './snapshot.ts'
import type { UserState } from './user-state.ts'

/** Returns the access to one feature at `now` by a user's own rights, by what everybody has, and by whether it is switched on. */
export function accessBy(snapshot: Snapshot, catalog: Catalog, feature: FeatureKey, now: Instant): Access {
  const known = catalog.features.get(feature)
  if (known?.enabled === false) return DISABLED
  const rights = rightsBy(snapshot, catalog, feature)
  const count = countFrom(snapshot, feature)
  if (rights.length === 0 && count === null && known === undefined) return UNKNOWN_FEATURE
  return lastingAccess(rights, now, count)
}

/** Returns the same by a user's state, of a feature that the catalog has. */
export function accessByState(state: UserState, catalog: Catalog, feature: FeatureKey, now: Instant): Access {
  const isDisabled = catalog.features.get(feature)?.enabled === false
  return isDisabled ? DISABLED : accessAt(state, feature, now, catalog)
}

/** Returns the access that the catalog gives or takes whoever asks; `null` where the user's own rights have to be known. */
export function accessByCatalogAlone(catalog: Catalog, feature: FeatureKey, userId: UserId): Access | null {
  const known = catalog.features.get(feature)
  if (known?.enabled === false) return DISABLED
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

export const DISABLED: Access = { allowed: false, reason: 'disabled', entitlements: [], nextChangeAt: null }

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
