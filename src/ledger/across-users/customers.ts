import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { waitKey, wakeStatements } from './inbox-waits.ts'
import type { ProviderAccount } from './provider-account.ts'
import { customers } from './schema.ts'

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
 * Links a customer to a user as a payload says, and wakes who waits for it; the first wins. A move is stronger than any
 * link: what a late event says from before the move is `known`, so that all orders of arrival end in the same.
 */
export async function linkCustomer(
  d1: D1Database,
  of: ProviderAccount,
  customerId: string,
  userId: string,
  now: number,
): Promise<'known' | 'other'> {
  const db = drizzle(d1)
  const [, [row]] = await db.batch([
    db
      .insert(customers)
      .values({ ...keyOf(of), customerId, userId })
      .onConflictDoNothing(),
    db.select().from(customers).where(isCustomer(of, customerId)),
    ...wakeStatements(d1, of, [waitKey.customer(customerId)], now),
  ])
  return row?.userId === userId || (row?.movedAt ?? null) !== null ? 'known' : 'other'
}

/**
 * Gives a customer to a user, unless a later move has been told, and wakes who waits for it. The sources follow by a
 * job.
 */
export async function moveCustomer(
  d1: D1Database,
  of: ProviderAccount,
  { customerId, userId, movedAt }: { customerId: string; userId: string; movedAt: number },
  now: number,
): Promise<void> {
  const db = drizzle(d1)
  await db.batch([
    db
      .insert(customers)
      .values({ ...keyOf(of), customerId, userId, movedAt })
      .onConflictDoUpdate({
        target: [customers.provider, customers.account, customers.customerId],
        set: {
          userId,
          movedAt,
          // Whoever had it since the last job is kept, the new user alone left out: moves may be faster than the job.
          movingFrom: sql`(
            SELECT nullif(json_group_array(DISTINCT value), '[]') FROM (
              SELECT value FROM json_each(coalesce(customers.moving_from, '[]')) UNION SELECT customers.user_id
            ) WHERE value <> excluded.user_id
          )`,
        },
        setWhere: sql`customers.moved_at IS NULL OR customers.moved_at < excluded.moved_at`,
      }),
    ...wakeStatements(d1, of, [waitKey.customer(customerId)], now),
  ])
}

function keyOf({ provider, account }: ProviderAccount): ProviderAccount {
  return { provider, account }
}
