import { and, eq, getTableColumns, lte, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Instant } from '../domain/values/instant.ts'
import { inbox } from '../schema/shared-tables.ts'

export type InboxState = (typeof inbox.$inferSelect)['state']

/** How long an event is left to who has claimed it. Who dies with it does not keep it for longer. */
const LEASE_MS = 5 * 60_000

// Whose turn it is stands behind the body: who lists events does not go that far.
const { body: _body, headers: _headers, turnOf: _turnOf, ...columns } = getTableColumns(inbox)

/** An event without its body and headers. */
export type InboxRow = Omit<typeof inbox.$inferSelect, 'body' | 'headers' | 'turnOf'>

export const INBOX_COLUMNS = columns

/** What is to be known of an event while it is processed. */
export type ClaimedEvent = Omit<
  InboxRow,
  | 'receivedAt'
  | 'bodySha256'
  | 'factsSha256'
  | 'state'
  | 'flags'
  | 'deliveries'
  | 'conflicts'
  | 'nextAttemptAt'
>

/** An event with its body, which is `null` once it was dropped, and with its headers, as JSON. */
export interface InboxEvent extends InboxRow {
  readonly headers: string
  readonly body: Uint8Array | null
}

// Drizzle reads bytes as Node's Buffer, which is not there.
const EVENT_COLUMNS = {
  ...INBOX_COLUMNS,
  headers: inbox.headers,
  body: sql<ArrayBuffer | readonly number[] | null>`${inbox.body}`,
}

/** No id of that moment or later comes before it. */
export function firstInboxId(receivedAt: Instant): string {
  return `inb_${Math.max(0, receivedAt).toString(16).padStart(12, '0')}`
}

export async function eventById(d1: D1Database, id: string): Promise<InboxEvent | null> {
  const [row] = await drizzle(d1).select(EVENT_COLUMNS).from(inbox).where(eq(inbox.id, id))
  return row === undefined ? null : withBytes(row)
}

/**
 * Claims an event, if it is due: the attempt counts from here on, whether anything is heard of it again or not. One at a
 * time: an event that kills who has it takes no other one with it.
 */
export async function claimEvent(d1: D1Database, id: string, now: Instant): Promise<InboxEvent | null> {
  const [row] = await drizzle(d1)
    .update(inbox)
    .set({ state: 'received', attempts: sql`${inbox.attempts} + 1`, nextAttemptAt: now + LEASE_MS })
    .where(and(eq(inbox.id, id), lte(inbox.nextAttemptAt, now)))
    .returning(EVENT_COLUMNS)
  return row === undefined ? null : withBytes(row)
}

function withBytes<Row extends { readonly body: ArrayBuffer | readonly number[] | null }>(row: Row) {
  return { ...row, body: row.body === null ? null : new Uint8Array(row.body) }
}

/** Keeps what was read again, so that a replay says the same. Returns what is kept: the first wins. */
export async function keepReread(d1: D1Database, id: string, reread: string): Promise<string> {
  const [row] = await drizzle(d1)
    .update(inbox)
    .set({ reread: sql`coalesce(${inbox.reread}, ${reread})` })
    .where(eq(inbox.id, id))
    .returning({ reread: inbox.reread })
  return row?.reread ?? reread
}

/** Writes down what an event tells of itself, where that can be read by now. */
export async function keepEnvelope(
  d1: D1Database,
  { id, type, mode, occurredAt }: Pick<ClaimedEvent, 'id' | 'type' | 'mode' | 'occurredAt'>,
): Promise<void> {
  await drizzle(d1).update(inbox).set({ type, mode, occurredAt }).where(eq(inbox.id, id))
}

/** Has an event processed once more, whatever became of it. `null` when there is no such event. */
export async function replay(d1: D1Database, id: string, now: Instant): Promise<InboxRow | null> {
  const [row] = await drizzle(d1)
    .update(inbox)
    .set({ state: 'received', replays: sql`${inbox.replays} + 1`, attempts: 0, nextAttemptAt: now })
    .where(eq(inbox.id, id))
    .returning(INBOX_COLUMNS)
  return row ?? null
}
