import { type SQL, getTableColumns, sql } from 'drizzle-orm'
import type { Instant } from '../domain/values/instant.ts'
import { batchOf } from '../platform/batch-of.ts'
import { inbox } from '../schema/shared-tables.ts'
import { FINAL_STATES } from './conclusion.ts'
import type { InboxState } from './inbox-event.ts'

const OPEN: readonly InboxState[] = ['received', 'unmatched', 'quarantined', 'failed', 'dead']

/** What stands in the columns that go with the body. */
const DROPPED: Readonly<Record<string, string>> = {
  body: 'NULL',
  reread: 'NULL',
  headers: "'{}'",
  turn_of: 'NULL',
  facts_sha256: "''",
}
const COLUMNS = Object.values(getTableColumns(inbox)).map(({ name }) => name)
const KEPT = COLUMNS.map((name) => DROPPED[name] ?? name)

/**
 * Drops the bodies of events that are older than they are kept, and with them all that only their processing needs: what
 * was read again, their headers, their turn, their waits, and the hash of what they say. What stays for ever is who they
 * were, the hash of their body, and what became of them, with its flags and conflicts. Returns how many.
 */
export async function dropBodies(
  d1: D1Database,
  now: Instant,
  { settledMs, unsettledMs }: { settledMs: number; unsettledMs: number },
  limit: number,
): Promise<number> {
  const old = sql`${withBody(FINAL_STATES, now - settledMs)} UNION ALL ${withBody(OPEN, now - unsettledMs)} LIMIT ${limit}`
  const [, dropped] = await batchOf(d1, [
    sql`DELETE FROM inbox_waits WHERE inbox_id IN (${old})`,
    // Written anew at the end of the table, and not where it was: the room that a body leaves on its page is never used again.
    sql`INSERT OR REPLACE INTO inbox (${sql.raw(COLUMNS.join(', '))})
      SELECT ${sql.raw(KEPT.join(', '))} FROM inbox WHERE id IN (${old})`,
  ])
  return dropped?.meta.changes ?? 0
}

/** By the index of those that have a body: nothing is read that is not dropped. The states are no table to be read either. */
function withBody(states: readonly InboxState[], receivedBefore: number): SQL {
  const any = sql.join(
    states.map((state) => sql`${state}`),
    sql`, `,
  )
  return sql`SELECT id FROM inbox WHERE body IS NOT NULL
    AND state IN (${any}) AND received_at < ${receivedBefore}`
}
