import type { Hono } from 'hono'
import { consumeAny } from '../../app/changes/consume-any.ts'
import {
  commitReservation,
  consume,
  releaseHolder,
  releaseReservation,
  renewReservation,
  reserve,
  reverseConsumption,
} from '../../app/changes/usage-commands.ts'
import { listHolders } from '../../app/usage/holders.ts'
import { getReservation, listReservations } from '../../app/usage/reservations.ts'
import { answerCommand } from './answer-command.ts'
import type { HttpEnv } from './context.ts'
import { oneReason } from './one-reason.ts'
import { reachAll } from './reach-all.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** Consume and reverse, reserve, renew and resolve, let go of what is held. */
export function usage(app: Hono<HttpEnv>, services: Services): void {
  route(app, services, 'consume', ({ params: { userId }, headers, body }, c) =>
    answerCommand(services, c, consume(userId, body), headers),
  )
  route(app, services, 'consumeAny', async ({ headers, body }, c) => {
    reachAll(c, body.anyOf)
    const answer = await consumeAny(services.ledgers, body, {
      door: 'api',
      requestId: c.get('requestId'),
      actor: c.get('caller').subject,
      idempotencyKey: headers['idempotency-key'],
      ifVersion: undefined,
    })
    return new Response(answer.body, { status: answer.status, headers: answer.headers })
  })
  route(app, services, 'reverseConsumption', ({ params: { userId, consumptionId }, headers, body }, c) =>
    answerCommand(services, c, reverseConsumption(userId, consumptionId, body), headers),
  )
  route(app, services, 'reserve', ({ params: { userId }, headers, body }, c) =>
    answerCommand(services, c, reserve(userId, body), headers),
  )
  route(app, services, 'releaseHolder', ({ params: { userId }, headers, body }, c) =>
    answerCommand(services, c, releaseHolder(userId, body), headers),
  )
  route(app, services, 'renewReservation', ({ params: { userId, reservationId }, body }, c) =>
    answerCommand(services, c, renewReservation(userId, reservationId, body), {}),
  )
  route(app, services, 'commitReservation', ({ params: { userId, reservationId }, headers, body }, c) =>
    answerCommand(services, c, commitReservation(userId, reservationId, body), headers),
  )
  route(app, services, 'listHolders', async ({ params: { userId }, query }) =>
    Response.json(await listHolders(services, userId, query)),
  )
  route(app, services, 'listReservations', async ({ params: { userId }, query }) =>
    Response.json(await listReservations(services, userId, query)),
  )
  route(app, services, 'getReservation', async ({ params: { userId, reservationId } }) =>
    Response.json(await getReservation(services, userId, reservationId)),
  )
  route(app, services, 'releaseReservation', ({ params, query, headers, body }, c) => {
    const { userId, reservationId } = params
    return answerCommand(
      services,
      c,
      releaseReservation(userId, reservationId, oneReason(query, body)),
      headers,
    )
  })
}
