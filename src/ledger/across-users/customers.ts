import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { customers } from './schema.ts'
import type { ProviderAccount } from './refs.ts'

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
 * Links a customer to a user as a payload says; the first wins. A move is stronger than any link: what a late event
 * says from before the move is `known`, so that all orders of arrival end in the same.
 */
export async function linkCustomer(
  d1: D1Database,
  of: ProviderAccount,
  customerId: string,
  userId: string,
): Promise<'linked' | 'known' | 'other'> {
  const db = drizzle(d1)
  const [inserted, [row]] = await db.batch([
    db
      .insert(customers)
      .values({ ...keyOf(of), customerId, userId })
      .onConflictDoNothing()
      .returning({ customerId: customers.customerId }),
    db.select().from(customers).where(isCustomer(of, customerId)),
  ])
  if (inserted.length === 1) return 'linked'
  return row?.userId === userId || (row?.movedAt ?? null) !== null ? 'known' : 'other'
}

/** Gives a customer to a user, unless a later move has been told. The sources follow by a job. */
export async function moveCustomer(
  d1: D1Database,
  of: ProviderAccount,
  customerId: string,
  userId: string,
  movedAt: number,
): Promise<void> {
  const { provider, account } = of
  // Whoever had it since the last job is kept, the new user alone left out: moves may be faster than the job.
  await drizzle(d1).run(sql`
    INSERT INTO customers (provider, account, customer_id, user_id, moved_at)
    VALUES (${provider}, ${account}, ${customerId}, ${userId}, ${movedAt})
    ON CONFLICT DO UPDATE SET user_id = excluded.user_id, moved_at = excluded.moved_at, moving_from = (
      SELECT nullif(json_group_array(DISTINCT value), '[]') FROM (
        SELECT value FROM json_each(coalesce(customers.moving_from, '[]')) UNION SELECT customers.user_id
      ) WHERE value <> excluded.user_id
    )
    WHERE customers.moved_at IS NULL OR customers.moved_at < excluded.moved_at`)
}

function keyOf({ provider, account }: ProviderAccount): ProviderAccount {
  return { provider, account }
}
