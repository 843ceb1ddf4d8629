import * as z from 'zod'
import { userId } from '../user-id.ts'
import { amount } from './metered.ts'
import {
  answeredInstant,
  cursor,
  digits,
  featureKey,
  instant,
  isOtherwiseRight,
  nextCursor,
  text,
  version,
} from './primitives.ts'
import { consumptionId, reservationId, reversalId, spends } from './usage.ts'

const LIMIT_MAX = 1000
const LIMIT = 100

const OF_NO_USER = 'Left out of what a user’s own token is told'

/** An interval that ends before it begins is a slip. */
const BACKWARDS = { path: ['to'], error: 'lies before the beginning', when: isOtherwiseRight }

function isForwards({ from = 0, to = Infinity }: { from?: number | undefined; to?: number | undefined }) {
  return from <= to
}

/** What may be asked besides a limit. */
const ofConsumptions = {
  feature: featureKey.optional(),
  holder: text(200).optional().meta({ description: 'Of one who was not erased. Not for a user’s own token' }),
  from: instant.optional().meta({ description: 'Inclusive: what was recorded from then on' }),
  to: instant.optional().meta({ description: 'Exclusive: what was recorded before' }),
  cursor: cursor.optional(),
  totals: z.literal('only').optional().meta({
    description:
      'Leaves the items out, so that `limit` means nothing and a page is the sums of 5,000 entries',
  }),
}

const sentLimit = digits(LIMIT_MAX)
  .refine((value) => value >= 1, 'is less than 1')
  .default(LIMIT)
  .meta({ type: 'integer', minimum: 1, maximum: LIMIT_MAX, default: LIMIT, pattern: undefined })

export const consumptionsQuery = z
  .strictObject({ ...ofConsumptions, limit: sentLimit })
  .refine(isForwards, BACKWARDS)

/** The same from another Worker, where a number is one. */
export const consumptionsInput = z
  .strictObject({ userId, ...ofConsumptions, limit: z.int().min(1).max(LIMIT_MAX).default(LIMIT) })
  .refine(isForwards, BACKWARDS)

const ofItem = {
  feature: featureKey,
  amount,
  spends: spends
    .optional()
    .meta({ description: 'Which other feature it was taken of, and how much of that' }),
  at: answeredInstant.meta({ description: 'When it was recorded' }),
  version,
  holder: z
    .string()
    .nullable()
    .optional()
    .meta({
      description: `Who had it; null for nobody, and once it was erased. ${OF_NO_USER}`,
    }),
  actor: z.string().nullable().optional().meta({ description: OF_NO_USER }),
  reason: z.string().nullable().optional().meta({ description: OF_NO_USER }),
  metadata: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: 'To a user’s own token no more than what is under `public`' }),
}

const consumptionItem = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('consumption'),
      id: consumptionId,
      reservationId: reservationId.optional().meta({ description: 'Of a reservation that was committed' }),
      overage: z
        .int()
        .min(0)
        .meta({ description: 'How much of the amount was not there; with `spends`, of the cost' }),
      ...ofItem,
    })
    .meta({ id: 'ListedConsumption' }),
  z
    .strictObject({
      type: z.literal('reversal'),
      id: reversalId,
      consumptionId,
      overage: z.int().min(0).meta({
        description:
          'How much of the amount had not been there: what is taken last goes back first; with `spends`, of the cost',
      }),
      ...ofItem,
    })
    .meta({ id: 'ListedReversal' }),
])

const total = z
  .strictObject({
    feature: featureKey,
    holder: z
      .string()
      .nullable()
      .optional()
      .meta({
        description: `null for nobody, and once it was erased. ${OF_NO_USER}, whose sums are over all of them`,
      }),
    consumed: z.int().min(0),
    reversed: z
      .int()
      .min(0)
      .meta({ description: 'Counts where it was recorded, whenever that was consumed' }),
    net: z.int().meta({ description: '`consumed` less `reversed`' }),
    overage: z.int().meta({
      description: 'What was not there of the feature itself, less what was given back of that',
    }),
    costs: z
      .array(
        z.strictObject({ feature: featureKey, cost: z.int(), overage: z.int() }).meta({ id: 'CostTotal' }),
      )
      .meta({
        description:
          'What it took of other features, and what of that was not there, less what was given back',
      }),
  })
  .meta({ id: 'ConsumptionTotal' })

export const consumptionPage = z
  .strictObject({
    items: z.array(consumptionItem).optional().meta({ description: 'Absent with `totals=only`' }),
    totals: z.array(total).meta({ description: 'Of this page, by feature and holder: add up the pages' }),
    nextCursor,
  })
  .meta({ id: 'ConsumptionPage' })
