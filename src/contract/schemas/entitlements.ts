import * as z from 'zod'
import { userId } from '../user-id.ts'
import { amount, answeredReset, reset } from './metered.ts'
import {
  answeredInstant,
  cursor,
  entitlementId,
  featureKey,
  instant,
  isOtherwiseRight,
  jsonValue,
  limit,
  metadata,
  nextCursor,
  productId,
  provider,
  reference,
  text,
  version,
} from './primitives.ts'

const entitlementState = z
  .enum(['scheduled', 'active', 'in_grace', 'suspended', 'expired', 'revoked'])
  .meta({ id: 'EntitlementState' })

const priority = z.int().min(-1_000_000).max(1_000_000)

const answeredSource = z
  .strictObject({
    provider,
    ref: reference
      .optional()
      .meta({ description: 'Left out of what a user’s own token is told of what was granted by hand' }),
    product: productId.nullable(),
  })
  .meta({ id: 'EntitlementSource' })

export const entitlement = z
  .strictObject({
    id: entitlementId,
    userId,
    feature: featureKey,
    state: entitlementState.meta({ description: 'At the moment of the answer' }),
    value: jsonValue.optional().meta({ description: 'Only of a config feature' }),
    amount: amount.optional().meta({ description: 'Only of a metered feature' }),
    reset: answeredReset.nullable().optional(),
    startsAt: answeredInstant.nullable().meta({ description: 'Inclusive; null has always begun' }),
    endsAt: answeredInstant.nullable().meta({ description: 'Exclusive; null never ends' }),
    graceEndsAt: answeredInstant.nullable(),
    trial: z.boolean(),
    priority,
    source: answeredSource,
    held: z.boolean().meta({ description: 'Held back by its source, as in a dispute' }),
    createdAt: answeredInstant.meta({
      description: 'The beginning of 1970 of what everybody has and nobody recorded',
    }),
    suspendedAt: answeredInstant.nullable(),
    revokedAt: answeredInstant.nullable(),
    metadata: metadata
      .nullable()
      .meta({ description: 'A user’s own token is told the object under `public`, and nothing else of it' }),
    version: version.meta({
      description: 'The `seq` of the last entry that touched it, 0 where none did; also its ETag',
    }),
  })
  .meta({ id: 'Entitlement' })

export const createEntitlementBody = z
  .strictObject({
    feature: featureKey,
    value: jsonValue.optional().meta({ description: 'Required for a config feature, refused for any other' }),
    amount: amount.optional().meta({
      description:
        'Required for a metered feature, but for a right that is needed besides what it spends; refused for any other',
    }),
    reset: reset.nullish(),
    startsAt: instant.nullish(),
    endsAt: instant.nullish(),
    graceEndsAt: instant.nullish().meta({ description: 'Access goes on after endsAt until then' }),
    trial: z.boolean().default(false),
    priority: priority.default(0).meta({
      description: 'The highest gives a config feature its value, and is spent first of a metered one',
    }),
    sourceRef: reference
      .optional()
      .meta({ description: 'Your own name for what gives the right; the Idempotency-Key when left out' }),
    metadata: metadata.optional(),
  })
  .meta({ id: 'CreateEntitlement' })

export const updateEntitlementBody = z
  .strictObject({
    value: jsonValue.optional(),
    amount: amount.optional(),
    reset: reset.nullable().optional().meta({ description: 'null gives the amount once' }),
    startsAt: instant.nullable().optional(),
    endsAt: instant.nullable().optional(),
    graceEndsAt: instant.nullable().optional(),
    trial: z.boolean().optional(),
    priority: priority.optional(),
    metadata: metadata.nullable().optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, { error: 'changes nothing', when: isOtherwiseRight })
  .meta({ id: 'UpdateEntitlement', description: 'What is left out stays as it is' })

export const reasonQuery = z.strictObject({
  reason: text(500).optional().meta({ description: 'Kept with the entry so that it can be erased' }),
})

/** The same where a body is what a client sends most easily. */
export const reasonBody = z
  .strictObject({ reason: reasonQuery.shape.reason })
  .meta({ id: 'WithReason', description: 'The `reason` may stand here or in the query' })

export const entitlementsQuery = z.strictObject({
  feature: featureKey.optional(),
  state: entitlementState.optional(),
  provider: provider.optional(),
  product: productId.optional(),
  limit,
  cursor: cursor.optional(),
})

/** All entitlements there are make no listing. */
export const namesWhich = {
  test: ({ feature, sourceRef, endsAfter, endsBefore }: Readonly<Record<string, unknown>>) =>
    [feature, sourceRef, endsAfter, endsBefore].some((value) => value !== undefined),
  told: { error: 'needs one of feature, sourceRef, endsAfter and endsBefore', when: isOtherwiseRight },
}

export const queryEntitlementsQuery = entitlementsQuery
  .extend({
    sourceRef: reference.optional(),
    endsAfter: instant.optional().meta({ description: 'Inclusive' }),
    endsBefore: instant.optional().meta({ description: 'Exclusive' }),
  })
  .refine(namesWhich.test, namesWhich.told)

export const entitlementList = z
  .strictObject({ items: z.array(entitlement), nextCursor })
  .meta({ id: 'EntitlementList' })
