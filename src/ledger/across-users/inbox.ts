import { type SQL, and, eq, getTableColumns, lte, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { toHex } from '../sha256.ts'
import { inbox, inboxWaits } from './schema.ts'
import { isKeyKnown } from './inbox-waits.ts'
import type { ProviderAccount } from './refs.ts'

export type InboxState = (typeof inbox.$inferSelect)['state']

/** How many deliveries with other content are kept of one event. */
const CONFLICTS_MAX = 20

/** How long an event is left to who has claimed it. Who dies with it does not keep it for longer. */
const LEASE_MS = 5 * 60_000

/** A verified event as it arrives. `body` is gzip; `bodySha256` is of what was in it. */
export interface ArrivedEvent extends ProviderAccount {
  readonly eventId: string
  readonly type: string
  readonly mode: 'live' | 'test' | null
  readonly occurredAt: number
  readonly receivedAt: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly bodySha256: string
  readonly factsSha256: string
  /** It says nothing that concerns anybody, and so is ignored as it comes. */
  readonly isSilent: boolean
}

/** Another body under the id of an event that is known: kept as a sign, never applied. */
export interface Conflict {
  readonly bodySha256: string
  readonly receivedAt: number
}

const { body: _body, headers: _headers, ...told } = getTableColumns(inbox)

/** An event without its body and headers. */
export type InboxRow = Omit<typeof inbox.$inferSelect, 'body' | 'headers'>

export const INBOX_COLUMNS = told

/** An event as it is processed. Its body, gzip, is `null` once it was dropped. */
export interface InboxEvent extends InboxRow {
  readonly body: Uint8Array | null
}

// Drizzle reads bytes as Node's Buffer, which is not there.
const EVENT_COLUMNS = { ...INBOX_COLUMNS, body: sql<ArrayBuffer | readonly number[] | null>`${inbox.body}` }

/** What became of processing an event. */
export interface Settlement {
  readonly state: InboxState
  readonly reason: string | null
  readonly flags: readonly string[]
  readonly userId: string | null
  readonly versions: readonly number[]
  readonly nextAttemptAt: number | null
  /** What a quarantined event waits for; if one of them is there by now, it is tried again at `ifKnownAt`. */
  readonly waitsFor: readonly string[]
  readonly ifKnownAt: number
  /** Tried again as a replay, with new keys for what is told to ledgers. */
  readonly isReplayed: boolean
}

/** The id of an event: ids follow one another as the moments of arrival do. */
function newInboxId(receivedAt: number): string {
  return `${firstInboxId(receivedAt)}${toHex(crypto.getRandomValues(new Uint8Array(10)))}`
}

/** No id of that moment or later comes before it. */
export function firstInboxId(receivedAt: number): string {
  return `inb_${Math.max(0, receivedAt).toString(16).padStart(12, '0')}`
}

/**
 * Takes an event in, once for ever. Delivered again it is counted, and tried again if it waits for something; where
 * it says something else it is kept as a conflict.
 */
export async function receive(
  d1: D1Database,
  event: ArrivedEvent,
): Promise<{ readonly type: 'new' | 'duplicate' | 'conflict'; readonly id: string }> {
  const { provider, account, eventId, type, mode, occurredAt, receivedAt, body, bodySha256, factsSha256 } =
    event
  const id = newInboxId(receivedAt)
  const [state, nextAttemptAt] = event.isSilent ? ['ignored', null] : ['received', receivedAt]
  const conflict = JSON.stringify({ bodySha256, receivedAt } satisfies Conflict)
  const isSame = sql`inbox.facts_sha256 = excluded.facts_sha256`
  // One that is `received` is due anyhow, or claimed by somebody.
  const isTried = sql`${isSame} AND inbox.body IS NOT NULL AND inbox.state IN ('quarantined', 'failed')`
  const [row] = await drizzle(d1).all<{ id: string; isSame: number }>(sql`
    INSERT INTO inbox (id, provider, account, event_id, type, mode, occurred_at, received_at, headers, body,
      body_sha256, facts_sha256, state, next_attempt_at)
    VALUES (${id}, ${provider}, ${account}, ${eventId}, ${type}, ${mode}, ${occurredAt}, ${receivedAt},
      ${JSON.stringify(event.headers)}, ${body}, ${bodySha256}, ${factsSha256}, ${state}, ${nextAttemptAt})
    ON CONFLICT (provider, account, event_id) DO UPDATE SET
      deliveries = inbox.deliveries + 1,
      next_attempt_at = iif(${isTried}, excluded.received_at, inbox.next_attempt_at),
      attempts = iif(${isTried} AND inbox.next_attempt_at IS NULL, 0, inbox.attempts),
      conflicts = iif(
        ${isSame} OR json_array_length(inbox.conflicts) >= ${CONFLICTS_MAX},
        inbox.conflicts, json_insert(inbox.conflicts, '$[#]', json(${conflict})))
    RETURNING id, facts_sha256 = ${factsSha256} AS isSame`)
  if (row === undefined) throw new Error('An event was neither new nor known')
  return { id: row.id, type: row.id === id ? 'new' : row.isSame === 1 ? 'duplicate' : 'conflict' }
}

export async function eventById(d1: D1Database, id: string): Promise<InboxEvent | null> {
  const [row] = await drizzle(d1).select(EVENT_COLUMNS).from(inbox).where(eq(inbox.id, id))
  return row === undefined ? null : withBytes(row)
}

/** Claims an event, if it is due. */
export function claimEvent(d1: D1Database, id: string, now: number): Promise<InboxEvent | null> {
  return claim(d1, eq(inbox.id, id), now)
}

/**
 * Claims the event that has been due for longest. One at a time: an event that kills who has it takes no other one
 * with it.
 */
export function claimNextDue(d1: D1Database, now: number): Promise<InboxEvent | null> {
  const next = sql`(SELECT id FROM inbox WHERE next_attempt_at <= ${now} ORDER BY next_attempt_at LIMIT 1)`
  return claim(d1, sql`${inbox.id} = ${next}`, now)
}

/** The attempt counts from here on, whether anything is heard of it again or not. */
async function claim(d1: D1Database, isWanted: SQL, now: number): Promise<InboxEvent | null> {
  const [row] = await drizzle(d1)
    .update(inbox)
    .set({ state: 'received', attempts: sql`${inbox.attempts} + 1`, nextAttemptAt: now + LEASE_MS })
    .where(and(isWanted, lte(inbox.nextAttemptAt, now)))
    .returning(EVENT_COLUMNS)
  return row === undefined ? null : withBytes(row)
}

function withBytes<Row extends { readonly body: ArrayBuffer | readonly number[] | null }>(row: Row) {
  return { ...row, body: row.body === null ? null : new Uint8Array(row.body) }
}

/** Keeps what was read again, so that a replay says the same. Answers what is kept: the first wins. */
export async function keepReread(d1: D1Database, id: string, reread: string): Promise<string> {
  const [row] = await drizzle(d1)
    .update(inbox)
    .set({ reread: sql`coalesce(${inbox.reread}, ${reread})` })
    .where(eq(inbox.id, id))
    .returning({ reread: inbox.reread })
  return row?.reread ?? reread
}

/**
 * Writes down what became of an event, and what it waits for now, unless it was settled or replayed meanwhile. Whether
 * that is still absent is looked up in the same batch: what comes later finds the wait, what came before is seen.
 */
export async function settle(d1: D1Database, event: InboxRow, settlement: Settlement): Promise<void> {
  const db = drizzle(d1)
  const { waitsFor, ifKnownAt, isReplayed, flags, versions, nextAttemptAt, ...facts } = settlement
  const isStill = and(
    eq(inbox.id, event.id),
    eq(inbox.replays, event.replays),
    sql`${inbox.state} NOT IN ('applied', 'ignored', 'superseded')`,
  )
  const isKnown = waitsFor.length === 0 ? sql<number>`0` : isKeyKnown(event, waitsFor)
  await db.batch([
    db
      .delete(inboxWaits)
      .where(and(eq(inboxWaits.inboxId, event.id), sql`EXISTS (SELECT 1 FROM inbox WHERE ${isStill})`)),
    db.insert(inboxWaits).select(sql`
      SELECT ${event.provider}, ${event.account}, wanted.value, ${event.id}
      FROM json_each(${JSON.stringify(waitsFor)}) wanted
      WHERE EXISTS (SELECT 1 FROM inbox WHERE ${isStill}) AND NOT ${isKnown}
      ON CONFLICT DO NOTHING`),
    db
      .update(inbox)
      .set({
        ...facts,
        flags: JSON.stringify(flags),
        versions: JSON.stringify(versions),
        nextAttemptAt: sql`iif(${isKnown}, ${ifKnownAt}, ${nextAttemptAt})`,
        replays: sql`${inbox.replays} + ${isReplayed ? 1 : isKnown}`,
      })
      .where(isStill),
  ])
}

/** Has an event processed once more, whatever became of it. `null` when there is no such event. */
export async function replay(d1: D1Database, id: string, now: number): Promise<InboxRow | null> {
  const [row] = await drizzle(d1)
    .update(inbox)
    .set({ state: 'received', replays: sql`${inbox.replays} + 1`, attempts: 0, nextAttemptAt: now })
    .where(eq(inbox.id, id))
    .returning(INBOX_COLUMNS)
  return row ?? null
}
