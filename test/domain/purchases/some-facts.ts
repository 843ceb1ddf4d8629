import fc from 'fast-check'
import type {
  BilledPeriod,
  Covers,
  HoldFact,
  PaymentFact,
  PurchaseFact,
  ReversalFact,
  SourceFact,
  SubscriptionFact,
} from '../../../src/domain/purchases/register/fact.ts'
import { HOUR, NOON } from '../samples.ts'

const STATES = ['none', 'trialing', 'active', 'overdue', 'unpaid', 'paused', 'ended'] as const
const MONTH_MS = 720 * HOUR

/** The months of a source that lives for longer than a register remembers. */
const MONTHS = 16

/** One month, told from its start or by its end alone. */
export function month(index: number): BilledPeriod & { readonly startsAt: number } {
  return { startsAt: NOON + index * MONTH_MS, endsAt: NOON + (index + 1) * MONTH_MS }
}

const index = fc.nat({ max: MONTHS - 1 })
const at = index.chain((of) => fc.nat({ max: MONTH_MS - 1 }).map((after) => month(of).startsAt + after))
const rank = fc.nat({ max: 3 })
const version = fc.record({ at: fc.oneof(at, fc.constantFrom(NOON, NOON + 1)), rank })
const money = fc.record({ version, total: fc.constantFrom(0, 100, 250), refunded: fc.constantFrom(0, 100) })
const item = fc.constantFrom('item', 'other')
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null })

const period = index.chain((of) => fc.constantFrom(month(of), { ...month(of), startsAt: null }))

const subscription: fc.Arbitrary<SubscriptionFact> = fc.record({
  type: fc.constant('subscription'),
  ref: fc.constant('sub'),
  aliases: fc.constant([]),
  customer: fc.constant(null),
  version,
  terminal: fc.boolean(),
  state: fc.constantFrom(...STATES),
  toldAt: at,
  startsAt: maybe(at),
  endsAt: maybe(at),
  tellsPayments: fc.boolean(),
  items: fc.array(
    fc.record({
      id: item,
      product: maybe(fc.constantFrom('price', 'unmapped')),
      quantity: fc.nat({ max: 3 }),
      ordered: fc.nat({ max: 3 }),
      period: maybe(period),
    }),
    { maxLength: 2 },
  ),
})

const covers: fc.Arbitrary<Covers> = fc.oneof(
  fc.constantFrom<Covers>({ type: 'change' }, { type: 'other' }),
  fc.record({
    type: fc.constant('period' as const),
    lines: fc.array(
      fc.record({
        id: maybe(fc.constantFrom('line', 'line-2')),
        item: maybe(item),
        startsAt: index.map((of) => month(of).startsAt),
        endsAt: fc.constant(null),
        total: maybe(fc.constantFrom(50, 100)),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
)

/** A payment has one moment, as its events all tell it. There are no more than are kept besides those of periods. */
const payment: fc.Arbitrary<PaymentFact> = fc.nat({ max: 23 }).chain((number) =>
  fc.record({
    type: fc.constant('payment'),
    of: fc.constant(['sub']),
    payment: fc.constant(`pay-${number}`),
    paidAt: fc.constant(NOON + number * 10 * 24 * HOUR),
    money: maybe(money),
    bill: maybe(fc.constantFrom('pay-0', 'pay-20')),
    covers: maybe(covers),
  }),
)

/** A refund has one moment: what becomes of it is told by rank. */
const reversal: fc.Arbitrary<ReversalFact> = fc.nat({ max: 40 }).chain((number) =>
  fc.record({
    type: fc.constant('reversal'),
    of: fc.constant(['sub']),
    id: fc.constant(`refund-${number}`),
    version: rank.map((of) => ({ at: NOON + number * HOUR, rank: of })),
    undone: fc.boolean(),
    reverses: fc.oneof(
      fc.constantFrom<ReversalFact['reverses']>(
        { type: 'everything' },
        { type: 'part' },
        { type: 'line', line: 'item', quantity: 1 },
      ),
      fc.record({
        type: fc.constant('amount' as const),
        payment: fc.nat({ max: 40 }).map((of) => `pay-${of}`),
        amount: fc.constantFrom(50, 100, Number.MAX_SAFE_INTEGER),
      }),
    ),
    paidAt: maybe(at),
  }),
)

const hold: fc.Arbitrary<HoldFact> = fc.nat({ max: 30 }).chain((number) =>
  fc.record({
    type: fc.constant('hold'),
    of: fc.constant(['sub']),
    reason: fc.constant(`dispute-${number}`),
    version: rank.map((of) => ({ at: NOON + number * HOUR, rank: of })),
    held: fc.boolean(),
    payment: maybe(fc.constantFrom('pay-0', 'pay-7')),
  }),
)

const purchase: fc.Arbitrary<PurchaseFact> = fc.record({
  type: fc.constant('purchase'),
  ref: fc.constant('order'),
  aliases: fc.constant([]),
  customer: fc.constant(null),
  version,
  startsAt: maybe(at),
  endsAt: maybe(at),
  boughtAt: maybe(at),
  lines: fc.array(
    fc.record({
      id: item,
      product: fc.constant('price'),
      quantity: fc.nat({ max: 3 }),
      ordered: fc.nat({ max: 3 }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
})

/** Any fact of one source, of a life that is long enough to be forgotten in part. */
export const someFact: fc.Arbitrary<SourceFact> = fc.oneof(
  { weight: 4, arbitrary: subscription },
  { weight: 4, arbitrary: payment },
  { weight: 2, arbitrary: reversal },
  { weight: 1, arbitrary: hold },
  { weight: 1, arbitrary: purchase },
)

/** So many that the bounds are met. */
export const manyFacts = fc.array(someFact, { minLength: 1, maxLength: 70, size: 'max' })

/** So few that nothing is forgotten. */
export const fewFacts = fc.array(someFact, { maxLength: 12 })
