import type * as z from 'zod'
import {
  changeEntitlement,
  createEntitlement,
  updateEntitlement,
} from '../app/changes/entitlement-commands.ts'
import { consumeAny } from '../app/changes/consume-any.ts'
import { changePlan, endPlan, givePlan } from '../app/changes/plan-commands.ts'
import {
  commitReservation,
  consume,
  releaseHolder,
  releaseReservation,
  renewReservation,
  reserve,
  reverseConsumption,
} from '../app/changes/usage-commands.ts'
import type { entitlement } from '../contract/schemas/entitlements.ts'
import type { plan } from '../contract/schemas/plans.ts'
import type { consumption, releasedReservation, reservation, reversal } from '../contract/schemas/usage.ts'
import { answerCommand, bodyOf } from './answer-command.ts'
import {
  changePlanInput,
  commitInput,
  consumeAnyInput,
  consumeInput,
  endPlanInput,
  givePlanInput,
  grantInput,
  releaseHolderInput,
  releaseInput,
  renewInput,
  reserveInput,
  reverseInput,
  reversibleInput,
  revokeInput,
  updateInput,
} from './inputs.ts'
import { BoundCalls } from './bound-calls.ts'
import { namesSeveral } from './names-several.ts'

type EntitlementAnswer = z.output<typeof entitlement>
type PlanAnswer = z.output<typeof plan>
type ConsumptionAnswer = z.output<typeof consumption>
type ReversalAnswer = z.output<typeof reversal>
type ReservationAnswer = z.output<typeof reservation>
type ReleaseAnswer = z.output<typeof releasedReservation>

/** What changes a user’s ledger. */
export class ChangeCalls extends BoundCalls {
  grant(asked: z.input<typeof grantInput>) {
    return this.answer('createEntitlement', grantInput, asked, async (call) => {
      const { userId, idempotencyKey, ifVersion, ...body } = call.input
      const command = await createEntitlement(userId, idempotencyKey, body)
      return answerCommand<EntitlementAnswer>(call, command, { idempotencyKey, ifVersion })
    })
  }

  update(asked: z.input<typeof updateInput>) {
    return this.answer('updateEntitlement', updateInput, asked, (call) => {
      const { userId, entitlementId, idempotencyKey, ifVersion, ...body } = call.input
      const command = updateEntitlement(userId, entitlementId, body)
      return answerCommand<EntitlementAnswer>(call, command, { idempotencyKey, ifVersion })
    })
  }

  suspend(asked: z.input<typeof reversibleInput>) {
    return this.#stopOrGoOn('suspendEntitlement', asked)
  }

  resume(asked: z.input<typeof reversibleInput>) {
    return this.#stopOrGoOn('resumeEntitlement', asked)
  }

  revoke(asked: z.input<typeof revokeInput>) {
    return this.answer('revokeEntitlement', revokeInput, asked, (call) => {
      const { userId, entitlementId, reason, ...conditions } = call.input
      const command = changeEntitlement('revokeEntitlement', userId, entitlementId, reason)
      return answerCommand<EntitlementAnswer>(call, command, { idempotencyKey: undefined, ...conditions })
    })
  }

  givePlan(asked: z.input<typeof givePlanInput>) {
    return this.answer('givePlan', givePlanInput, asked, async (call) => {
      const { userId, idempotencyKey, ifVersion, ...body } = call.input
      const command = await givePlan(userId, idempotencyKey, body)
      return answerCommand<PlanAnswer>(call, command, { idempotencyKey, ifVersion })
    })
  }

  changePlan(asked: z.input<typeof changePlanInput>) {
    return this.answer('changePlan', changePlanInput, asked, (call) => {
      const { userId, sourceRef, idempotencyKey, ifVersion, ...body } = call.input
      const command = changePlan(userId, sourceRef, body)
      return answerCommand<PlanAnswer>(call, command, { idempotencyKey, ifVersion })
    })
  }

  endPlan(asked: z.input<typeof endPlanInput>) {
    return this.answer('endPlan', endPlanInput, asked, (call) => {
      const { userId, sourceRef, reason, ...conditions } = call.input
      const command = endPlan(userId, sourceRef, reason)
      return answerCommand<PlanAnswer>(call, command, { idempotencyKey: undefined, ...conditions })
    })
  }

  consume(asked: z.input<typeof consumeInput> | z.input<typeof consumeAnyInput>) {
    if (namesSeveral(asked)) {
      return this.answer('consumeAny', consumeAnyInput, asked, async (call) => {
        const { services, requestId, caller } = call
        const { idempotencyKey, ...body } = call.input
        const { subject: actor } = caller
        const circumstances = { door: 'rpc', requestId, actor, idempotencyKey, ifVersion: undefined } as const
        return bodyOf(await consumeAny(services.ledgers, body, circumstances)) as ConsumptionAnswer
      })
    }
    return this.answer('consume', consumeInput, asked, (call) => {
      const { userId, idempotencyKey, ...body } = call.input
      return answerCommand<ConsumptionAnswer>(call, consume(userId, body), { idempotencyKey })
    })
  }

  reverse(asked: z.input<typeof reverseInput>) {
    return this.answer('reverseConsumption', reverseInput, asked, (call) => {
      const { userId, consumptionId, idempotencyKey, ...body } = call.input
      return answerCommand<ReversalAnswer>(call, reverseConsumption(userId, consumptionId, body), {
        idempotencyKey,
      })
    })
  }

  reserve(asked: z.input<typeof reserveInput>) {
    return this.answer('reserve', reserveInput, asked, (call) => {
      const { userId, idempotencyKey, ...body } = call.input
      return answerCommand<ReservationAnswer>(call, reserve(userId, body), { idempotencyKey })
    })
  }

  releaseHolder(asked: z.input<typeof releaseHolderInput>) {
    return this.answer('releaseHolder', releaseHolderInput, asked, (call) => {
      const { userId, idempotencyKey, ...body } = call.input
      return answerCommand<ReversalAnswer | ReleaseAnswer>(call, releaseHolder(userId, body), {
        idempotencyKey,
      })
    })
  }

  renew(asked: z.input<typeof renewInput>) {
    return this.answer('renewReservation', renewInput, asked, (call) => {
      const { userId, reservationId, ...body } = call.input
      return answerCommand<ReservationAnswer>(call, renewReservation(userId, reservationId, body), {
        idempotencyKey: undefined,
      })
    })
  }

  commit(asked: z.input<typeof commitInput>) {
    return this.answer('commitReservation', commitInput, asked, (call) => {
      const { userId, reservationId, idempotencyKey, ...body } = call.input
      return answerCommand<ConsumptionAnswer>(call, commitReservation(userId, reservationId, body), {
        idempotencyKey,
      })
    })
  }

  release(asked: z.input<typeof releaseInput>) {
    return this.answer('releaseReservation', releaseInput, asked, (call) => {
      const { userId, reservationId, reason, idempotencyKey } = call.input
      return answerCommand<ReleaseAnswer>(call, releaseReservation(userId, reservationId, reason), {
        idempotencyKey,
      })
    })
  }

  #stopOrGoOn(operation: 'suspendEntitlement' | 'resumeEntitlement', asked: z.input<typeof reversibleInput>) {
    return this.answer(operation, reversibleInput, asked, (call) => {
      const { userId, entitlementId, reason, ...conditions } = call.input
      const command = changeEntitlement(operation, userId, entitlementId, reason)
      return answerCommand<EntitlementAnswer>(call, command, conditions)
    })
  }
}
