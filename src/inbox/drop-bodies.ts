import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Instant } from '../domain/values/instant.ts'
import type { InboxState } from './inbox-event.ts'

const FINAL: readonly InboxState[] = ['applied', 'ignored', 'superseded']
const OPEN: readonly InboxState[] = ['received', 'unmatched', 'quarantined', 'failed', 'dead']

/** Drops the bodies, and what was read again, of events that are older than they are kept. Returns how many. */
export async function dropBodies(
  d1: D1Database,
  now: Instant,
  { settledMs, unsettledMs }: { settledMs: number; unsettledMs: number },
  limit: number,
): Promise<number> {
  const { meta } = await drizzle(d1).run(sql`
    UPDATE inbox SET body = NULL, reread = NULL, headers = '{}' WHERE id IN (
      ${withBody(FINAL, now - settledMs)} UNION ALL ${withBody(OPEN, now - unsettledMs)} LIMIT ${limit}
    )`)
  return meta.changes
}

/** By the index of those that have a body: nothing is read that is not dropped. */
function withBody(states: readonly InboxState[], receivedBefore: number): SQL {
  return sql`SELECT id FROM inbox WHERE body IS NOT NULL
    AND state IN (SELECT value FROM json_each(${JSON.stringify(states)})) AND received_at < ${receivedBefore}`
}
