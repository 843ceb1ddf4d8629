import type { Hono } from 'hono'
import type { UpdateEntitlement } from '../../domain/command.ts'
import type { Json } from '../../domain/json.ts'
import { sha256 } from '../../ledger/sha256.ts'
import type { HttpEnv } from '../context.ts'
import { route } from '../route.ts'
import type { Services } from '../services.ts'
import { submitCommand } from '../submit-command.ts'

/** Create, update, revoke, suspend, resume. */
export function writeEntitlements(app: Hono<HttpEnv>, services: Services): void {
  route(app, services, 'createEntitlement', async ({ params: { userId }, headers, body }, c) => {
    const source = {
      provider: 'api',
      account: '',
      ref: body.sourceRef ?? headers['idempotency-key'],
      product: null,
    }
    const entitlementId = await entitlementIdOf(userId, source, body.feature)
    return submitCommand(services, c, {
      userId,
      headers,
      asked: body as Json,
      command: {
        type: 'create_entitlement',
        entitlementId,
        source,
        feature: body.feature,
        value: body.value,
        startsAt: body.startsAt ?? null,
        endsAt: body.endsAt ?? null,
        graceEndsAt: body.graceEndsAt ?? null,
        trial: body.trial,
        priority: body.priority,
        metadata: body.metadata ?? null,
      },
    })
  })

  route(app, services, 'updateEntitlement', ({ params: { userId, entitlementId }, headers, body }, c) =>
    submitCommand(services, c, {
      userId,
      headers,
      asked: body as Json,
      // What was left out of the body is left out of the changes.
      command: { type: 'update_entitlement', entitlementId, changes: body as UpdateEntitlement['changes'] },
    }),
  )

  const simple = [
    ['revokeEntitlement', 'revoke_entitlement'],
    ['suspendEntitlement', 'suspend_entitlement'],
    ['resumeEntitlement', 'resume_entitlement'],
  ] as const
  for (const [operation, type] of simple) {
    route(app, services, operation, ({ params: { userId, entitlementId }, query: { reason }, headers }, c) =>
      submitCommand(services, c, {
        userId,
        headers,
        asked: { reason: reason ?? null },
        reason,
        command: { type, entitlementId },
      }),
    )
  }
}

/** One source gives one feature to one user once: that is what the id of an entitlement stands for. */
async function entitlementIdOf(
  userId: string,
  { provider, ref }: { provider: string; ref: string },
  feature: string,
): Promise<string> {
  const hash = await sha256(
    `entitlement-ledger/v4/entitlement\n${JSON.stringify([userId, provider, ref, feature])}`,
  )
  return `ent_${hash.slice(0, 32)}`
}
