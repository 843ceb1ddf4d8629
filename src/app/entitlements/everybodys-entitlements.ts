import type { Catalog, EverybodysOffer } from '../../domain/catalog/catalog.ts'
import { offersTo } from '../../domain/catalog/everybodys-rights.ts'
import { type Entitlement, isEverybodys } from '../../domain/entitlements/entitlement.ts'
import { everybodysEntitlement } from '../../domain/entitlements/everybodys-entitlement.ts'
import { isMetered } from '../../domain/entitlements/feature.ts'
import { lastingTerms } from '../../domain/entitlements/lasting-terms.ts'
import { givenIn, periodAt } from '../../domain/usage/lot.ts'
import type { EntitlementId, UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type {
  EntitlementFilter,
  EntitlementPage,
  PageRequest,
} from '../../ledger/store/entitlements/entitlement-page.ts'
import { recordedAmong } from '../../ledger/store/entitlements/user-entitlements.ts'

interface OfUser {
  readonly db: D1Database
  readonly catalog: Catalog
  readonly userId: UserId
}

/**
 * Returns a page of a user's entitlements with those among them that everybody has, in the order of their ids and within the
 * limit. One that is recorded, because it was used, is in the page by itself, as the catalog gives it now.
 */
export async function withEverybodys(
  recordedPage: EntitlementPage,
  { db, catalog, userId }: OfUser,
  { filter, at, after, limit }: PageRequest,
): Promise<EntitlementPage> {
  const page = byCatalog(recordedPage, catalog, at)
  const { next } = page
  const within = offersToUser(catalog, userId)
    .map(offerToEntitlement)
    .filter(({ id }) => (after === null || id > after.id) && (next === null || id <= next.id))
    .filter((one) => matches(one, filter))
  const recorded = await recordedAmong(
    db,
    userId,
    within.map(({ id }) => id),
  )
  const besides = within.filter(({ id }) => !recorded.has(id)).map((entitlement) => ({ userId, entitlement }))
  const items = [...page.items, ...besides].toSorted((a, b) => (a.entitlement.id < b.entitlement.id ? -1 : 1))
  const last = items.length > limit ? items[limit - 1] : undefined
  if (last === undefined) return { items, next }
  return { items: items.slice(0, limit), next: { userId, id: last.entitlement.id } }
}

/**
 * Returns a page without what was recorded of what everybody has and the catalog gives its user no more; the rest of that as
 * the catalog gives it now.
 */
export function byCatalog(page: EntitlementPage, catalog: Catalog, at: Instant): EntitlementPage {
  const items = page.items.flatMap(({ userId, entitlement }) => {
    if (!isEverybodys(entitlement)) return [{ userId, entitlement }]
    const offer = offerIn(offersTo(catalog, entitlement.feature, userId), entitlement.id)
    return offer === undefined ? [] : [{ userId, entitlement: asOffered(entitlement, offer, at) }]
  })
  return { ...page, items }
}

/** Returns what everybody has under this id, if this user has it too; else `null`. */
export function everybodysNamed(
  catalog: Catalog,
  userId: UserId,
  { id, recorded, at }: Asked,
): Entitlement | null {
  const offer = offerIn(offersToUser(catalog, userId), id)
  if (offer === undefined) return null
  return recorded === null ? offerToEntitlement(offer) : asOffered(recorded, offer, at)
}

interface Asked {
  readonly id: EntitlementId
  /** What is recorded under it. */
  readonly recorded: Entitlement | null
  readonly at: Instant
}

function offerIn(offers: readonly EverybodysOffer[], id: EntitlementId): EverybodysOffer | undefined {
  return offers.find(({ entitlementId }) => entitlementId === id)
}

/** The amount is the one that may be spent. */
function asOffered(
  recorded: Entitlement,
  { allowance, priority }: EverybodysOffer,
  at: Instant,
): Entitlement {
  const { allowance: before } = recorded
  if (!isMetered(before) || !isMetered(allowance)) return { ...recorded, allowance, priority }
  const amount = givenIn({ allowance: before, today: allowance }, periodAt(allowance, at))
  return { ...recorded, allowance: { ...allowance, amount }, priority }
}

function offersToUser(catalog: Catalog, userId: UserId): readonly EverybodysOffer[] {
  return [...catalog.offers.keys()].flatMap((feature) => offersTo(catalog, feature, userId))
}

/** It always stands, and is nobody's purchase. */
function matches(
  { feature, source }: Entitlement,
  { feature: ofFeature, state, provider, product }: EntitlementFilter,
): boolean {
  return (
    (ofFeature === undefined || feature === ofFeature) &&
    (provider === undefined || source.provider === provider) &&
    (product === undefined || source.product === product) &&
    (state === undefined || state === 'active')
  )
}

/** No entry has touched it, and it was made at the beginning of time: it has always been there. */
function offerToEntitlement({
  entitlementId: id,
  feature,
  allowance,
  priority,
  product,
}: EverybodysOffer): Entitlement {
  const known = { id, feature, createdAt: 0, version: 0 }
  return everybodysEntitlement(known, product, lastingTerms(allowance, priority))
}
