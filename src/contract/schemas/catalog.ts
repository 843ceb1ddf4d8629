import * as z from 'zod'
import { knownProvider } from '../known-provider.ts'
import { amount, answeredProductReset, productReset } from './metered.ts'
import {
  answeredInstant,
  cursor,
  featureKey,
  jsonValue,
  limit,
  nextCursor,
  productId,
  provider,
  reference,
  text,
  version,
} from './primitives.ts'

const featureType = z.enum(['boolean', 'config', 'metered']).meta({
  id: 'FeatureType',
  description: 'A yes, a yes with a value, or so much of something. It never changes',
})

/** Which types take a unit and an overage. */
const IS_COUNTED: Readonly<Record<z.output<typeof featureType>, boolean>> = {
  boolean: false,
  config: false,
  metered: true,
}

const overage = z
  .enum(['deny', 'allow'])
  .meta({ description: 'Whether more may be spent than is there. It never changes' })

const unit = text(50).meta({ description: 'What is counted, such as "credits"' })

export const feature = z
  .strictObject({
    key: featureKey,
    type: featureType,
    name: z.string().nullable(),
    unit: unit.nullable().optional().meta({ description: 'Only of a metered feature' }),
    overage: overage.optional(),
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
  })
  .refine(
    ({ type, unit, overage }) => IS_COUNTED[type] || ((unit ?? null) === null && overage === undefined),
    {
      path: ['type'],
      message: 'is not metered, and so takes no unit and no overage',
    },
  )
  .meta({
    id: 'PutFeature',
    if: { properties: { type: { const: 'metered' } } },
    else: { properties: { unit: { type: 'null' }, overage: { not: {} } } },
  })

export const featureList = z.strictObject({ items: z.array(feature), nextCursor }).meta({ id: 'FeatureList' })

/** What a product gives of one feature; what is sent of a reset may leave out what is always answered. */
function productFeatureWith<Reset extends z.ZodType>(reset: Reset) {
  return z.strictObject({
    feature: featureKey,
    value: jsonValue.optional(),
    amount: amount.optional().meta({ description: 'Of a metered feature: once, or anew with each renewal' }),
    reset: reset.optional().meta({ description: 'Gives the amount anew by the calendar' }),
    perQuantity: z.boolean().optional().meta({
      description:
        'The amount, or the value, a whole number up to a million, is for each one that was bought',
    }),
    priority: z.int().min(-1_000_000).max(1_000_000).optional(),
  })
}

const productFeature = productFeatureWith(answeredProductReset).meta({ id: 'ProductFeature' })

const newProductFeature = productFeatureWith(productReset)
  .refine(
    ({ value, amount, perQuantity }) => !(perQuantity ?? false) || amount !== undefined || isCount(value),
    {
      path: ['value'],
      message: 'is not a whole number from 0 to a million, as perQuantity asks',
    },
  )
  .meta({ id: 'PutProductFeature' })

const productDuration = z
  .strictObject({
    every: z.enum(['day', 'month', 'year']),
    count: z.int().min(1).max(10_000),
    stacks: z.boolean().optional().meta({
      description:
        'Bought again, it begins when what the user has of it ends, and each one of a quantity too',
    }),
  })
  .meta({
    id: 'ProductDuration',
    description:
      'How long it lasts when it is bought once, in UTC, from the purchase. A subscription lasts as long as its periods',
  })

const account = z.string().regex(/^[!-~]{0,255}$/, 'at most 255 visible ASCII characters')

const productReference = z
  .strictObject({
    provider,
    account: account
      .optional()
      .meta({ description: 'The connected account at Stripe; absent for one’s own', examples: ['acct_1'] }),
    ref: reference,
  })
  .meta({
    id: 'ProductReference',
    description:
      'The id of a price, variant or product by which the provider sells it. The price of a purchase counts before its product',
  })

const newProductReference = z
  .strictObject({
    provider: knownProvider,
    account: account.optional().meta({
      description:
        'Only of stripe: a connected account, and what it sells counts for that account alone. Absent or empty for one’s own',
      examples: ['acct_1'],
    }),
    ref: reference,
  })
  .refine(({ provider, account = '' }) => account === '' || provider === 'stripe', {
    path: ['account'],
    message: 'is only told of stripe: elsewhere ids are the same in all shops',
  })
  .meta({
    id: 'PutProductReference',
    description: 'The id of a price, variant or product by which the provider sells it',
  })

const FEATURES = { description: 'None of what is sold and is not ours: its purchases then wait for nobody' }

const product = {
  name: text(200),
  features: z.array(productFeature).max(100).meta(FEATURES),
  duration: productDuration.optional(),
  references: z.array(productReference),
}

const productAnswer = z
  .strictObject({
    id: productId,
    ...product,
    archivedAt: answeredInstant.nullable(),
    version: version.meta({ description: 'The version of the catalog at its last change; also its ETag' }),
  })
  .meta({ id: 'Product' })

/** A product alone: how far a change of it has come is counted for it. */
export const productInFull = productAnswer
  .extend({
    settling: z
      .strictObject({
        sources: z.int().min(0).max(1000).meta({
          description:
            'How many purchases still give what the product gave before its last change, at most 1,000',
        }),
      })
      .meta({ id: 'Settling' }),
  })
  .meta({ id: 'ProductInFull' })

export const putProductQuery = z.strictObject({
  confirm: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true')
    .meta({ description: '`true` lets the change take away what was bought' }),
})

export const putProductBody = z
  .strictObject({
    ...product,
    features: z.array(newProductFeature).max(100).meta(FEATURES),
    references: z.array(newProductReference).max(100).default([]),
  })
  .refine(({ features }) => areDistinct(features.map(({ feature }) => feature)), {
    path: ['features'],
    message: 'names a feature twice',
  })
  .refine(
    ({ references }) =>
      areDistinct(references.map(({ provider, account = '', ref }) => `${provider} ${account} ${ref}`)),
    {
      path: ['references'],
      message: 'holds a reference twice',
    },
  )
  .meta({ id: 'PutProduct' })

export const productList = z
  .strictObject({ items: z.array(productAnswer), nextCursor })
  .meta({ id: 'ProductList' })

export const catalogQuery = z.strictObject({ limit, cursor: cursor.optional() })

function areDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1_000_000
}
