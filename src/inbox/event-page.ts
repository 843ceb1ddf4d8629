import { type SQL, and, desc, eq, gte, lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { UserId } from '../domain/values/ids.ts'
import { scannedMax, scannedPage } from '../platform/scanned-page.ts'
import { inbox } from '../schema/shared-tables.ts'
import { INBOX_COLUMNS, type InboxRow, type InboxState, firstInboxId } from './inbox-event.ts'

export interface InboxFilter {
  readonly provider?: string | undefined
  readonly state?: InboxState | undefined
  readonly type?: string | undefined
  readonly userId?: UserId | undefined
  /** Inclusive. */
  readonly receivedAfter?: number | undefined
  /** Exclusive. */
  readonly receivedBefore?: number | undefined
}

interface InboxPage {
  readonly items: readonly InboxRow[]
  /** The id after which the next page begins, `null` only at the end. */
  readonly next: string | null
}

/**
 * A page of the inbox, newest first: ids are in the order of arrival, so one key serves all filters of time. A user
 * or a state picks the index; what is filtered besides is looked for among the rows that follow.
 */
export async function eventPage(
  d1: D1Database,
  { filter, after, limit }: { filter: InboxFilter; after: string | null; limit: number },
): Promise<InboxPage> {
  const { receivedAfter, receivedBefore, userId, ...others } = filter
  const { state, ...unindexed } = others
  const sought = userId === undefined ? unindexed : others
  const isFiltered = Object.values(sought).some((value) => value !== undefined)
  const max = scannedMax(isFiltered, limit)
  const rows = await drizzle(d1)
    .select(INBOX_COLUMNS)
    .from(inbox)
    .where(
      and(
        ifPresent(after, (id) => lt(inbox.id, id)),
        ifPresent(receivedAfter, (moment) => gte(inbox.id, firstInboxId(moment))),
        ifPresent(receivedBefore, (moment) => lt(inbox.id, firstInboxId(moment))),
        ifPresent(userId, (value) => eq(inbox.userId, value)),
        userId === undefined ? ifPresent(state, (value) => eq(inbox.state, value)) : undefined,
      ),
    )
    .orderBy(desc(inbox.id))
    .limit(max + 1)

  const { page: items, last } = scannedPage(rows, max, limit, (row) => matches(row, sought))
  return { items, next: last?.id ?? null }
}

function matches(row: InboxRow, { provider, type, state }: InboxFilter): boolean {
  return (
    (provider === undefined || row.provider === provider) &&
    (type === undefined || row.type === type) &&
    (state === undefined || row.state === state)
  )
}

function ifPresent<T>(value: T | null | undefined, condition: (value: T) => SQL): SQL | undefined {
  return value === null || value === undefined ? undefined : condition(value)
}
