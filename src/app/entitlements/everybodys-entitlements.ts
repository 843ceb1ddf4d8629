import type { Catalog, EverybodysOffer } from '../../domain/catalog/catalog.ts'
import type { Entitlement } from '../../domain/entitlements/entitlement.ts'
import { offersTo } from '../../domain/catalog/everybodys-rights.ts'
import type { UserId } from '../../domain/values/ids.ts'
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
 * limit. One that is recorded, because it was used, is in the page by itself.
 */
export async function withEverybodys(
  page: EntitlementPage,
  { db, catalog, userId }: OfUser,
  { filter, after, limit }: PageRequest,
): Promise<EntitlementPage> {
  const { next } = page
  const within = everybodysTo(catalog, userId)
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

/** Returns what everybody has under this id, if this user has it too and nothing of it is recorded; else `null`. */
export async function everybodysEntitlement(
  { db, catalog, userId }: OfUser,
  id: string,
): Promise<Entitlement | null> {
  const offered = everybodysTo(catalog, userId).find((one) => one.id === id)
  if (offered === undefined) return null
  return (await recordedAmong(db, userId, [id])).size === 0 ? offered : null
}

function everybodysTo(catalog: Catalog, userId: UserId): readonly Entitlement[] {
  return [...catalog.offers.keys()]
    .flatMap((feature) => offersTo(catalog, feature, userId))
    .map(offerToEntitlement)
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
  return {
    id,
    feature,
    allowance,
    priority,
    source: { provider: 'everyone', account: '', ref: product, product },
    startsAt: null,
    endsAt: null,
    graceEndsAt: null,
    trial: false,
    createdAt: 0,
    suspendedAt: null,
    revokedAt: null,
    held: false,
    withdrawn: false,
    usageStays: false,
    version: 0,
    metadata: null,
  }
}
