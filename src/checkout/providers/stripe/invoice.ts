import * as z from 'zod'
import type { Covers, PaymentFact, PurchaseFact } from '../../../domain/purchases/register/fact.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { EventReading } from '../../provider/provider.ts'
import { coversOf } from './covers.ts'
import { DOCUMENTS } from './documents.ts'
import { InvoiceLine, isOfSubscription, isProration, priceOf } from './invoice-line.ts'
import {
  customerOf,
  idOf,
  presentIds,
  maybe,
  metadata,
  moment,
  owner,
  readAs,
  type StripeEvent,
  withLink,
  wroteIn,
} from './object.ts'
import { NOT_TOLD_BY_THE_CHARGE } from './payment.ts'

const payer = { payment_intent: maybe(idOf), charge: maybe(idOf) }

const subscriptionDetails = maybe(z.looseObject({ subscription: maybe(idOf), metadata }))

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
  lines: maybe(z.looseObject({ data: z.array(InvoiceLine), has_more: z.boolean().default(false) })),
  metadata,
})

type Invoice = z.output<typeof invoiceSchema>

const invoicePaymentSchema = z.looseObject({
  invoice: idOf,
  amount_paid: z.number(),
  created: moment,
  status_transitions: maybe(z.looseObject({ paid_at: maybe(moment) })),
  payment: z.looseObject(payer),
})

/** What an invoice paid for. What a subscription gives is told by the subscription alone. */
export function readInvoice(event: StripeEvent): EventReading {
  return readAs(invoiceSchema, event, (invoice) => {
    const details = invoice.parent?.subscription_details ?? invoice.subscription_details
    const subscription = details?.subscription ?? invoice.subscription
    if (subscription === null) {
      const payer = presentIds(invoice.payment_intent ?? invoice.charge)
      const facts = [
        ...purchaseOf(invoice, invoice.id, payer, event),
        ...paymentsOf(invoice, [invoice.id], { type: 'other' }),
      ]
      return withLink({ facts }, invoice, [invoice.id], wroteIn(invoice.metadata))
    }
    const payments = paymentsOf(invoice, [subscription, invoice.id], coversOf(invoice))
    const facts = [...purchaseOf(invoice, subscription, [], event), ...payments]
    return withLink({ facts }, invoice, [subscription], wroteIn(details?.metadata))
  })
}

/** Which payment is of which invoice: refunds and disputes only name the payment. */
export function readInvoicePayment(event: StripeEvent): EventReading {
  return readAs(invoicePaymentSchema, event, ({ invoice, payment, amount_paid, ...times }) => {
    const paidAt = times.status_transitions?.paid_at ?? times.created
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
  event: StripeEvent,
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
      version: { at: event.at, rank: 0 },
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
