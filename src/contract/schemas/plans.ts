import * as z from 'zod'
import { isStep } from '../is-user-id.ts'
import { userId } from '../user-id.ts'
import {
  answeredInstant,
  entitlementId,
  instant,
  nextCursor,
  productId,
  reference,
  version,
} from './primitives.ts'

const quantity = z.int().min(1).max(1_000_000)

const planRef = reference
  .refine((ref) => !isStep(ref), 'may not be . or ..')
  .meta({
    id: 'PlanRef',
    description: 'Your own name for the plan: a user has it once, for ever',
    examples: ['trial'],
  })

export const ofPlan = z.object({ userId, sourceRef: planRef })

const planTerms = {
  product: productId,
  quantity: quantity
    .default(1)
    .meta({ description: 'Multiplies what the product gives with perQuantity, as of a purchase' }),
  endsAt: instant
    .nullish()
    .meta({ description: 'Exclusive; where it is left out, the plan has no end of its own' }),
}

export const givePlanBody = z
  .strictObject({
    ...planTerms,
    startsAt: instant.nullish().meta({ description: 'Now when left out; what resets does so by it' }),
    sourceRef: planRef
      .optional()
      .meta({ description: 'Your own name for the plan; made from the Idempotency-Key when left out' }),
  })
  .refine(({ startsAt, endsAt }) => (startsAt ?? -Infinity) < (endsAt ?? Infinity), {
    error: 'is not later than startsAt',
    path: ['endsAt'],
  })
  .meta({ id: 'GivePlan' })

export const changePlanBody = z.strictObject(planTerms).meta({
  id: 'ChangePlan',
  description: 'The plan as a whole from now on: what is left out is not as it was',
})

export const plan = z
  .strictObject({
    userId,
    sourceRef: planRef,
    product: productId,
    quantity,
    startsAt: answeredInstant.nullable().meta({ description: 'Inclusive' }),
    endsAt: answeredInstant
      .nullable()
      .meta({ description: 'Exclusive: as it was said, or as its product lasts; null never ends' }),
    state: z.enum(['scheduled', 'active', 'expired', 'ended']).meta({
      id: 'PlanState',
      description:
        'At the moment of the answer. `expired`: its end has come, and a change may let it go on. `ended`: for good, by a DELETE',
    }),
    entitlements: z.array(entitlementId).meta({ description: 'What it gives now' }),
    version: version.meta({ description: 'The `seq` of the entry that last said what it is; also its ETag' }),
  })
  .meta({ id: 'Plan' })

export const planList = z.strictObject({ items: z.array(plan), nextCursor }).meta({ id: 'PlanList' })
