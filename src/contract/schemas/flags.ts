import * as z from 'zod'
import { userId } from '../user-id.ts'
import { freshness, reason } from './checks.ts'
import { answeredInstant, featureKey } from './primitives.ts'
import { problem } from './problem.ts'

/** What providers of OpenFeature send where nobody is named. */
const nobody = (value: unknown) => (value === null || value === '' ? undefined : value)

/** What the context says besides is the application's own, and passed over. */
export const evaluationBody = z
  .object({
    context: z
      .object({
        targetingKey: z.preprocess(nobody, userId).meta({ description: 'The user' }),
      })
      .meta({ id: 'EvaluationContext', description: 'What it says besides is passed over' }),
  })
  .meta({ id: 'EvaluationRequest' })

/** What OFREP lets event streams tell the provider to send, of which there are none here. */
export const evaluationQuery = z.strictObject({
  flagConfigEtag: z.string().optional().meta({ description: 'Passed over: each answer is judged anew' }),
  flagConfigLastModified: z.string().optional().meta({ description: 'Passed over as well' }),
})

/** RFC 9110, 13.1.2; that it goes with a POST, and is answered 304, is OFREP's. */
export const evaluationHeaders = z.object({
  'if-none-match': z
    .string()
    .optional()
    .meta({ description: 'The `ETag` of the answer that is held: 304 where this one would say the same' }),
})

const flagMetadata = z
  .strictObject({
    version: freshness.version,
    catalogVersion: freshness.catalogVersion.unwrap().optional(),
    asOf: freshness.asOf,
    source: freshness.source,
    nextChangeAt: answeredInstant
      .optional()
      .meta({ description: 'Ask again no later than this; absent while time alone changes nothing' }),
    remaining: z.int().optional().meta({
      description: 'Of a metered feature: what is left, which is advice',
    }),
    degraded: freshness.degraded,
  })
  .meta({ id: 'FlagMetadata' })

/** A feature as OpenFeature knows it (https://github.com/open-feature/protocol, `service/openapi.yaml` 0.3.0). */
export const flag = z
  .strictObject({
    key: featureKey,
    value: z
      .union([z.boolean(), z.string(), z.number(), z.looseObject({}).meta({ id: 'FlagObject' })])
      .optional()
      .meta({
        description:
          'Whether it is allowed; of a config feature that is allowed its value, and null and lists as the `value` of an object. Absent of one that is not allowed: the caller’s own default then counts',
      }),
    reason: z.enum(['TARGETING_MATCH', 'DISABLED']).meta({
      description: '`DISABLED` of a config feature that is not allowed',
    }),
    variant: reason,
    metadata: flagMetadata,
  })
  .meta({ id: 'Flag' })

export const flagList = z
  .strictObject({ flags: z.array(flag).meta({ description: 'Every feature of the catalog' }) })
  .meta({ id: 'FlagList' })

/** What goes wrong, in the members of OFREP and in ours. */
export const evaluationFailure = problem
  .extend({
    key: z.string().optional().meta({ description: 'As it was asked for, where one was' }),
    errorCode: z.enum([
      'PARSE_ERROR',
      'TARGETING_KEY_MISSING',
      'INVALID_CONTEXT',
      'FLAG_NOT_FOUND',
      'GENERAL',
    ]),
    errorDetails: z.string(),
  })
  .meta({ id: 'EvaluationFailure' })
