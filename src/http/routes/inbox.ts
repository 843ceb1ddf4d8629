import type { Hono } from 'hono'
import { getInboxEvent, listInbox, replayInboxEvent } from '../../app/inbox/inbox-events.ts'
import type { HttpEnv } from './context.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** What providers sent, and what became of it. */
export function inbox(app: Hono<HttpEnv>, services: Services): void {
  route(app, services, 'listInbox', async ({ query }) => Response.json(await listInbox(services, query)))
  route(app, services, 'getInboxEvent', async ({ params: { id } }) =>
    Response.json(await getInboxEvent(services, id)),
  )
  route(app, services, 'replayInboxEvent', async ({ params: { id } }) =>
    Response.json(await replayInboxEvent(services, id), { status: 202 }),
  )
}
