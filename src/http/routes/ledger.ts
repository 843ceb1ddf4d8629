import type { Hono } from 'hono'
import * as z from 'zod'
import { ownHistoryItemToWire } from '../../api/own-wire.ts'
import { historyItemToWire } from '../../api/wire.ts'
import { historyPage } from '../../ledger/history.ts'
import { verify } from '../../ledger/verify.ts'
import { isUsersOwn } from '../caller.ts'
import type { HttpEnv } from '../context.ts'
import { answerPage } from '../page.ts'
import { route } from '../route.ts'
import type { Services } from '../services.ts'

/** The history of a user, and the proof that it is whole. */
export function ledger(app: Hono<HttpEnv>, services: Services): void {
  const { db, cursors } = services

  route(app, services, 'listLedger', ({ params: { userId }, query }, c) => {
    const { order } = query
    return answerPage(
      cursors,
      {
        of: { ledger: userId, order },
        read: ({ after, limit }) => historyPage(db, userId, { order, after, limit }),
        placeOf: ({ seq }) => seq,
        place: z.int(),
        toWire: isUsersOwn(c.get('caller')) ? ownHistoryItemToWire : historyItemToWire,
      },
      query,
    )
  })

  route(app, services, 'verifyLedger', async ({ params: { userId }, query: { head } }) =>
    Response.json(await verify(db, userId, head)),
  )
}
