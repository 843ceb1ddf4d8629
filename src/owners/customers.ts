import { type SQL, type SQLWrapper, and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { CustomerId, SourceId, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import { waitKey, wakeOfSources, wakeStatements } from '../inbox/waits.ts'
import { batchOf } from '../platform/batch-of.ts'
import { customers } from '../schema/shared-tables.ts'
import { type Audience, asConcern, ofCustomerOnly } from './audience.ts'
import {
  type OwnerChange,
  newOwnerChange,
  changeUsers,
  isNotTransferred,
  movableOf,
  namedOf,
} from './change-user.ts'

// Which user a customer is, where the provider or the shop says so of the customer and of no purchase.

/** How many purchases that stay where they are one answer lists. */
const STAYED_MAX = 100

export function isCustomer({ provider, account }: ProviderAccount, customerId: CustomerId) {
  return and(
    eq(customers.provider, provider),
    eq(customers.account, account),
    eq(customers.customerId, customerId),
  )
}

export async function userOfCustomer(
  d1: D1Database,
  of: ProviderAccount,
  customerId: CustomerId,
): Promise<UserId | null> {
  const [row] = await drizzle(d1).select().from(customers).where(isCustomer(of, customerId))
  return row?.userId ?? null
}

/**
 * Links a customer to a user because the provider or the shop says so of the customer alone, and wakes the events
 * that wait for it: the latest counts, and more than all names. A move is stronger than any link. What the customer bought without
 * naming anybody follows. Throws `NotConcerned` where it concerns others than `only`.
 */
export async function tellCustomer(
  d1: D1Database,
  of: ProviderAccount,
  { customerId, userId, toldAt }: { customerId: CustomerId; userId: UserId; toldAt: Instant },
  now: Instant,
  only: Audience = null,
): Promise<OwnerChange> {
  const change = newOwnerChange(now)
  const isNow = sql`customers.user_id = ${userId} AND customers.told_at = ${toldAt} AND customers.moved_at IS NULL
    AND ${isNotTransferred(of, customerId)}`
  const db = drizzle(d1)
  const told = [
    ...ofCustomerOnly(only, of, customerId),
    db
      .insert(customers)
      .values({ ...keyOf(of), customerId, userId, toldAt })
      .onConflictDoUpdate({
        target: [customers.provider, customers.account, customers.customerId],
        set: { userId, toldAt, byNames: false },
        setWhere: sql`customers.moved_at IS NULL AND (
          customers.told_at IS NULL OR (customers.told_at, customers.user_id) < (excluded.told_at, excluded.user_id)
        )`,
      }),
    ...followCustomer(d1, of, { customerId, userId, isNow }, change),
  ]
  await batchOf(d1, told).catch((error: unknown) => {
    throw asConcern(error)
  })
  return change
}

/** The purchases of a customer that are not this user's because they name another; some, where there are many. */
export async function stayedPurchases(
  d1: D1Database,
  of: ProviderAccount,
  { customerId, userId }: { customerId: CustomerId; userId: UserId },
): Promise<readonly { readonly id: SourceId; readonly userId: UserId | null }[]> {
  const rows = await drizzle(d1).all<{ id: SourceId; userId: UserId }>(sql`
    SELECT DISTINCT refs.source_ref AS id, refs.user_id AS userId
    FROM (${namedOf(of, customerId)}) chosen
    CROSS JOIN refs INDEXED BY refs_by_source ON refs.provider = chosen.provider
      AND refs.account = chosen.account AND refs.source_ref = chosen.source_ref
    WHERE refs.user_id <> ${userId} ORDER BY 1 LIMIT ${STAYED_MAX}`)
  return rows.map((row) => ({ id: row.id, userId: row.userId === '' ? null : row.userId }))
}

/** Gives what the customer bought without naming anybody to the user, if the customer is that user by what was just written. */
export function followCustomer(
  d1: D1Database,
  of: ProviderAccount,
  { customerId, userId, isNow }: { customerId: CustomerId; userId: UserId; isNow: SQL },
  change: OwnerChange,
): readonly SQLWrapper[] {
  const sources = sql`${movableOf(of, customerId)} AND EXISTS (
    SELECT 1 FROM customers WHERE ${isCustomer(of, customerId)} AND ${isNow})`
  return [
    ...changeUsers(sources, userId, change),
    ...wakeOfSources(d1, of, sources, change.at),
    ...wakeStatements(d1, of, [waitKey.customer(customerId)], change.at),
  ]
}

/** The account alone, of an object that names more. */
export function keyOf({ provider, account }: ProviderAccount): ProviderAccount {
  return { provider, account }
}
