import type * as z from 'zod'
import type { createEntitlementBody, updateEntitlementBody } from '../../contract/schemas/entitlements.ts'
import type { UpdateEntitlement } from '../../domain/user/command.ts'
import type { EntitlementId, FeatureKey, UserId } from '../../domain/values/ids.ts'
import type { Json } from '../../domain/values/json.ts'
import { sha256 } from '../../platform/sha256.ts'
import type { CommandRequest } from './submit-command.ts'

/** Grants what the body says. The source is named by the body, else by the key. */
export async function createEntitlement(
  userId: UserId,
  idempotencyKey: string,
  body: z.output<typeof createEntitlementBody>,
): Promise<CommandRequest> {
  const source = { provider: 'api', account: '', ref: body.sourceRef ?? idempotencyKey, product: null }
  const entitlementId = await entitlementIdOf(userId, source, body.feature)
  return {
    operation: 'createEntitlement',
    userId,
    target: entitlementId,
    asked: body as Json,
    command: {
      type: 'create_entitlement',
      entitlementId,
      source,
      feature: body.feature,
      value: body.value,
      amount: body.amount,
      reset: body.reset ?? null,
      startsAt: body.startsAt ?? null,
      endsAt: body.endsAt ?? null,
      graceEndsAt: body.graceEndsAt ?? null,
      trial: body.trial,
      priority: body.priority,
      metadata: body.metadata ?? null,
    },
  }
}

/** Changes the terms that the body names. What was left out of it is left out of the changes. */
export function updateEntitlement(
  userId: UserId,
  entitlementId: EntitlementId,
  body: z.output<typeof updateEntitlementBody>,
): CommandRequest {
  const changes = body as UpdateEntitlement['changes']
  return {
    operation: 'updateEntitlement',
    userId,
    target: entitlementId,
    asked: body as Json,
    command: { type: 'update_entitlement', entitlementId, changes },
  }
}

/** What is asked of an entitlement as a whole, with a reason or without. */
const WHOLE = {
  revokeEntitlement: 'revoke_entitlement',
  suspendEntitlement: 'suspend_entitlement',
  resumeEntitlement: 'resume_entitlement',
} as const

/** Revokes, suspends or resumes an entitlement. */
export function changeEntitlement(
  operation: keyof typeof WHOLE,
  userId: UserId,
  entitlementId: EntitlementId,
  reason: string | undefined,
): CommandRequest {
  return {
    operation,
    userId,
    target: entitlementId,
    asked: { reason: reason ?? null },
    reason,
    command: { type: WHOLE[operation], entitlementId },
  }
}

/** One source gives one feature to one user once: that is what the id of an entitlement stands for. */
async function entitlementIdOf(
  userId: UserId,
  { provider, ref }: { provider: string; ref: string },
  feature: FeatureKey,
): Promise<EntitlementId> {
  const hash = await sha256(
    `entitlement-ledger/v4/entitlement\n${JSON.stringify([userId, provider, ref, feature])}`,
  )
  return `ent_${hash.slice(0, 32)}`
}
