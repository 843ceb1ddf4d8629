import * as z from 'zod'
import type { PaymentFact } from '../../../domain/checkout/fact.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Reading } from '../../provider.ts'
import { idOf, maybe, metadata, moment, owner, readAs, type Said, withLink } from './object.ts'
import { paymentUnlessTold } from './payment.ts'

const payer = { payment_intent: maybe(idOf), charge: maybe(idOf) }

const subscriptionDetails = maybe(z.looseObject({ subscription: maybe(idOf), metadata }))

const invoiceSchema = z.looseObject({
  ...owner,
  // Until 2025-03-31.basil who paid and for what stood on the invoice itself.
  ...payer,
  id: z.string(),
  amount_paid: z.number().default(0),
  created: moment,
  status_transitions: maybe(z.looseObject({ paid_at: maybe(moment) })),
  subscription: maybe(idOf),
  subscription_details: subscriptionDetails,
  parent: maybe(z.looseObject({ subscription_details: subscriptionDetails })),
})

const invoicePaymentSchema = z.looseObject({
  invoice: idOf,
  amount_paid: z.number(),
  created: moment,
  status_transitions: maybe(z.looseObject({ paid_at: maybe(moment) })),
  payment: z.looseObject(payer),
})

/** Which invoice is of which subscription. What a period gives is told by the subscription alone. */
export function readInvoice(said: Said): Reading {
  return readAs(invoiceSchema, said, (invoice) => {
    const { id, amount_paid: total } = invoice
    const details = invoice.parent?.subscription_details ?? invoice.subscription_details
    const subscription = details?.subscription ?? invoice.subscription
    // Many an invoice is of no subscription.
    if (subscription === null) return {}
    const paidAt = invoice.status_transitions?.paid_at ?? invoice.created
    const billed = paymentUnlessTold({ of: [subscription, id], payment: id, total, paidAt })
    const paid = paymentOfInvoice(id, invoice, total, paidAt)
    const facts = [billed, ...paid]
    return withLink({ facts }, invoice, [subscription], details?.metadata?.user_id)
  })
}

/** Which payment is of which invoice: refunds and disputes only name the payment. */
export function readInvoicePayment(said: Said): Reading {
  return readAs(invoicePaymentSchema, said, ({ invoice, payment, amount_paid, ...told }) => {
    const paidAt = told.status_transitions?.paid_at ?? told.created
    return { facts: paymentOfInvoice(invoice, payment, amount_paid, paidAt) }
  })
}

function paymentOfInvoice(
  invoice: string,
  { payment_intent, charge }: z.output<z.ZodObject<typeof payer>>,
  total: number,
  paidAt: Instant,
): readonly PaymentFact[] {
  const payment = payment_intent ?? charge
  return payment === null ? [] : [paymentUnlessTold({ of: [invoice, payment], payment, total, paidAt })]
}
