import * as z from 'zod'
import type { CoveredLine, Covers, PaymentFact, PurchaseFact } from '../../../domain/checkout/fact.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Reading } from '../../provider.ts'
import {
  customerOf,
  idOf,
  known,
  maybe,
  metadata,
  moment,
  owner,
  price,
  readAs,
  type Said,
  withLink,
} from './object.ts'
import { DOCUMENTS } from './documents.ts'
import { NOT_TOLD_BY_THE_CHARGE } from './payment.ts'

const payer = { payment_intent: maybe(idOf), charge: maybe(idOf) }

const subscriptionDetails = maybe(z.looseObject({ subscription: maybe(idOf), metadata }))

// Since 2025-03-31.basil what a line is of stands in its `parent` and `pricing`, before that on the line:
// https://docs.stripe.com/changelog/basil/2025-03-31/adds-new-parent-field-to-invoicing-objects
const itemDetails = maybe(
  z.looseObject({
    subscription: maybe(idOf),
    subscription_item: maybe(z.string()),
    proration: z.boolean().nullish().transform(Boolean),
  }),
)

const lineSchema = z.looseObject({
  id: z.string(),
  amount: z.number().default(0),
  quantity: maybe(z.int().nonnegative()),
  period: maybe(z.looseObject({ start: moment, end: moment })),
  type: maybe(z.string()),
  subscription: maybe(idOf),
  subscription_item: maybe(z.string()),
  proration: z.boolean().nullish().transform(Boolean),
  price: maybe(price),
  pricing: maybe(
    z.looseObject({ price_details: maybe(z.looseObject({ price: maybe(idOf), product: maybe(idOf) })) }),
  ),
  parent: maybe(z.looseObject({ subscription_item_details: itemDetails, invoice_item_details: itemDetails })),
})

const invoiceSchema = z.looseObject({
  ...owner,
  // Until 2025-03-31.basil who paid and for what stood on the invoice itself.
  ...payer,
  id: z.string(),
  billing_reason: maybe(z.string()),
  total: maybe(z.number()),
  amount_paid: z.number().default(0),
  pre_payment_credit_notes_amount: maybe(z.number()),
  created: moment,
  status_transitions: maybe(z.looseObject({ paid_at: maybe(moment) })),
  subscription: maybe(idOf),
  subscription_details: subscriptionDetails,
  parent: maybe(z.looseObject({ subscription_details: subscriptionDetails })),
  lines: maybe(z.looseObject({ data: z.array(lineSchema), has_more: z.boolean().default(false) })),
  metadata,
})

type Invoice = z.output<typeof invoiceSchema>
type Line = z.output<typeof lineSchema>

const invoicePaymentSchema = z.looseObject({
  invoice: idOf,
  amount_paid: z.number(),
  created: moment,
  status_transitions: maybe(z.looseObject({ paid_at: maybe(moment) })),
  payment: z.looseObject(payer),
})

/** What an invoice paid for. What a subscription gives is told by the subscription alone. */
export function readInvoice(said: Said): Reading {
  return readAs(invoiceSchema, said, (invoice) => {
    const details = invoice.parent?.subscription_details ?? invoice.subscription_details
    const subscription = details?.subscription ?? invoice.subscription
    if (subscription === null) {
      const payer = known(invoice.payment_intent ?? invoice.charge)
      const facts = [
        ...purchaseOf(invoice, invoice.id, payer, said),
        ...paymentsOf(invoice, [invoice.id], { type: 'other' }),
      ]
      return withLink({ facts }, invoice, [invoice.id], invoice.metadata?.user_id)
    }
    const payments = paymentsOf(invoice, [subscription, invoice.id], coversOf(invoice))
    const facts = [...purchaseOf(invoice, subscription, [], said), ...payments]
    return withLink({ facts }, invoice, [subscription], details?.metadata?.user_id)
  })
}

/** Which payment is of which invoice: refunds and disputes only name the payment. */
export function readInvoicePayment(said: Said): Reading {
  return readAs(invoicePaymentSchema, said, ({ invoice, payment, amount_paid, ...told }) => {
    const paidAt = told.status_transitions?.paid_at ?? told.created
    return { facts: partOf(invoice, payment, amount_paid, paidAt) }
  })
}

/**
 * Bought once, by lines of an invoice that are of no subscription. Where a session of Checkout made the invoice, the session
 * says what was bought too: https://docs.stripe.com/payments/checkout/receipts#paid-invoices
 */
function purchaseOf(
  invoice: Invoice,
  ref: string,
  aliases: readonly string[],
  said: Said,
): readonly PurchaseFact[] {
  const lines = (invoice.lines?.data ?? []).flatMap((line) => {
    const price = priceOf(line)
    const quantity = line.quantity ?? 1
    const isOnce = invoice.id === ref || !isOfSubscription(line)
    return price === null || !isOnce || isProration(line)
      ? []
      : [{ ...price, id: line.id, quantity, ordered: quantity }]
  })
  if (lines.length === 0) return []
  return [
    {
      type: 'purchase',
      ref,
      aliases,
      customer: customerOf(invoice),
      version: { at: said.at, rank: 0 },
      document: DOCUMENTS.invoice,
      paidBy: invoice.id,
      startsAt: paidAtOf(invoice),
      endsAt: null,
      lines,
    },
  ]
}

function paymentsOf(invoice: Invoice, of: readonly string[], covers: Covers): readonly PaymentFact[] {
  const paidAt = paidAtOf(invoice)
  const bill: PaymentFact = {
    type: 'payment',
    of,
    payment: invoice.id,
    paidAt,
    // What the balance of the customer paid counts as paid: https://docs.stripe.com/billing/customer/balance
    money: { version: NOT_TOLD_BY_THE_CHARGE, total: totalOf(invoice), refunded: 0 },
    bill: null,
    covers,
  }
  return [bill, ...partOf(invoice.id, invoice, invoice.amount_paid, paidAt)]
}

function totalOf({ total, amount_paid, pre_payment_credit_notes_amount }: Invoice): number {
  return Math.max(0, (total ?? amount_paid) - (pre_payment_credit_notes_amount ?? 0))
}

function paidAtOf({ status_transitions, created }: Invoice): Instant {
  return status_transitions?.paid_at ?? created
}

function partOf(
  invoice: string,
  { payment_intent, charge }: z.output<z.ZodObject<typeof payer>>,
  total: number,
  paidAt: Instant,
): readonly PaymentFact[] {
  const payment = payment_intent ?? charge
  if (payment === null) return []
  const money = { version: NOT_TOLD_BY_THE_CHARGE, total, refunded: 0 }
  return [{ type: 'payment', of: [invoice, payment], payment, paidAt, money, bill: invoice, covers: null }]
}

/** Why an invoice may be made that pays for no period: https://docs.stripe.com/api/invoices/object#invoice_object-billing_reason */
const BESIDE = new Set([
  'manual',
  'subscription_threshold',
  'upcoming',
  'automatic_pending_invoice_item_invoice',
])

/**
 * What an invoice of a subscription pays for. A line that is a proration pays for a change within a period; one whose
 * period is over when it is billed, for what was used.
 */
function coversOf({ billing_reason, created, lines }: Invoice): Covers {
  if (BESIDE.has(billing_reason ?? '')) return { type: 'other' }
  const data = lines?.data ?? []
  const periods = data.flatMap((line): readonly CoveredLine[] => {
    if (!isOfSubscription(line) || isProration(line) || line.period === null) return []
    const { start: startsAt, end: endsAt } = line.period
    if (endsAt <= created) return []
    return [{ id: null, item: itemOf(line), startsAt, endsAt, total: null }]
  })
  if (periods.length > 0) return { type: 'period', lines: periods }
  if (data.some(isProration) || billing_reason === 'subscription_update') return { type: 'change' }
  if (data.length > 0) return { type: 'other' }
  // An invoice that is told without its lines, and was made for a period.
  return { type: 'period', lines: [{ id: null, item: null, startsAt: created, endsAt: null, total: null }] }
}

function isOfSubscription({ parent, subscription_item, type }: Line): boolean {
  return (
    (parent?.subscription_item_details ?? null) !== null ||
    subscription_item !== null ||
    type === 'subscription'
  )
}

function isProration({ proration, parent }: Line): boolean {
  return (
    proration ||
    parent?.subscription_item_details?.proration === true ||
    parent?.invoice_item_details?.proration === true
  )
}

function itemOf({ parent, subscription_item }: Line): string | null {
  return parent?.subscription_item_details?.subscription_item ?? subscription_item
}

function priceOf(line: Line): { product: string; also: readonly string[] } | null {
  const details = line.pricing?.price_details
  if (details?.price) return { product: details.price, also: known(details.product) }
  return line.price === null ? null : { product: line.price.id, also: line.price.also }
}
