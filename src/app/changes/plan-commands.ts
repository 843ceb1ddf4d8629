import type * as z from 'zod'
import type { changePlanBody, givePlanBody } from '../../contract/schemas/plans.ts'
import type { UserId } from '../../domain/values/ids.ts'
import type { Json } from '../../domain/values/json.ts'
import { sha256 } from '../../platform/sha256.ts'
import type { CommandRequest } from './submit-command.ts'

/** Gives a product. The plan is named by the body, else by what the key makes: the same when the request comes again. */
export async function givePlan(
  userId: UserId,
  idempotencyKey: string,
  body: z.output<typeof givePlanBody>,
): Promise<CommandRequest> {
  const { product, quantity, startsAt = null, endsAt = null } = body
  const sourceRef = body.sourceRef ?? (await planIdOf(userId, idempotencyKey))
  return {
    operation: 'givePlan',
    userId,
    target: sourceRef,
    asked: body as Json,
    command: { type: 'give_plan', sourceRef, product, quantity, startsAt, endsAt },
  }
}

/** Says what a plan is from now on, as a whole. */
export function changePlan(
  userId: UserId,
  sourceRef: string,
  body: z.output<typeof changePlanBody>,
): CommandRequest {
  const { product, quantity, endsAt = null } = body
  return {
    operation: 'changePlan',
    userId,
    target: sourceRef,
    asked: body as Json,
    command: { type: 'change_plan', sourceRef, product, quantity, endsAt },
  }
}

/** Ends a plan for good, now. */
export function endPlan(userId: UserId, sourceRef: string, reason: string | undefined): CommandRequest {
  return {
    operation: 'endPlan',
    userId,
    target: sourceRef,
    asked: { reason: reason ?? null },
    reason,
    command: { type: 'end_plan', sourceRef },
  }
}

async function planIdOf(userId: UserId, idempotencyKey: string): Promise<string> {
  const hash = await sha256(`entitlement-ledger/v4/plan\n${JSON.stringify([userId, idempotencyKey])}`)
  return `plan_${hash.slice(0, 32)}`
}
