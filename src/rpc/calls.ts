import type * as z from 'zod'
import { changeEntitlement, createEntitlement } from '../app/changes/entitlement-commands.ts'
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
import { checkAccess } from '../app/checks/check-access.ts'
import { checkAny } from '../app/checks/check-any.ts'
import { checkMany } from '../app/checks/check-many.ts'
import { listAccess } from '../app/checks/list-access.ts'
import { listBalances } from '../app/checks/list-balances.ts'
import { listConsumptions } from '../app/ledger/consumptions.ts'
import { listHolders } from '../app/usage/holders.ts'
import { getReservation, listReservations } from '../app/usage/reservations.ts'
import type { ProblemError } from '../app/problems/problem-error.ts'
import type { CallServices } from '../app/services.ts'
import { consumptionsInput } from '../contract/schemas/consumptions.ts'
import type { entitlement } from '../contract/schemas/entitlements.ts'
import type { plan } from '../contract/schemas/plans.ts'
import type { consumption, releasedReservation, reservation, reversal } from '../contract/schemas/usage.ts'
import { type Call, type IncomingCall, answerCall } from './answer-call.ts'
import { answerCommand, bodyOf } from './answer-command.ts'
import {
  type CheckOfSeveral,
  accessInput,
  balancesInput,
  changePlanInput,
  checkAnyInput,
  checkInput,
  checkManyInput,
  commitInput,
  consumeAnyInput,
  consumeInput,
  endPlanInput,
  givePlanInput,
  grantInput,
  ofFeatureInput,
  releaseHolderInput,
  releaseInput,
  reservationInput,
  renewInput,
  reserveInput,
  reverseInput,
  revokeInput,
} from './inputs.ts'

type EntitlementAnswer = z.output<typeof entitlement>
type PlanAnswer = z.output<typeof plan>
type ConsumptionAnswer = z.output<typeof consumption>
type ReversalAnswer = z.output<typeof reversal>
type ReservationAnswer = z.output<typeof reservation>
type ReleaseAnswer = z.output<typeof releasedReservation>

/** The calls of one caller: who may, what is let through, and the work. */
export class Calls {
  readonly #props: unknown
  readonly #services: CallServices | ProblemError

  constructor(props: unknown, services: CallServices | ProblemError) {
    this.#props = props
    this.#services = services
  }

  check(asked: z.input<typeof checkInput> | CheckOfSeveral) {
    if (namesSeveral(asked)) {
      return this.#answer('checkAny', checkAnyInput, asked, ({ input, services }) => {
        const { anyOf, feature, ...freshness } = input
        return checkAny(services.reader, anyOf, feature, freshness)
      })
    }
    return this.#answer('checkAccess', checkInput, asked, ({ input, services }) => {
      const { userId, feature, ...freshness } = input
      return checkAccess(services.reader, userId, feature, freshness)
    })
  }

  checkMany(asked: z.input<typeof checkManyInput>) {
    return this.#answer('checkMany', checkManyInput, asked, ({ input, services, requestId }) =>
      checkMany(services.reader, input, { requestId, part: 'input', reaches: () => true }),
    )
  }

  access(asked: z.input<typeof accessInput>) {
    return this.#answer('listAccess', accessInput, asked, ({ input, services }) => {
      const { userId, ...freshness } = input
      return listAccess(services.reader, userId, freshness)
    })
  }

  grant(asked: z.input<typeof grantInput>) {
    return this.#answer('createEntitlement', grantInput, asked, async (call) => {
      const { userId, idempotencyKey, ifVersion, ...body } = call.input
      const command = await createEntitlement(userId, idempotencyKey, body)
      return answerCommand<EntitlementAnswer>(call, command, { idempotencyKey, ifVersion })
    })
  }

  revoke(asked: z.input<typeof revokeInput>) {
    return this.#answer('revokeEntitlement', revokeInput, asked, (call) => {
      const { userId, entitlementId, reason, ...conditions } = call.input
      const command = changeEntitlement('revokeEntitlement', userId, entitlementId, reason)
      return answerCommand<EntitlementAnswer>(call, command, { idempotencyKey: undefined, ...conditions })
    })
  }

  givePlan(asked: z.input<typeof givePlanInput>) {
    return this.#answer('givePlan', givePlanInput, asked, async (call) => {
      const { userId, idempotencyKey, ifVersion, ...body } = call.input
      const command = await givePlan(userId, idempotencyKey, body)
      return answerCommand<PlanAnswer>(call, command, { idempotencyKey, ifVersion })
    })
  }

  changePlan(asked: z.input<typeof changePlanInput>) {
    return this.#answer('changePlan', changePlanInput, asked, (call) => {
      const { userId, sourceRef, idempotencyKey, ifVersion, ...body } = call.input
      const command = changePlan(userId, sourceRef, body)
      return answerCommand<PlanAnswer>(call, command, { idempotencyKey, ifVersion })
    })
  }

  endPlan(asked: z.input<typeof endPlanInput>) {
    return this.#answer('endPlan', endPlanInput, asked, (call) => {
      const { userId, sourceRef, reason, ...conditions } = call.input
      const command = endPlan(userId, sourceRef, reason)
      return answerCommand<PlanAnswer>(call, command, { idempotencyKey: undefined, ...conditions })
    })
  }

  consume(asked: z.input<typeof consumeInput> | z.input<typeof consumeAnyInput>) {
    if (namesSeveral(asked)) {
      return this.#answer('consumeAny', consumeAnyInput, asked, async (call) => {
        const { services, requestId, actor } = call
        const { idempotencyKey, ...body } = call.input
        const circumstances = { door: 'rpc', requestId, actor, idempotencyKey, ifVersion: undefined } as const
        return bodyOf(await consumeAny(services.ledgers, body, circumstances)) as ConsumptionAnswer
      })
    }
    return this.#answer('consume', consumeInput, asked, (call) => {
      const { userId, idempotencyKey, ...body } = call.input
      return answerCommand<ConsumptionAnswer>(call, consume(userId, body), { idempotencyKey })
    })
  }

  reverse(asked: z.input<typeof reverseInput>) {
    return this.#answer('reverseConsumption', reverseInput, asked, (call) => {
      const { userId, consumptionId, idempotencyKey, ...body } = call.input
      return answerCommand<ReversalAnswer>(call, reverseConsumption(userId, consumptionId, body), {
        idempotencyKey,
      })
    })
  }

  reserve(asked: z.input<typeof reserveInput>) {
    return this.#answer('reserve', reserveInput, asked, (call) => {
      const { userId, idempotencyKey, ...body } = call.input
      return answerCommand<ReservationAnswer>(call, reserve(userId, body), { idempotencyKey })
    })
  }

  releaseHolder(asked: z.input<typeof releaseHolderInput>) {
    return this.#answer('releaseHolder', releaseHolderInput, asked, (call) => {
      const { userId, idempotencyKey, ...body } = call.input
      return answerCommand<ReversalAnswer | ReleaseAnswer>(call, releaseHolder(userId, body), {
        idempotencyKey,
      })
    })
  }

  renew(asked: z.input<typeof renewInput>) {
    return this.#answer('renewReservation', renewInput, asked, (call) => {
      const { userId, reservationId, ...body } = call.input
      return answerCommand<ReservationAnswer>(call, renewReservation(userId, reservationId, body), {
        idempotencyKey: undefined,
      })
    })
  }

  commit(asked: z.input<typeof commitInput>) {
    return this.#answer('commitReservation', commitInput, asked, (call) => {
      const { userId, reservationId, idempotencyKey, ...body } = call.input
      return answerCommand<ConsumptionAnswer>(call, commitReservation(userId, reservationId, body), {
        idempotencyKey,
      })
    })
  }

  release(asked: z.input<typeof releaseInput>) {
    return this.#answer('releaseReservation', releaseInput, asked, (call) => {
      const { userId, reservationId, reason, idempotencyKey } = call.input
      return answerCommand<ReleaseAnswer>(call, releaseReservation(userId, reservationId, reason), {
        idempotencyKey,
      })
    })
  }

  balances(asked: z.input<typeof balancesInput>) {
    return this.#answer('listBalances', balancesInput, asked, ({ input, services }) => {
      const { userId, ...query } = input
      return listBalances(services.reader, userId, query)
    })
  }

  holders(asked: z.input<typeof ofFeatureInput>) {
    return this.#answer('listHolders', ofFeatureInput, asked, async ({ input, services }) => {
      const { userId, ...query } = input
      return listHolders(await services.listing(), userId, query)
    })
  }

  reservations(asked: z.input<typeof ofFeatureInput>) {
    return this.#answer('listReservations', ofFeatureInput, asked, async ({ input, services }) => {
      const { userId, ...query } = input
      return listReservations({ ...services, ...(await services.listing()) }, userId, query)
    })
  }

  reservation(asked: z.input<typeof reservationInput>) {
    return this.#answer('getReservation', reservationInput, asked, async ({ input, services }) =>
      getReservation({ ...services, ...(await services.listing()) }, input.userId, input.reservationId),
    )
  }

  consumptions(asked: z.input<typeof consumptionsInput>) {
    return this.#answer('listConsumptions', consumptionsInput, asked, async ({ input, services }) => {
      const { userId, ...query } = input
      return listConsumptions(await services.listing(), userId, query)
    })
  }

  #answer<Schema extends z.ZodType, Answer extends object>(
    operation: IncomingCall<Schema>['operation'],
    schema: Schema,
    asked: unknown,
    work: (call: Call<Schema>) => Promise<Answer>,
  ): Promise<Answer> {
    return answerCall({ operation, schema, asked, props: this.#props, services: this.#services }, work)
  }
}

/** Whether a call is about several users, whatever else it says: then it is held against what may be said of several. */
function namesSeveral<Asked extends object>(asked: Asked): asked is Extract<Asked, { anyOf: unknown }> {
  return typeof asked === 'object' && asked !== null && 'anyOf' in asked && asked.anyOf !== undefined
}
