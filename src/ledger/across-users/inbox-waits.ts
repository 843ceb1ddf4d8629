import { type SQL, eq, isNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { inbox, inboxWaits } from './schema.ts'
import { inList } from '../in-list.ts'
import type { ProviderAccount } from './refs.ts'

/** What an event waits for. */
export const waitKey = {
  customer: (id: string) => `customer:${id}`,
  ref: (id: string) => `ref:${id}`,
  product: (ref: string) => `product:${ref}`,
} as const

/** Whether one of the keys is there by now. */
export function isKeyKnown({ provider, account }: ProviderAccount, keys: readonly string[]): SQL<number> {
  return sql<number>`EXISTS (
    SELECT 1 FROM json_each(${JSON.stringify(keys)}) wanted
    WHERE ${isKnown(sql`${provider}`, sql`${account}`, sql`wanted.value`)}
  )`
}

function isKnown(provider: SQL, account: SQL, key: SQL): SQL {
  return sql`(
    ${key} LIKE 'customer:%' AND EXISTS (
      SELECT 1 FROM customers
      WHERE provider = ${provider} AND account = ${account} AND customer_id = substr(${key}, 10)
    )
    OR ${key} LIKE 'ref:%' AND EXISTS (
      SELECT 1 FROM refs WHERE provider = ${provider} AND account = ${account} AND id = substr(${key}, 5)
    )
    OR ${key} LIKE 'product:%' AND EXISTS (
      SELECT 1 FROM product_references WHERE provider = ${provider} AND ref = substr(${key}, 9)
    )
  )`
}

/** Lets the events that wait for one of these keys be processed again, by the next sweep. */
export async function wakeWaiting(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  keys: readonly string[],
  now: number,
): Promise<void> {
  if (keys.length === 0) return
  await wake(
    d1,
    sql`${eq(inboxWaits.provider, provider)} AND ${eq(inboxWaits.account, account)} AND ${inList(inboxWaits.key, keys)}`,
    now,
  )
}

/** The same for a product's reference, which is one in all accounts of its provider. */
export async function wakeForProduct(
  d1: D1Database,
  { provider, ref }: { readonly provider: string; readonly ref: string },
  now: number,
): Promise<void> {
  const key = waitKey.product(ref)
  await wake(d1, sql`${eq(inboxWaits.provider, provider)} AND ${eq(inboxWaits.key, key)}`, now)
}

/**
 * The same for any whose key is there by now: a Worker may die after it wrote the key and before it woke who waits.
 * Answers how many waits there were, at most `limit`.
 */
export async function wakeKnown(d1: D1Database, now: number, limit: number): Promise<number> {
  const known = isKnown(sql`waits.provider`, sql`waits.account`, sql`waits.key`)
  return wake(
    d1,
    sql`(provider, account, key, inbox_id) IN (
      SELECT provider, account, key, inbox_id FROM inbox_waits waits WHERE ${known} LIMIT ${limit}
    )`,
    now,
  )
}

async function wake(d1: D1Database, isWait: SQL, now: number): Promise<number> {
  const db = drizzle(d1)
  const [, { meta }] = await db.batch([
    db
      .update(inbox)
      // As a replay: under its old keys the object would only repeat what it said before.
      .set({ nextAttemptAt: now, attempts: 0, replays: sql`${inbox.replays} + 1` })
      .where(
        // One that is due anyhow sees by itself, when it is settled, that the key has come.
        sql`id IN (SELECT inbox_id FROM inbox_waits WHERE ${isWait})
          AND ${eq(inbox.state, 'quarantined')} AND ${isNull(inbox.nextAttemptAt)}`,
      ),
    db.delete(inboxWaits).where(isWait),
  ])
  return meta.changes
}
