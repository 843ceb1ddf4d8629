import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { firstInboxId } from './inbox.ts'

/** Drops the bodies, and what was read again, of events that are past their time. Answers how many. */
export async function dropBodies(
  d1: D1Database,
  now: number,
  { settledMs, unsettledMs }: { settledMs: number; unsettledMs: number },
  limit: number,
): Promise<number> {
  const { meta } = await drizzle(d1).run(sql`
    UPDATE inbox SET body = NULL, reread = NULL, headers = '{}' WHERE id IN (
      SELECT id FROM inbox WHERE body IS NOT NULL AND (
        id < ${firstInboxId(now - unsettledMs)}
        OR id < ${firstInboxId(now - settledMs)} AND state IN ('applied', 'ignored', 'superseded')
      ) ORDER BY id LIMIT ${limit}
    )`)
  return meta.changes
}
