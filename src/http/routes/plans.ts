import type { Hono } from 'hono'
import { changePlan, endPlan, givePlan } from '../../app/changes/plan-commands.ts'
import { getPlan, listPlans } from '../../app/entitlements/plans.ts'
import { versioned } from '../answers/versioned.ts'
import { answerCommand } from './answer-command.ts'
import type { HttpEnv } from './context.ts'
import { oneReason } from './one-reason.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** Whole products by hand: give, change, end and read. */
export function plans(app: Hono<HttpEnv>, services: Services): void {
  route(app, services, 'givePlan', async ({ params: { userId }, headers, body }, c) =>
    answerCommand(services, c, await givePlan(userId, headers['idempotency-key'], body), headers),
  )
  route(app, services, 'listPlans', async ({ params: { userId }, query }) =>
    Response.json(await listPlans(services, userId, query)),
  )
  route(app, services, 'getPlan', async ({ params: { userId, sourceRef } }) =>
    versioned(await getPlan(services, userId, sourceRef)),
  )
  route(app, services, 'changePlan', ({ params: { userId, sourceRef }, headers, body }, c) =>
    answerCommand(services, c, changePlan(userId, sourceRef, body), headers),
  )
  route(app, services, 'endPlan', ({ params: { userId, sourceRef }, query, headers, body }, c) =>
    answerCommand(services, c, endPlan(userId, sourceRef, oneReason(query, body)), headers),
  )
}
