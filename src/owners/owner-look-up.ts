import type { NameRank } from '../domain/purchases/owners/named-user.ts'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { CustomerId, PurchaseId, SourceId, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import type { Owner } from './claim-purchase-ids.ts'
import type { Claim, NameClaim, NameRow } from './claim.ts'
import { isToldBy } from './decide-claim.ts'

// Whose the purchases and customers are that an event names, looked up together with its arrival, or by itself once it is tried
// again. As long as an event tells nothing else of them, as with every renewal, nothing has to be claimed.

/** What facts name: ids of purchases, and customers who are spoken of alone. */
export interface OwnerQuestion {
  readonly ids: readonly PurchaseId[]
  readonly customers: readonly CustomerId[]
}

/** Whose a purchase is, and under which customer it was claimed. */
interface KnownPurchase extends Owner {
  readonly customerId: CustomerId | null
  readonly store: string
}

/** Whose a customer is, as somebody said of the customer alone. */
interface KnownCustomer {
  readonly userId: UserId
  /** When that happened, `null` where nobody but a move said so. */
  readonly toldAt: Instant | null
  readonly isMoved: boolean
}

/** What was known when it was looked up. What is not in here may be known by now. */
export interface OwnerLookUp {
  /** By every id of theirs that was asked for. */
  readonly purchases: ReadonlyMap<PurchaseId, KnownPurchase>
  /** The customers of whom somebody spoke. */
  readonly customers: ReadonlyMap<CustomerId, KnownCustomer>
  /** The users of customers who are linked by the names of what they bought alone. */
  readonly usersByNames: ReadonlyMap<CustomerId, UserId>
  readonly names: readonly NameRow[]
}

export const EMPTY_LOOK_UP: OwnerLookUp = {
  purchases: new Map(),
  customers: new Map(),
  usersByNames: new Map(),
  names: [],
}

// Each is looked up by its key: a plain `JOIN` may go through all that the provider has, as in `claimState`.
const LOOK_UP = `
  SELECT 'purchase' AS kind, asked.value AS id, user_id AS userId, source_ref AS sourceId, refs.customer_id AS customerId,
    NULL AS rank, NULL AS toldAt, NULL AS movedAt, refs.store, NULL AS lastToldAt
  FROM json_each(?3) asked
  CROSS JOIN refs ON provider = ?1 AND account = ?2 AND refs.id = asked.value
  UNION ALL
  SELECT 'name', asked.value, user_id, NULL, names.customer_id, names.rank, names.told_at, NULL, NULL,
    max(names.told_at, names.last_told_at)
  FROM json_each(?3) asked
  CROSS JOIN names ON provider = ?1 AND account = ?2 AND names.id = asked.value
  UNION ALL
  SELECT iif(customers.by_names = 0, 'customer', 'customer_by_names'), asked.value, user_id, NULL, NULL, NULL, customers.told_at,
    customers.moved_at, NULL, NULL
  FROM json_each(?4) asked
  CROSS JOIN customers ON provider = ?1 AND account = ?2 AND customers.customer_id = asked.value`

/** Looks up what is named, alone or in a batch; `null` when nothing is. */
export function ownerQuery(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  { ids, customers }: OwnerQuestion,
): D1PreparedStatement | null {
  if (ids.length + customers.length === 0) return null
  return d1.prepare(LOOK_UP).bind(provider, account, JSON.stringify(ids), JSON.stringify(customers))
}

/** What is known of what is named, asked by itself. */
export async function lookUpOwners(
  d1: D1Database,
  of: ProviderAccount,
  question: OwnerQuestion,
): Promise<OwnerLookUp> {
  const query = ownerQuery(d1, of, question)
  return query === null ? EMPTY_LOOK_UP : lookUpOf((await query.all()).results)
}

interface Row {
  readonly kind: 'purchase' | 'name' | 'customer' | 'customer_by_names'
  readonly id: string
  readonly userId: UserId
  readonly sourceId: SourceId
  readonly customerId: CustomerId | null
  readonly rank: NameRank
  readonly toldAt: Instant | null
  readonly movedAt: Instant | null
  readonly store: string | null
  readonly lastToldAt: Instant | null
}

/** What the rows of `ownerQuery` say. */
export function lookUpOf(rows: readonly unknown[]): OwnerLookUp {
  const found = rows as readonly Row[]
  const ofKind = (kind: Row['kind']) => found.filter((row) => row.kind === kind)
  return {
    purchases: new Map(
      ofKind('purchase').map(({ id, userId, sourceId, customerId, store }) => [
        id,
        { userId, sourceId, customerId, store: store ?? '' },
      ]),
    ),
    customers: new Map(
      ofKind('customer').map(({ id, userId, toldAt, movedAt }) => [
        id,
        { userId, toldAt, isMoved: movedAt !== null },
      ]),
    ),
    usersByNames: new Map(ofKind('customer_by_names').map(({ id, userId }) => [id, userId])),
    names: ofKind('name').map(({ id, rank, userId, customerId, toldAt, lastToldAt }) => ({
      id,
      rank,
      userId,
      customerId: customerId ?? '',
      toldAt: toldAt ?? 0,
      lastToldAt: lastToldAt ?? 0,
    })),
  }
}

/** Who has a purchase, and which of the ids that stand for it are still to be claimed for them. */
export interface CertainOwner {
  readonly owner: Owner
  readonly missing: readonly PurchaseId[]
}

/**
 * Who has the purchase that ids stand for, where all that is told of whose it is was told before; else `null`. Nothing
 * more has to be decided then.
 */
export function certainOwner(
  { purchases, names }: OwnerLookUp,
  { ids, customerId, store = '', names: told }: Pick<Claim, 'ids' | 'customerId' | 'names' | 'store'>,
): CertainOwner | null {
  const found = ids.flatMap((id) => purchases.get(id) ?? [])
  const [owner] = found
  const isSettled = found.every(
    (purchase) =>
      purchase.userId !== '' &&
      (purchase.customerId !== null || customerId === null) &&
      (purchase.store !== '' || store === ''),
  )
  const isKnown = (asked: NameClaim) =>
    names.some(
      (name) =>
        name.id === asked.id &&
        name.rank === asked.rank &&
        name.userId === asked.userId &&
        name.customerId === asked.customerId &&
        isToldBy(name, asked, { store }),
    )
  if (owner === undefined || !isSettled || !told.every(isKnown)) return null
  const missing = ids.filter((id) => !purchases.has(id))
  if (missing.length === 0) return { owner, missing }
  const isOne = found.every(({ sourceId, userId }) => sourceId === owner.sourceId && userId === owner.userId)
  // A name that was told by an id that is missing may name another user: that is to be decided.
  const isNamed = names.some(({ id }) => missing.includes(id))
  return isOne && !isNamed ? { owner, missing } : null
}

/** With what an event has just claimed, for what it says besides. */
export function withOwner(
  known: OwnerLookUp,
  { ids, customerId, store = '' }: Claim,
  owner: Owner,
): OwnerLookUp {
  const [id] = ids
  if (id === undefined) return known
  return { ...known, purchases: new Map(known.purchases).set(id, { ...owner, customerId, store }) }
}
