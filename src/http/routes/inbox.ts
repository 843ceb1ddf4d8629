import type { Hono } from 'hono'
import * as z from 'zod'
import { inboxRowToWire } from '../../app/wire/inbox-to-wire.ts'
import { type InboxEvent, eventById, replay } from '../../inbox/inbox-event.ts'
import { eventPage } from '../../inbox/event-page.ts'
import { waitsOfEvent } from '../../inbox/waits-of-event.ts'
import type { HttpEnv } from './context.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

const place = z.object({ after: z.string() })

/** What providers sent, and what became of it. */
export function inbox(app: Hono<HttpEnv>, services: Services): void {
  const { db, now, cursors, bodyOf, factsOf, processEvent } = services

  route(app, services, 'listInbox', async ({ query: { limit, cursor, ...filter } }) => {
    const listing = { inbox: filter }
    const from = await cursors.toPlace(listing, cursor, place)
    const { items, next } = await eventPage(db, { filter, after: from?.after ?? null, limit })
    return Response.json({
      items: items.map(inboxRowToWire),
      nextCursor: next === null ? null : await cursors.fromPlace(listing, { after: next }),
    })
  })
  route(app, services, 'getInboxEvent', async ({ params: { id } }) => answer(await eventById(db, id)))
  route(app, services, 'replayInboxEvent', async ({ params: { id } }) => {
    const event = await eventById(db, id)
    if (event?.body === null) throw new HttpProblem('body_dropped')
    await replay(db, id, now())
    const response = await answer(await eventById(db, id), 202)
    processEvent(id)
    return response
  })

  async function answer(event: InboxEvent | null, status = 200): Promise<Response> {
    if (event === null) throw new HttpProblem('inbox_event_not_found')
    const body = {
      ...inboxRowToWire(event),
      waitsFor: await waitsOfEvent(db, event),
      bodySha256: event.bodySha256,
      body: await bodyOf(event),
      // What cannot be read is what somebody wants to look at.
      facts: await factsOf(event).catch(() => null),
    }
    return Response.json(body, { status })
  }
}
