import type { Hono } from 'hono'
import {
  changeEntitlement,
  createEntitlement,
  updateEntitlement,
} from '../../app/changes/entitlement-commands.ts'
import { answerCommand } from './answer-command.ts'
import type { HttpEnv } from './context.ts'
import { oneReason } from './one-reason.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** Create, update, revoke, suspend, resume. */
export function writeEntitlements(app: Hono<HttpEnv>, services: Services): void {
  route(app, services, 'createEntitlement', async ({ params: { userId }, headers, body }, c) =>
    answerCommand(services, c, await createEntitlement(userId, headers['idempotency-key'], body), headers),
  )

  route(app, services, 'updateEntitlement', ({ params: { userId, entitlementId }, headers, body }, c) =>
    answerCommand(services, c, updateEntitlement(userId, entitlementId, body), headers),
  )

  for (const id of ['revokeEntitlement', 'suspendEntitlement', 'resumeEntitlement'] as const) {
    route(app, services, id, ({ params: { userId, entitlementId }, query, headers, body }, c) => {
      const reason = oneReason(query, body)
      return answerCommand(services, c, changeEntitlement(id, userId, entitlementId, reason), headers)
    })
  }
}
