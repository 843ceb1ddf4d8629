import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { receipts } from '../schema.ts'

/** How many are dropped in one go, so that a sweep never holds the database for long. */
const DROPPED_MAX = 1000

/** Drops receipts of refusals that are past their time. Answers how many; a full thousand means: call again. */
export async function dropExpiredReceipts(d1: D1Database, now: number): Promise<number> {
  const { meta } = await drizzle(d1).run(sql`
    DELETE FROM ${receipts} WHERE (user_id, key) IN (
      SELECT user_id, key FROM ${receipts} WHERE expires_at <= ${now} ORDER BY expires_at LIMIT ${DROPPED_MAX}
    )`)
  return meta.changes
}
