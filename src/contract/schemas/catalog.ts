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

const percent = z
  .number()
  .min(0)
  .max(100)
  .refine((value) => Number(value.toFixed(2)) === value, 'has more than two decimals')

/** Of a share: which part of all users it is depends on the seed and their ids alone. */
const share = z
  .strictObject({
    percent: percent.meta({ description: 'Of all users, with at most two decimals' }),
    seed: text(100)
      .optional()
      .meta({ description: 'Another seed is other users; the product’s id when left out' }),
  })
  .meta({
    id: 'Share',
    description: 'A part of all users. Who is in a share is in every larger one of the same seed',
  })

const everyone = z
  .union([z.literal(true), share], 'is neither true nor a share such as { "percent": 10 }')
  .meta({ description: 'Given to every user, or to a share of them, who need not have bought anything' })

const product = {
  name: text(200),
  features: z.array(productFeature).max(100).meta(FEATURES),
  duration: productDuration.optional(),
  everyone: everyone.optional(),
  references: z.array(productReference),
}

export const productAnswer = z
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
            'How many purchases and plans still give what the product gave before its last change, at most 1,000',
        }),
      })
      .meta({ id: 'Settling' }),
  })
  .meta({ id: 'ProductInFull' })

const changeReason = text(500).optional().meta({
  description: 'Kept in the log of the catalog, for ever: it should name nobody',
})

/** Of a change of a feature. */
export const featureChangeQuery = z.strictObject({ reason: changeReason })

/** Of a change of a product. */
export const productChangeQuery = z.strictObject({
  reason: changeReason,
  confirm: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true')
    .meta({ description: '`true` lets it take away what was bought or everybody has' }),
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
  .refine(({ everyone, duration }) => everyone === undefined || duration === undefined, {
    path: ['duration'],
    message: 'is of what is bought, and so goes with no everyone',
  })
  .check(({ value: { everyone, features }, issues }) => {
    if (everyone === undefined) return
    for (const [index, { perQuantity = false }] of features.entries()) {
      if (!perQuantity) continue
      const path = ['features', index, 'perQuantity']
      issues.push({
        code: 'custom',
        input: perQuantity,
        path,
        message: 'is of what is bought, and so goes with no everyone',
      })
    }
  })
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
