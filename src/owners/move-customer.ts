import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { Condition } from '../domain/values/condition.ts'
import type { CustomerId, Seq, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import { wakeOfSources } from '../inbox/waits.ts'
import { batchOf } from '../platform/batch-of.ts'
import { otherVersion } from '../schema/other-version.ts'
import { customers } from '../schema/shared-tables.ts'
import { guards } from '../schema/user-tables.ts'
import { type OwnerChange, newOwnerChange, changeUsers, namedOf } from './change-user.ts'
import { followCustomer, isCustomer, keyOf } from './customers.ts'

// Moving a customer to another user, which only somebody by hand does.

/** The version of a link, in SQL: when it was last made or moved. */
export const LINK_VERSION = sql<Seq>`coalesce(customers.moved_at, customers.told_at, 1)`

interface Moving {
  readonly customerId: CustomerId
  readonly userId: UserId
  readonly movedAt: Instant
  /** The version of the link that the move rests on: where it is another by now, nothing happens. */
  readonly condition?: Condition
}

/** Gives a customer to a user, unless a later move was told, and wakes the events that wait for it. What names nobody follows. */
export async function moveCustomer(
  d1: D1Database,
  of: ProviderAccount,
  moving: Moving,
  now: Instant,
): Promise<OwnerChange> {
  const change = newOwnerChange(now)
  await batchOf(d1, moveStatements(d1, of, moving, change))
  return change
}

/** The same with what names its user, because somebody decides so by hand of each of its purchases. */
export async function moveCustomerWithNamed(
  d1: D1Database,
  of: ProviderAccount,
  moving: Moving,
  now: Instant,
): Promise<OwnerChange> {
  const change = newOwnerChange(now)
  const { customerId, userId, movedAt } = moving
  const { provider, account } = of
  const named = sql`${namedOf(of, customerId)} AND ${isMovedAs(of, moving)}`
  await batchOf(d1, [
    ...moveStatements(d1, of, moving, change),
    // First the new name: what only the old one named is found by it afterwards.
    nameStatement(of, moving),
    sql`
      DELETE FROM names WHERE provider = ${provider} AND account = ${account} AND rank = 'hand'
        AND NOT (user_id = ${userId} AND told_at >= ${movedAt}) AND id IN (
        SELECT alias.id FROM (${named}) chosen CROSS JOIN refs alias INDEXED BY refs_by_source
          ON alias.provider = chosen.provider AND alias.account = chosen.account AND alias.source_ref = chosen.source_ref
      )`,
    ...changeUsers(named, userId, change),
    ...wakeOfSources(d1, of, named, change.at),
  ])
  return change
}

/** Names by hand each purchase of a customer that names somebody already, by its source. */
function nameStatement(of: ProviderAccount, moving: Moving) {
  const { customerId, userId, movedAt } = moving
  return sql`
    INSERT INTO names (provider, account, id, rank, user_id, customer_id, told_at)
    SELECT chosen.provider, chosen.account, chosen.source_ref, 'hand', ${userId}, '', ${movedAt}
    FROM (${namedOf(of, customerId)} AND ${isMovedAs(of, moving)}) chosen WHERE true
    ON CONFLICT DO UPDATE SET told_at = max(told_at, excluded.told_at)`
}

function moveStatements(
  d1: D1Database,
  of: ProviderAccount,
  { customerId, userId, movedAt, condition = null }: Moving,
  change: OwnerChange,
) {
  const db = drizzle(d1)
  const version = sql`(SELECT ${LINK_VERSION} FROM customers WHERE ${isCustomer(of, customerId)})`
  const isNow = sql`customers.user_id = ${userId} AND customers.moved_at = ${movedAt}`
  return [
    db.insert(guards).select(otherVersion(condition, version)),
    db
      .insert(customers)
      .values({ ...keyOf(of), customerId, userId, movedAt })
      .onConflictDoUpdate({
        target: [customers.provider, customers.account, customers.customerId],
        set: { userId, movedAt, byNames: false },
        setWhere: sql`customers.moved_at IS NULL OR customers.moved_at < excluded.moved_at`,
      }),
    ...followCustomer(d1, of, { customerId, userId, isNow }, change),
  ] as const
}

function isMovedAs(of: ProviderAccount, { customerId, userId, movedAt }: Moving): SQL {
  return sql`EXISTS (SELECT 1 FROM customers WHERE ${isCustomer(of, customerId)}
    AND customers.user_id = ${userId} AND customers.moved_at = ${movedAt})`
}
