import { firstInboxId } from '../../../../src/inbox/inbox-event.ts'

/** Of which provider the sources are and the waits. */
const PROVIDER = 'stripe'

/** The version of the catalog by which the price was changed. */
const CHANGED_AT = 2

/** So many sources of one price, of which all but one in a hundred have followed its change. */
export async function fillSources(d1: D1Database, count: number): Promise<void> {
  await d1
    .prepare(
      `WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1)
      INSERT INTO source_references (user_id, provider, account, ref, reference, catalog_version)
      SELECT printf('u_%08d', n), ?2, '', 'sub_' || n, 'price_1', iif(n % 100 = 99, 1, ?3) FROM numbers`,
    )
    .bind(count, PROVIDER, CHANGED_AT)
    .run()
  await d1
    .prepare(
      `INSERT INTO changed_references (provider, ref, catalog_version, product_id) VALUES (?, 'price_1', ?, 'pro')`,
    )
    .bind(PROVIDER, CHANGED_AT)
    .run()
}

/** What a user’s object writes of a source that follows, besides its entries. */
export async function follow(d1: D1Database, userId: string, ref: string): Promise<void> {
  await d1
    .prepare(
      'UPDATE source_references SET catalog_version = ? WHERE user_id = ? AND provider = ? AND account = ? AND ref = ?',
    )
    .bind(CHANGED_AT, userId, PROVIDER, '', ref)
    .run()
}

/** So many events that wait, each for a customer of its own; that of the one at `known` is there, though nobody has woken it. */
export async function fillWaits(d1: D1Database, count: number, known: number): Promise<void> {
  await d1
    .prepare(
      `WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1)
      INSERT INTO inbox_waits (provider, account, key, inbox_id)
      SELECT ?2, '', 'customer:c_' || n, ?3 || printf('%020d', n) FROM numbers`,
    )
    .bind(count, PROVIDER, firstInboxId(Date.UTC(2027, 0, 1)))
    .run()
  await d1
    .prepare('INSERT INTO customers (provider, account, customer_id, user_id) VALUES (?, ?, ?, ?)')
    .bind(PROVIDER, '', `c_${known}`, 'u_known')
    .run()
}
