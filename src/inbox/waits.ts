import { type SQL, and, eq, isNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { referenceAccount } from '../domain/purchases/products/reference-account.ts'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { CustomerId, PurchaseId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import { batchOf } from '../platform/batch-of.ts'
import { inList } from '../platform/in-list.ts'
import { referenceAccountIn } from '../schema/reference-account-in.ts'
import { inbox, inboxWaits } from '../schema/shared-tables.ts'

/**
 * What an event waits for. Whether it is there by now only other rooms' tables say: customers, purchase ids and product
 * references. They are asked here, in SQL, so that the batch that writes or wakes a wait sees what is true in it.
 */
export const waitKey = {
  customer: (id: CustomerId) => `customer:${id}`,
  purchase: (id: PurchaseId) => `ref:${id}`,
  product: (ref: string) => `product:${ref}`,
  /** A payment of which an event was told, though nobody knows yet what it paid for. */
  payment: (id: string) => `payment:${id}`,
} as const

/** The payments of which the events tell that wait for these keys. */
export function paymentKeysOf(keys: readonly string[]): readonly string[] {
  return keys.flatMap((key) => (key.startsWith('ref:') ? [waitKey.payment(key.slice(4))] : []))
}

/** Whether one of the keys is there by now. */
export function isKeyKnown({ provider, account }: ProviderAccount, keys: readonly string[]): SQL<number> {
  return sql<number>`EXISTS (
    SELECT 1 FROM json_each(${JSON.stringify(keys)}) wanted
    WHERE ${isKnown(sql`${provider}`, sql`${account}`, sql`wanted.value`)}
  )`
}

function isKnown(provider: SQL, account: SQL, key: SQL): SQL {
  return sql`(
    ${key} LIKE 'customer:%' AND (
      EXISTS (
        SELECT 1 FROM customers
        WHERE provider = ${provider} AND account = ${account} AND customer_id = substr(${key}, 10)
      ) OR EXISTS (
        SELECT 1 FROM transfers
        WHERE provider = ${provider} AND account = ${account} AND customer_id = substr(${key}, 10)
      )
    )
    OR ${key} LIKE 'ref:%' AND EXISTS (
      SELECT 1 FROM refs
      WHERE provider = ${provider} AND account = ${account} AND id = substr(${key}, 5) AND user_id <> ''
    )
    OR ${key} LIKE 'product:%' AND ${isMapped(provider, account, sql`substr(${key}, 9)`)}
    OR ${key} LIKE 'payment:%' AND EXISTS (
      SELECT 1 FROM inbox_waits telling
      WHERE telling.provider = ${provider} AND telling.account = ${account} AND telling.key = 'ref:' || substr(${key}, 9)
    )
  )`
}

function isMapped(provider: SQL, account: SQL, ref: SQL): SQL {
  return sql`EXISTS (
    SELECT 1 FROM product_references
    WHERE provider = ${provider} AND account = ${referenceAccountIn(provider, account)} AND ref = ${ref}
  )`
}

/** The same, asked by itself. */
export async function isAnyKeyKnown(
  d1: D1Database,
  of: ProviderAccount,
  keys: readonly string[],
): Promise<boolean> {
  const row = await drizzle(d1).get<{ isKnown: number }>(sql`SELECT ${isKeyKnown(of, keys)} AS isKnown`)
  return row.isKnown === 1
}

/**
 * Makes the events due as of now that wait for one of these keys, if the key is there by then. It belongs into the batch
 * that writes the key, so that none is forgotten; whoever writes it has them processed, and what is left the keeper does.
 */
export function wakeStatements(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  keys: readonly string[],
  now: Instant,
) {
  const isOfAccount = and(eq(inboxWaits.provider, provider), eq(inboxWaits.account, account))
  const isThere = isKnown(sql`${provider}`, sql`${account}`, sql`inbox_waits.key`)
  return wake(d1, sql`${isOfAccount} AND ${inList(inboxWaits.key, keys)} AND ${isThere}`, now)
}

/**
 * The same for all ids of the sources that a query names: an event that came while a purchase was nobody's waits by
 * whichever of them it knows.
 */
export function wakeOfSources(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  sources: SQL,
  now: Instant,
) {
  const isOfAccount = and(eq(inboxWaits.provider, provider), eq(inboxWaits.account, account))
  const isThere = isKnown(sql`${provider}`, sql`${account}`, sql`inbox_waits.key`)
  const keys = sql`
    SELECT 'ref:' || refs.id FROM (${sources}) chosen
    CROSS JOIN refs INDEXED BY refs_by_source ON refs.provider = chosen.provider
      AND refs.account = chosen.account AND refs.source_ref = chosen.source_ref`
  return wake(d1, sql`${isOfAccount} AND inbox_waits.key IN (${keys}) AND ${isThere}`, now)
}

/** How many waits for a product are woken at once: each is a few rows. */
const WOKEN_AT_ONCE = 1000

/**
 * Lets the events go on that wait for a product's reference, in each account of its provider where it is there by now: so
 * many at once. Returns whether these were all.
 */
export async function wakeForProduct(
  d1: D1Database,
  { provider, ref }: { readonly provider: string; readonly ref: string },
  now: Instant,
): Promise<boolean> {
  const key = waitKey.product(ref)
  const waiting =
    referenceAccount({ provider, account: ref }) === ''
      ? sql`INDEXED BY inbox_waits_by_key ON waiting.provider = mapped.provider AND waiting.key = ${key}`
      : sql`ON waiting.provider = mapped.provider AND waiting.account = mapped.account AND waiting.key = ${key}`
  const isWait = sql`(provider, account, key, inbox_id) IN (
    SELECT waiting.provider, waiting.account, waiting.key, waiting.inbox_id
    FROM product_references mapped INDEXED BY product_references_by_ref
    CROSS JOIN inbox_waits waiting ${waiting}
    WHERE mapped.provider = ${provider} AND mapped.ref = ${ref} LIMIT ${WOKEN_AT_ONCE}
  )`
  const [, deleted] = await drizzle(d1).batch(wake(d1, isWait, now))
  return deleted.meta.changes < WOKEN_AT_ONCE
}

/**
 * How many waits one look takes in. Whoever writes a key wakes those that wait for it in the same batch, so that the index of
 * what is due is the list of what was woken, and a look finds nothing: it is there for what was written by other means.
 */
const LOOKED_AT_MAX = 16

/** Stands behind the ids of all events. */
const END = '~'

// Where the last look ended the next one begins; where all are taken in by one, nothing has to be written.
const NEXT_BEGINS = sql`iif(look_at_waits.ends = ${END}, '', look_at_waits.ends)`
const LOOK_ON = sql`
  UPDATE look_at_waits SET begins = ${NEXT_BEGINS}, ends = coalesce((
    SELECT inbox_id FROM inbox_waits INDEXED BY inbox_waits_by_event
    WHERE inbox_id > ${NEXT_BEGINS} ORDER BY inbox_id LIMIT 1 OFFSET ${LOOKED_AT_MAX - 1}
  ), ${END})
  WHERE begins <> '' OR ends <> ${END} OR EXISTS (
    SELECT 1 FROM inbox_waits INDEXED BY inbox_waits_by_event
    WHERE inbox_id > '' ORDER BY inbox_id LIMIT 1 OFFSET ${LOOKED_AT_MAX - 1}
  )`

/**
 * The same for any whose key is there by now, a few waits at a look: each goes on where the last one ended. Returns how many
 * waits there were, and whether the look took in all that wait.
 */
export async function wakeForKnownKeys(
  d1: D1Database,
  now: Instant,
): Promise<{ readonly woken: number; readonly isAll: boolean }> {
  const looked = sql`
    SELECT provider, account, key, inbox_id FROM look_at_waits
    CROSS JOIN inbox_waits waits INDEXED BY inbox_waits_by_event
      ON waits.inbox_id > look_at_waits.begins AND waits.inbox_id <= look_at_waits.ends
    WHERE ${isKnown(sql`waits.provider`, sql`waits.account`, sql`waits.key`)}`
  const isAll = sql`SELECT begins = '' AND ends = ${END} AS isAll FROM look_at_waits`
  const [, found, place] = await batchOf(d1, [LOOK_ON, looked, isAll])
  const [row] = (place?.results ?? []) as { readonly isAll: number }[]
  const woken = found?.results.length ?? 0
  // What was found, and not the look once more.
  const these = sql`
    SELECT value ->> 'provider', value ->> 'account', value ->> 'key', value ->> 'inbox_id'
    FROM json_each(${JSON.stringify(found?.results ?? [])})`
  if (woken > 0) await batchOf(d1, wake(d1, sql`(provider, account, key, inbox_id) IN (${these})`, now))
  return { woken, isAll: row?.isAll === 1 }
}

function wake(d1: D1Database, isWait: SQL, now: Instant) {
  const db = drizzle(d1)
  return [
    db
      .update(inbox)
      // As a replay: under its old keys the object would only repeat what it said before.
      .set({ nextAttemptAt: now, attempts: 0, replays: sql`${inbox.replays} + 1` })
      .where(
        // One that is due anyhow sees by itself, when it is concluded, that the key has come.
        sql`id IN (SELECT inbox_id FROM inbox_waits WHERE ${isWait})
          AND state IN ('quarantined', 'unmatched') AND ${isNull(inbox.nextAttemptAt)}`,
      ),
    db.delete(inboxWaits).where(isWait),
  ] as const
}
