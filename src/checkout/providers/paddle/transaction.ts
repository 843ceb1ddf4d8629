import * as z from 'zod'
import type { Fact, LinkFact, PaymentFact, PurchaseFact } from '../../../domain/purchases/register/fact.ts'
import { isoMoment } from '../../provider/iso-moment.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import { coversOf } from './covers.ts'
import { amount, buyer, count, id, linkOf, type Occurrence, period, versionOf } from './object.ts'

export const Transaction = z.looseObject({
  ...buyer,
  id,
  origin: z.string(),
  subscription_id: id.nullish(),
  billed_at: isoMoment.nullish(),
  billing_period: period.nullish(),
  items: z.array(
    z.looseObject({
      price: z.looseObject({ id, product_id: id.nullish(), billing_cycle: z.unknown().optional() }),
    }),
  ),
  details: z.looseObject({
    line_items: z.array(
      z.looseObject({
        id,
        price_id: id,
        quantity: count,
        proration: z.unknown().optional(),
        totals: z.looseObject({ total: amount }),
      }),
    ),
  }),
})

type Transaction = z.output<typeof Transaction>

const ORIGINS = new Set([
  'web',
  'api',
  'subscription_recurring',
  'subscription_update',
  'subscription_charge',
])

/**
 * A transaction can hold lines of a subscription and lines that are bought once. All that adjusts it names its
 * lines, so these are what its payments are known by: those of the subscription together, the others each alone.
 */
export function readTransaction(transaction: Transaction, occurred: Occurrence): EventReading {
  const { id: payment, origin, subscription_id, customer_id } = transaction
  if (origin === 'subscription_payment_method_change') return NOTHING_SAID
  const ofSubscription = subscription_id ? [subscription_id] : []
  const links = linksOf(transaction)
  if (!ORIGINS.has(origin)) return { ...NOTHING_SAID, facts: links, unknown: [`origin=${origin}`] }

  const version = versionOf(occurred, 0)
  const boughtAt = transaction.billed_at ?? occurred.at
  const paid = { type: 'payment', payment, paidAt: boughtAt, bill: null } as const
  const products = new Map(
    transaction.items.map(({ price }) => [price.id, price.product_id ? [price.product_id] : []]),
  )
  const { once, recurring } = linesOf(transaction)

  // The page after a checkout asks by the transaction. Where no line is of a subscription, it stands for the first line.
  const lineOfPage = subscription_id || recurring.length > 0 ? undefined : once[0]?.id
  const purchases = once.flatMap(({ id: line, price_id, quantity, totals }): readonly Fact[] => {
    const also = products.get(price_id) ?? []
    const purchase: PurchaseFact = {
      type: 'purchase',
      ref: line,
      aliases: line === lineOfPage ? [payment] : [],
      customer: customer_id ?? null,
      version,
      startsAt: boughtAt,
      endsAt: null,
      lines: [{ id: line, product: price_id, also, quantity, ordered: quantity }],
    }
    const money = { version, total: totals.total, refunded: 0 }
    return [purchase, { ...paid, of: [line], money, covers: { type: 'other' } }]
  })
  const renewal: PaymentFact = {
    ...paid,
    of: [...ofSubscription, payment, ...recurring.map((line) => line.id)],
    money: { version, total: recurring.reduce((sum, { totals }) => sum + totals.total, 0), refunded: 0 },
    covers: coversOf(transaction, recurring, boughtAt),
  }
  return { ...NOTHING_SAID, facts: [...links, ...purchases, ...(recurring.length > 0 ? [renewal] : [])] }
}

function linesOf({ items, details }: Transaction) {
  const onceIds = new Set(items.flatMap(({ price }) => (price.billing_cycle ? [] : [price.id])))
  return {
    once: details.line_items.filter(({ price_id }) => onceIds.has(price_id)),
    recurring: details.line_items.filter(({ price_id }) => !onceIds.has(price_id)),
  }
}

/** Whose each purchase of it is. Of a subscription it is the session that led to it. */
function linksOf(transaction: Transaction): readonly LinkFact[] {
  const { once, recurring } = linesOf(transaction)
  const isOfSubscription = transaction.subscription_id || recurring.length > 0
  return [
    ...(isOfSubscription
      ? linkOf(transaction, [transaction.subscription_id ?? transaction.id], 'session')
      : []),
    ...once.flatMap(({ id }) => linkOf(transaction, [id])),
  ]
}
