import * as z from 'zod'
import { userId } from '../user-id.ts'
import {
  answeredInstant,
  digits,
  entitlementId,
  featureKey,
  jsonValue,
  productId,
  version,
} from './primitives.ts'
import { anyOf, namesUsers, withoutVersion } from './any-of.ts'
import { featureType, spendsAnswer } from './features.ts'
import { amount } from './metered.ts'
import { problem } from './problem.ts'

export const reason = z
  .enum([
    'granted',
    'in_trial',
    'in_grace',
    'overage',
    'limit_reached',
    'suspended',
    'not_started',
    'expired',
    'revoked',
    'no_entitlement',
    'unknown_feature',
    'disabled',
  ])
  .meta({
    id: 'Reason',
    description:
      'The first four are a yes, the others a no. `unknown_feature`: the catalog has none of that key, and nothing of it is recorded for the user. `disabled`: it is switched off for everybody',
  })

/** What is there of a metered feature: `granted = used + reserved + remaining`. */
const balance = z
  .strictObject({
    granted: z.int(),
    used: z.int().min(0),
    reserved: z.int().min(0),
    remaining: z.int().meta({ description: 'Below zero where more was spent than there was' }),
  })
  .meta({ id: 'Balance' })

/** By which product everybody has it. */
export const everybodysSource = z
  .strictObject({ provider: z.literal('everyone'), product: productId })
  .meta({ id: 'EverybodysSource' })

export const access = {
  feature: featureKey,
  allowed: z.boolean(),
  reason,
  entitlements: z.array(entitlementId).meta({ description: 'Those that give this answer' }),
  sources: z
    .array(everybodysSource)
    .optional()
    .meta({ description: 'Of those of them that everybody has: by which products' }),
  value: jsonValue.optional().meta({ description: 'Of a config feature that is allowed' }),
  combine: z
    .enum(['latest', 'max', 'min', 'sum', 'union'])
    .optional()
    .meta({ description: 'How several values became `value`; absent where the latest counts' }),
  balance: balance.optional().meta({
    description: 'Of a metered feature, or of the one that it spends; from a copy it is advice',
  }),
  maxAmount: z.int().min(0).optional().meta({
    description: 'Of a metered feature: the most that one consumption may ask for, 0 where none may',
  }),
  spends: spendsAnswer.optional().meta({ description: 'Of a feature that spends another' }),
  nextChangeAt: answeredInstant
    .nullable()
    .meta({ description: 'Ask again no later than this; null while time alone changes nothing' }),
}

export const freshness = {
  version: version.meta({
    description:
      'The version of the user’s ledger that the answer rests on; 0 too where the catalog gives it alone, and nobody looked',
  }),
  catalogVersion: version
    .nullable()
    .meta({ description: 'The version of the catalog that it rests on; null where none was to be had' }),
  asOf: answeredInstant.meta({
    description:
      'When the user’s object last confirmed that version as the newest; of what the catalog gives alone, when D1 confirmed that',
  }),
  source: z.enum(['memory', 'kv', 'ledger']),
  degraded: z.literal(true).optional().meta({
    description: 'The ledger did not answer, and this yes is older than it should be or rests on no catalog',
  }),
}

export const check = z.strictObject({ userId, ...access, ...freshness }).meta({ id: 'Check' })

export const accessList = z
  .strictObject({
    userId,
    features: z.array(
      z
        .strictObject({
          ...access,
          type: featureType.optional().meta({ description: 'Where the catalog knows the feature' }),
        })
        .meta({ id: 'FeatureAccess' }),
    ),
    ...freshness,
  })
  .meta({
    id: 'AccessList',
    description: 'Every feature of which something is recorded for the user, or that everybody has',
  })

const consistency = z.enum(['cached', 'strong']).meta({
  description:
    '`strong` asks the user’s object, which knows every change of the user’s ledger that was answered. It is not about the catalog: `minCatalogVersion` is',
})

const MAX_AGE = { description: 'Seconds since the answer was last confirmed, at most' }
const MIN_VERSION = {
  description: 'What a write answered as its version: the check then knows of that write',
}
const MIN_CATALOG_VERSION = {
  description: 'What a change of the catalog answered as its version: the check then knows of that change',
}

const AMOUNT = {
  description:
    'Whether so much may be consumed at once, 1 when left out; ignored of a feature that is not metered',
}

export const checkQuery = z.strictObject({
  consistency: consistency.optional(),
  maxAge: digits(86_400).optional().meta(MAX_AGE),
  minVersion: digits(Number.MAX_SAFE_INTEGER).optional().meta(MIN_VERSION),
  minCatalogVersion: digits(Number.MAX_SAFE_INTEGER).optional().meta(MIN_CATALOG_VERSION),
})

/** Of one feature. */
export const checkOneQuery = checkQuery.extend({
  amount: digits(Number.MAX_SAFE_INTEGER)
    .refine((value) => value >= 1, 'is less than 1')
    .meta({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, pattern: undefined, ...AMOUNT })
    .optional(),
})

/** What stands once in a query is no list there. */
const listed = (value: unknown) => (typeof value === 'string' ? [value] : value)

export const checkAnyQuery = z.preprocess(
  withoutVersion,
  checkOneQuery.omit({ minVersion: true }).extend({ anyOf: z.preprocess(listed, anyOf) }),
)

export const accessListQuery = checkQuery.extend({
  all: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true')
    .meta({ description: '`true` lists every feature of the catalog, with the reason of each' }),
})

const askedCheck = z
  .strictObject({
    userId: userId.optional(),
    anyOf: anyOf.optional(),
    feature: featureKey,
    amount: amount.optional().meta(AMOUNT),
    minVersion: version.optional().meta(MIN_VERSION),
  })
  .check(namesUsers)
  .meta({ id: 'CheckAsked', description: 'Of one user, by `userId`, or of several, by `anyOf`' })
  .transform(({ userId: user = '', anyOf: users = [user], ...asked }) => ({ ...asked, users }))

/** One of many checks as it is let through; or what is wrong with it, which the others have nothing to do with. */
export type OneCheck =
  z.output<typeof askedCheck> | { readonly issues: readonly z.core.$ZodIssue[]; readonly users?: undefined }

const oneCheck = askedCheck
  .transform((check): OneCheck => check)
  .catch(({ error: { issues } }) => ({ issues }))

/** How many checks one request may ask for. */
export const CHECKS_MAX = 100

/** How many users one request may ask for, each of whom may cost a question to their object. */
const USERS_ASKED_MAX = 100

function askForFew({ value, issues }: z.core.ParsePayload<OneCheck[]>): void {
  const { size } = new Set(value.flatMap(({ users = [] }) => users))
  if (size <= USERS_ASKED_MAX) return
  issues.push({ code: 'custom', input: value, message: `name more than ${USERS_ASKED_MAX} users` })
}

export const checksBody = z
  .strictObject({
    checks: z.array(oneCheck).min(1).max(CHECKS_MAX).check(askForFew).meta({
      description: 'What is wrong with one of them is answered in its place',
    }),
    consistency: consistency.optional(),
    maxAge: z.int().min(0).max(86_400).optional().meta(MAX_AGE),
    minCatalogVersion: version.optional().meta(MIN_CATALOG_VERSION),
  })
  .meta({ id: 'Checks' })

export const checksAnswer = z
  .strictObject({
    results: z.array(z.union([check, problem])).meta({ description: 'In the order of the checks' }),
  })
  .meta({ id: 'CheckResults' })
