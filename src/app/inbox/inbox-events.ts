import * as z from 'zod'
import { readEvent, shownBodyOf } from '../../checkout/events/read-event.ts'
import { type InboxFilter, eventPage } from '../../inbox/event-page.ts'
import { type InboxEvent, eventById, replay } from '../../inbox/inbox-event.ts'
import { waitsOfEvent } from '../../inbox/waits-of-event.ts'
import type { PageQuery } from '../paging/page.ts'
import { ProblemError } from '../problems/problem-error.ts'
import type { AppServices } from '../services.ts'
import { inboxRowToWire } from '../wire/inbox-to-wire.ts'

const place = z.object({ after: z.string() })

/** The events that providers sent, the newest first. */
export async function listInbox(
  { db, cursors }: Pick<AppServices, 'db' | 'cursors'>,
  { limit, cursor, ...filter }: InboxFilter & PageQuery,
) {
  const listing = { inbox: filter }
  const from = await cursors.toPlace(listing, cursor, place)
  const { items, next } = await eventPage(db, { filter, after: from?.after ?? null, limit })
  return {
    items: items.map(inboxRowToWire),
    nextCursor: next === null ? null : await cursors.fromPlace(listing, { after: next }),
  }
}

/** One event, what it says and what became of it. Throws `inbox_event_not_found`. */
export async function getInboxEvent({ db }: Pick<AppServices, 'db'>, id: string) {
  return inFull(db, await eventById(db, id))
}

/** Has an event processed again, from now on. Throws `inbox_event_not_found` or `body_dropped`. */
export async function replayInboxEvent(
  { db, now, checkout, waitUntil }: Pick<AppServices, 'db' | 'now' | 'checkout' | 'waitUntil'>,
  id: string,
) {
  const event = await eventById(db, id)
  if (event?.body === null) throw new ProblemError('body_dropped')
  await replay(db, id, now())
  const replayed = await inFull(db, await eventById(db, id))
  waitUntil(checkout.process(id))
  return replayed
}

async function inFull(d1: D1Database, event: InboxEvent | null) {
  if (event === null) throw new ProblemError('inbox_event_not_found')
  return {
    ...inboxRowToWire(event),
    waitsFor: await waitsOfEvent(d1, event),
    bodySha256: event.bodySha256,
    body: await shownBodyOf(event),
    facts: await factsOf(event),
  }
}

/** What an event says, by the rules of its provider; `null` where it cannot be read: that is when somebody looks at it. */
async function factsOf(event: InboxEvent): Promise<unknown> {
  try {
    return (await readEvent(event))?.facts ?? null
  } catch {
    return null
  }
}
