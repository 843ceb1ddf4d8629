import * as z from 'zod'
import { answeredInstant, featureKey, isOtherwiseRight, nextCursor, text, version } from './primitives.ts'

export const featureType = z.enum(['boolean', 'config', 'metered']).meta({
  id: 'FeatureType',
  description: 'A yes, a yes with a value, or so much of something. It never changes',
})

/** Which types take what is said of amounts. */
const IS_COUNTED: Readonly<Record<z.output<typeof featureType>, boolean>> = {
  boolean: false,
  config: false,
  metered: true,
}

const overage = z
  .enum(['deny', 'allow'])
  .meta({ description: 'Whether more may be spent than is there. It never changes' })

const combine = z.enum(['latest', 'max', 'min', 'sum', 'union']).meta({
  id: 'Combine',
  description:
    'Which value counts of several rights to a config feature: of the highest priority the latest, the greatest or the smallest of all, their sum, or all items of their lists. It never changes',
})

const held = z.boolean().meta({
  description:
    'Whether what is taken of it is held by somebody until it is let go of, as a seat is. It never changes',
})

const windowSeconds = z
  .int()
  .min(1)
  .max(2_678_400)
  .meta({
    description:
      'For how long what is taken counts: the amount that a product gives is the most within any such time. It never changes',
    examples: [3600],
  })

const costPart = z.int().min(1).max(1_000_000)

const NO_COST = 'must be a whole number, or so much for so many, as { "amount": 3, "per": 2 }'

/** So much for each one, or so much for so many. */
const answeredCost = z.strictObject({ amount: costPart, per: costPart }).meta({ id: 'Cost' })

/** As it is sent. */
const cost = z.union([costPart, answeredCost], NO_COST).meta({
  description:
    'What it costs of the feature that it spends: a number for each one, or so much for so many. Each consumption is rounded up',
  examples: [5, { amount: 3, per: 2 }],
})

/** Whose lots a feature spends, in answers. */
export const spendsAnswer = z
  .strictObject({ feature: featureKey, cost: answeredCost })
  .meta({ id: 'Spends', description: 'Whose lots it spends, and what it costs of them' })

const spends = featureKey.meta({
  description:
    'Whose lots it spends instead of its own: a metered feature that is not held and spends none itself',
})

const requiresRight = z
  .boolean()
  .meta({ description: 'Whether a right to the feature itself is needed besides what it spends' })

const overageMax = z.int().min(0).meta({
  description:
    'How far below zero it may be spent where `overage` is `allow`; for as far as anybody likes without it',
})

const unit = text(50).meta({ description: 'What is counted, such as "credits"' })

export const feature = z
  .strictObject({
    key: featureKey,
    type: featureType,
    name: z.string().nullable(),
    unit: unit.nullable().optional().meta({ description: 'Only of a metered feature' }),
    overage: overage.optional(),
    held: held.optional().meta({ description: 'Only of a metered feature that is' }),
    windowSeconds: windowSeconds.optional().meta({ description: 'Only of a metered feature that has one' }),
    spends: spends.optional().meta({ description: 'Only of a metered feature that spends another' }),
    cost: answeredCost.optional().meta({ description: 'What it costs of that' }),
    requiresRight: requiresRight.optional(),
    overageMax: overageMax.optional().meta({ description: 'Only of a metered feature that has one' }),
    combine: combine.optional().meta({ description: 'Only of a config feature' }),
    enabled: z.boolean().meta({ description: 'Nobody may use it while it is `false`' }),
    archivedAt: answeredInstant.nullable().meta({ description: 'Since then it takes no new entitlements' }),
    version: version.meta({ description: 'The version of the catalog at its last change; also its ETag' }),
  })
  .meta({ id: 'Feature' })

/** Rules that a change of a feature is held against by what it is already. */
export const NOT_COUNTED = 'goes with no held and no windowSeconds'
export const OF_SPENDS = 'says how another feature is spent, and so goes with spends'
export const OF_OVERAGE = 'bounds what may be owed, and so goes with overage allow'

export const putFeatureBody = z
  .strictObject({
    type: featureType,
    name: text(200).nullish(),
    unit: unit.nullish(),
    overage: overage.optional().meta({ description: '`deny` when left out' }),
    held: held.optional().meta({ description: '`false` when left out' }),
    windowSeconds: windowSeconds.optional(),
    spends: spends.optional(),
    cost: cost.optional().meta({ description: '1 when left out' }),
    requiresRight: requiresRight.optional().meta({ description: '`false` when left out' }),
    overageMax: overageMax.optional(),
    combine: combine.optional().meta({ description: '`latest` when left out' }),
  })
  .refine(
    ({ type, unit, combine: _combine, name: _name, ...ofMetered }) =>
      IS_COUNTED[type] ||
      ((unit ?? null) === null && Object.values(ofMetered).every((one) => one === undefined)),
    {
      path: ['type'],
      message: 'is not metered, and so takes nothing that is said of amounts',
    },
  )
  .refine(({ held, windowSeconds }) => held !== true || windowSeconds === undefined, {
    path: ['windowSeconds'],
    message: 'is of what passes by itself, and so goes with no held',
  })
  .refine(
    ({ spends, held, windowSeconds }) =>
      spends === undefined || (held !== true && windowSeconds === undefined),
    {
      path: ['spends'],
      message: NOT_COUNTED,
    },
  )
  .refine(({ spends, cost }) => spends !== undefined || cost === undefined, {
    path: ['cost'],
    message: OF_SPENDS,
  })
  .refine(({ spends, requiresRight }) => spends !== undefined || requiresRight === undefined, {
    path: ['requiresRight'],
    message: OF_SPENDS,
  })
  .refine(({ overage, overageMax }) => overage === 'allow' || overageMax === undefined, {
    path: ['overageMax'],
    message: OF_OVERAGE,
  })
  .refine(({ type, combine }) => type === 'config' || combine === undefined, {
    path: ['type'],
    message: 'is not config, and so takes no combine',
  })
  .meta({
    id: 'PutFeature',
    allOf: [
      {
        if: { properties: { type: { const: 'metered' } } },
        else: {
          properties: {
            unit: { type: 'null' },
            overage: { not: {} },
            held: { not: {} },
            windowSeconds: { not: {} },
            spends: { not: {} },
            cost: { not: {} },
            requiresRight: { not: {} },
            overageMax: { not: {} },
          },
        },
      },
      {
        if: { properties: { type: { const: 'config' } } },
        else: { properties: { combine: { not: {} } } },
      },
    ],
  })

export const updateFeatureBody = z
  .strictObject({
    enabled: z.boolean().optional().meta({
      description:
        '`false` switches it off for everybody, `true` on again: checks know within 90 s, and passports that were signed before end with their `exp`, 600 s at the most',
    }),
    name: text(200).nullish(),
    unit: unit.nullish().meta({ description: 'Only of a metered feature' }),
    spends: spends
      .nullable()
      .optional()
      .meta({ description: 'Only of a metered feature; null for its own lots' }),
    cost: cost.optional(),
    requiresRight: requiresRight.optional(),
    overageMax: overageMax.nullable().optional(),
  })
  .refine((changes) => Object.keys(changes).length > 0, { error: 'changes nothing', when: isOtherwiseRight })
  .meta({ id: 'UpdateFeature', description: 'What is left out stays as it is' })

export const featureList = z.strictObject({ items: z.array(feature), nextCursor }).meta({ id: 'FeatureList' })
