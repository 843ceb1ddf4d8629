import { type SQL, type SQLWrapper, and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { batchOf } from './batch-of.ts'
import { type Change, aChange, changeUsers, namedOf, unnamedOf } from './change-user.ts'
import { waitKey, wakeStatements } from './inbox-waits.ts'
import type { ProviderAccount } from './provider-account.ts'
import { customers } from './schema.ts'

/** How many purchases that stay where they are one answer lists. */
export const STAYED_MAX = 100

export function isCustomer({ provider, account }: ProviderAccount, customerId: string) {
  return and(
    eq(customers.provider, provider),
    eq(customers.account, account),
    eq(customers.customerId, customerId),
  )
}

export async function userOfCustomer(
  d1: D1Database,
  of: ProviderAccount,
  customerId: string,
): Promise<string | null> {
  const [row] = await drizzle(d1).select().from(customers).where(isCustomer(of, customerId))
  return row?.userId ?? null
}

/**
 * Links a customer to a user because the provider or the shop says so of the customer alone, and wakes who waits for
 * it: the latest counts, and more than all names. A move is stronger than any link. What the customer bought without
 * naming anybody follows.
 */
export async function tellCustomer(
  d1: D1Database,
  of: ProviderAccount,
  { customerId, userId, toldAt }: { customerId: string; userId: string; toldAt: number },
  now: number,
): Promise<Change> {
  const change = aChange(now)
  const isNow = sql`customers.user_id = ${userId} AND customers.told_at = ${toldAt} AND customers.moved_at IS NULL`
  const db = drizzle(d1)
  await batchOf(d1, [
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
    ...followed(d1, of, { customerId, userId, isNow }, change),
  ])
  return change
}

interface Moving {
  readonly customerId: string
  readonly userId: string
  readonly movedAt: number
}

/** Gives a customer to a user, unless a later move was told, and wakes who waits for it. What names nobody follows. */
export async function moveCustomer(
  d1: D1Database,
  of: ProviderAccount,
  moving: Moving,
  now: number,
): Promise<Change> {
  const change = aChange(now)
  await batchOf(d1, moveStatements(d1, of, { ...moving, renamedTo: null }, change))
  return change
}

/** The same with what names its user, unless a user was set by hand: what was theirs becomes another's. */
export async function transferCustomer(
  d1: D1Database,
  of: ProviderAccount,
  moving: Moving,
  now: number,
): Promise<Change> {
  const change = aChange(now)
  const moved = nameStatement(of, moving, 'moved')
  const { customerId, userId } = moving
  const notByHand = sql`${namedOf(of, customerId)} AND NOT EXISTS (
    SELECT 1 FROM refs alias INDEXED BY refs_by_source
    CROSS JOIN names ON names.provider = alias.provider AND names.account = alias.account
      AND names.id = alias.id AND names.rank = 'hand'
    WHERE alias.provider = mine.provider AND alias.account = mine.account AND alias.source_ref = mine.source_ref
  )`
  const sources = sql`${notByHand} AND ${isMovedAs(of, moving)}`
  await batchOf(d1, [
    ...moveStatements(d1, of, { ...moving, renamedTo: userId }, change),
    moved,
    ...changeUsers(sources, userId, change),
  ])
  return change
}

/** The same because somebody decides so by hand of each of its purchases. */
export async function moveCustomerWithNamed(
  d1: D1Database,
  of: ProviderAccount,
  moving: Moving,
  now: number,
): Promise<Change> {
  const change = aChange(now)
  const { customerId, userId } = moving
  const { provider, account } = of
  const named = sql`${namedOf(of, customerId)} AND ${isMovedAs(of, moving)}`
  await batchOf(d1, [
    ...moveStatements(d1, of, { ...moving, renamedTo: null }, change),
    sql`
      DELETE FROM names WHERE provider = ${provider} AND account = ${account} AND rank = 'hand' AND id IN (
        SELECT alias.id FROM (${named}) chosen CROSS JOIN refs alias INDEXED BY refs_by_source
          ON alias.provider = chosen.provider AND alias.account = chosen.account AND alias.source_ref = chosen.source_ref
      )`,
    nameStatement(of, moving, 'hand'),
    ...changeUsers(named, userId, change),
  ])
  return change
}

/** The purchases of a customer that are not this user's because they name another; some, where there are many. */
export async function stayedPurchases(
  d1: D1Database,
  of: ProviderAccount,
  { customerId, userId }: { customerId: string; userId: string },
): Promise<readonly { readonly id: string; readonly userId: string | null }[]> {
  const rows = await drizzle(d1).all<{ id: string; userId: string }>(sql`
    SELECT DISTINCT refs.source_ref AS id, refs.user_id AS userId
    FROM (${namedOf(of, customerId)}) chosen
    CROSS JOIN refs INDEXED BY refs_by_source ON refs.provider = chosen.provider
      AND refs.account = chosen.account AND refs.source_ref = chosen.source_ref
    WHERE refs.user_id <> ${userId} ORDER BY 1 LIMIT ${STAYED_MAX}`)
  return rows.map((row) => ({ id: row.id, userId: row.userId === '' ? null : row.userId }))
}

/** The sources that name a user with this customer and were claimed under another; some, where there are many. */
export async function sourcesNamedWith(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  customerId: string,
): Promise<readonly string[]> {
  const rows = await drizzle(d1).all<{ sourceRef: string }>(sql`
    SELECT DISTINCT refs.source_ref AS sourceRef FROM names INDEXED BY names_by_customer
    CROSS JOIN refs ON refs.provider = names.provider AND refs.account = names.account AND refs.id = names.id
    WHERE names.provider = ${provider} AND names.account = ${account} AND names.customer_id = ${customerId}
      AND names.customer_id <> '' AND refs.customer_id IS NOT names.customer_id
    LIMIT ${STAYED_MAX}`)
  return rows.map(({ sourceRef }) => sourceRef)
}

/** Names each purchase of a customer that names somebody already, by its source. */
function nameStatement(of: ProviderAccount, moving: Moving, rank: 'hand' | 'moved') {
  const { customerId, userId, movedAt } = moving
  return sql`
    INSERT INTO names (provider, account, id, rank, user_id, customer_id, told_at)
    SELECT chosen.provider, chosen.account, chosen.source_ref, ${rank}, ${userId}, '', ${movedAt}
    FROM (${namedOf(of, customerId)} AND ${isMovedAs(of, moving)}) chosen WHERE true
    ON CONFLICT DO UPDATE SET told_at = max(told_at, excluded.told_at)`
}

function moveStatements(
  d1: D1Database,
  of: ProviderAccount,
  { customerId, userId, movedAt, renamedTo }: Moving & { readonly renamedTo: string | null },
  change: Change,
) {
  const isNow = sql`customers.user_id = ${userId} AND customers.moved_at = ${movedAt}`
  return [
    drizzle(d1)
      .insert(customers)
      .values({ ...keyOf(of), customerId, userId, movedAt, renamedTo })
      .onConflictDoUpdate({
        target: [customers.provider, customers.account, customers.customerId],
        set: {
          userId,
          movedAt,
          byNames: false,
          renamedTo: sql`coalesce(excluded.renamed_to, customers.renamed_to)`,
        },
        setWhere: sql`customers.moved_at IS NULL OR customers.moved_at < excluded.moved_at`,
      }),
    ...followed(d1, of, { customerId, userId, isNow }, change),
  ] as const
}

/** Lets what names nobody follow the customer, if the customer is this user's by what was just said. */
function followed(
  d1: D1Database,
  of: ProviderAccount,
  { customerId, userId, isNow }: { customerId: string; userId: string; isNow: SQL },
  change: Change,
): readonly SQLWrapper[] {
  const sources = sql`${unnamedOf(of, customerId)} AND EXISTS (
    SELECT 1 FROM customers WHERE ${isCustomer(of, customerId)} AND ${isNow})`
  return [
    ...changeUsers(sources, userId, change),
    ...wakeStatements(d1, of, [waitKey.customer(customerId)], change.at),
  ]
}

function isMovedAs(of: ProviderAccount, { customerId, userId, movedAt }: Moving): SQL {
  return sql`EXISTS (SELECT 1 FROM customers WHERE ${isCustomer(of, customerId)}
    AND customers.user_id = ${userId} AND customers.moved_at = ${movedAt})`
}

function keyOf({ provider, account }: ProviderAccount): ProviderAccount {
  return { provider, account }
}
