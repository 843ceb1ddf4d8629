import { type SQL, and, desc, eq, gte, lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { inbox } from './schema.ts'
import { INBOX_COLUMNS, type InboxRow, type InboxState, firstInboxId } from './inbox.ts'

export interface InboxFilter {
  readonly provider?: string | undefined
  readonly state?: InboxState | undefined
  readonly type?: string | undefined
  readonly userId?: string | undefined
  /** Inclusive. */
  readonly receivedAfter?: number | undefined
  /** Exclusive. */
  readonly receivedBefore?: number | undefined
}

/** A page of the inbox, newest first: ids are in the order of arrival, so one key serves all filters of time. */
export async function eventPage(
  d1: D1Database,
  { filter, after, limit }: { filter: InboxFilter; after: string | null; limit: number },
): Promise<readonly InboxRow[]> {
  const { provider, state, type, userId, receivedAfter, receivedBefore } = filter
  return drizzle(d1)
    .select(INBOX_COLUMNS)
    .from(inbox)
    .where(
      and(
        given(after, (id) => lt(inbox.id, id)),
        given(receivedAfter, (moment) => gte(inbox.id, firstInboxId(moment))),
        given(receivedBefore, (moment) => lt(inbox.id, firstInboxId(moment))),
        given(provider, (value) => eq(inbox.provider, value)),
        given(state, (value) => eq(inbox.state, value)),
        given(type, (value) => eq(inbox.type, value)),
        given(userId, (value) => eq(inbox.userId, value)),
      ),
    )
    .orderBy(desc(inbox.id))
    .limit(limit)
}

function given<T>(value: T | null | undefined, condition: (value: T) => SQL): SQL | undefined {
  return value === null || value === undefined ? undefined : condition(value)
}
