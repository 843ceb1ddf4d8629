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
    combine: combine.optional().meta({ description: 'Only of a config feature' }),
    enabled: z.boolean().meta({ description: 'Nobody may use it while it is `false`' }),
    archivedAt: answeredInstant.nullable().meta({ description: 'Since then it takes no new entitlements' }),
    version: version.meta({ description: 'The version of the catalog at its last change; also its ETag' }),
  })
  .meta({ id: 'Feature' })

export const putFeatureBody = z
  .strictObject({
    type: featureType,
    name: text(200).nullish(),
    unit: unit.nullish(),
    overage: overage.optional().meta({ description: '`deny` when left out' }),
    held: held.optional().meta({ description: '`false` when left out' }),
    windowSeconds: windowSeconds.optional(),
    combine: combine.optional().meta({ description: '`latest` when left out' }),
  })
  .refine(
    ({ type, unit, overage, held, windowSeconds }) =>
      IS_COUNTED[type] ||
      ((unit ?? null) === null && [overage, held, windowSeconds].every((one) => one === undefined)),
    {
      path: ['type'],
      message: 'is not metered, and so takes nothing that is said of amounts',
    },
  )
  .refine(({ held, windowSeconds }) => held !== true || windowSeconds === undefined, {
    path: ['windowSeconds'],
    message: 'is of what passes by itself, and so goes with no held',
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
    enabled: z
      .boolean()
      .optional()
      .meta({ description: '`false` switches it off for everybody, `true` on again' }),
    name: text(200).nullish(),
    unit: unit.nullish().meta({ description: 'Only of a metered feature' }),
  })
  .refine((changes) => Object.keys(changes).length > 0, { error: 'changes nothing', when: isOtherwiseRight })
  .meta({ id: 'UpdateFeature', description: 'What is left out stays as it is' })

export const featureList = z.strictObject({ items: z.array(feature), nextCursor }).meta({ id: 'FeatureList' })
