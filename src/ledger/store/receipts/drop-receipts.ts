import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Instant } from '../../../domain/values/instant.ts'
import { receipts } from '../../../schema/user-tables.ts'

/** How many are dropped in one statement, so that a sweep never holds the database for long. */
const DROPPED_AT_ONCE = 1000

/** How many statements a sweep makes; what is left then waits for the next. */
const STATEMENTS_MAX = 20

/** Drops receipts of refusals that are past their time. Returns how many. */
export async function dropExpiredReceipts(d1: D1Database, now: Instant): Promise<number> {
  let dropped = 0
  for (let statements = 0; statements < STATEMENTS_MAX; statements += 1) {
    const { meta } = await drizzle(d1).run(sql`
      DELETE FROM ${receipts} WHERE (user_id, key) IN (
        SELECT user_id, key FROM ${receipts} WHERE expires_at <= ${now} ORDER BY expires_at LIMIT ${DROPPED_AT_ONCE}
      )`)
    dropped += meta.changes
    if (meta.changes < DROPPED_AT_ONCE) break
  }
  return dropped
}
