import type { Instant } from '../domain/values/instant.ts'
import { type SQL, and, eq, isNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { inbox, inboxWaits } from '../schema/shared-tables.ts'
import { firstInboxId } from './inbox-event.ts'
import { inList } from '../platform/in-list.ts'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import { referenceAccountIn } from '../schema/reference-account-in.ts'

/**
 * What an event waits for. Whether it is there by now only other rooms' tables say: customers, purchase ids and product
 * references. They are asked here, in SQL, so that the batch that writes or wakes a wait sees what is true in it.
 */
export const waitKey = {
  customer: (id: string) => `customer:${id}`,
  purchase: (id: string) => `ref:${id}`,
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
 * that writes the key, so that none is forgotten; whoever writes it has them processed, and what is left the sweep processes.
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

/** Lets the events go on that wait for a product's reference, in each account of its provider where it is there by now. */
export async function wakeForProduct(
  d1: D1Database,
  { provider, ref }: { readonly provider: string; readonly ref: string },
  now: Instant,
): Promise<void> {
  const isWait = sql`(provider, account, key, inbox_id) IN (
    SELECT provider, account, key, inbox_id FROM inbox_waits waiting INDEXED BY inbox_waits_by_key
    WHERE provider = ${provider} AND key = ${waitKey.product(ref)}
      AND ${isMapped(sql`waiting.provider`, sql`waiting.account`, sql`${ref}`)}
  )`
  await drizzle(d1).batch(wake(d1, isWait, now))
}

/** How many waits are looked at on either side of the place at which a look begins. */
const LOOKED_AT_MAX = 1000

/** Events come to their places by the moment of their arrival. Those that wait for longer have lost their bodies. */
const PLACES_MS = 90 * 24 * 60 * 60_000

/**
 * The same for any whose key is there by now. Where more wait than one look takes in, each minute begins at another place,
 * so that all have their turn. Returns how many waits there were, at most `limit`.
 */
export async function wakeForKnownKeys(d1: D1Database, now: Instant, limit: number): Promise<number> {
  const place = firstInboxId(placeAt(now))
  const looked = (isSide: SQL) => sql`
    SELECT * FROM (
      SELECT provider, account, key, inbox_id FROM inbox_waits INDEXED BY inbox_waits_by_event
      WHERE ${isSide} ORDER BY inbox_id LIMIT ${LOOKED_AT_MAX}
    )`
  const isWait = sql`(provider, account, key, inbox_id) IN (
    SELECT provider, account, key, inbox_id
    FROM (${looked(sql`inbox_id >= ${place}`)} UNION ALL ${looked(sql`inbox_id < ${place}`)}) waits
    WHERE ${isKnown(sql`waits.provider`, sql`waits.account`, sql`waits.key`)} LIMIT ${limit}
  )`
  const [, { meta }] = await drizzle(d1).batch(wake(d1, isWait, now))
  return meta.changes
}

/** Another part of the last 90 days each minute: by the golden ratio no part stays without its turn for long. */
function placeAt(now: Instant): Instant {
  const minute = Math.floor(now / 60_000)
  return Math.floor(now - ((minute * 0.618_033_988_75) % 1) * PLACES_MS)
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
