import { and, asc, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { inboxWaits } from '../schema/shared-tables.ts'
import type { InboxRow } from './inbox-event.ts'

/** The keys that an event waits for, in their order. */
export async function waitsOfEvent(d1: D1Database, event: InboxRow): Promise<readonly string[]> {
  if (event.state !== 'quarantined' && event.state !== 'unmatched') return []
  const rows = await drizzle(d1)
    .select({ key: inboxWaits.key })
    .from(inboxWaits)
    .where(
      and(
        eq(inboxWaits.provider, event.provider),
        eq(inboxWaits.account, event.account),
        eq(inboxWaits.inboxId, event.id),
      ),
    )
    .orderBy(asc(inboxWaits.key))
  return rows.map(({ key }) => key)
}
