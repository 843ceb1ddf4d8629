import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import { readCheckoutSession } from './checkout-session.ts'
import { readInvoice, readInvoicePayment } from './invoice.ts'
import type { StripeEvent } from './object.ts'
import { readPaymentIntent } from './payment-intent.ts'
import { readCharge, readDispute, readRefund } from './payment.ts'
import { readSubscription } from './subscription.ts'

/** What the address of an object is made of. */
interface Addressed {
  readonly id: string
  readonly mode?: unknown
}

/** Events that are read alike. */
interface EventKind {
  readonly types: readonly string[]
  readonly read: (event: StripeEvent) => EventReading
  /** Where the API has the object again, with what the event leaves out. */
  readonly pathOf?: (object: Addressed) => string | null
}

const KINDS: readonly EventKind[] = [
  {
    types: ['checkout.session.completed', 'checkout.session.async_payment_succeeded'],
    read: readCheckoutSession,
    pathOf: ({ id, mode }) =>
      mode === 'payment' ? `/v1/checkout/sessions/${encodeURIComponent(id)}?expand[]=line_items` : null,
  },
  {
    types: [
      'customer.subscription.created',
      'customer.subscription.updated',
      'customer.subscription.deleted',
      'customer.subscription.paused',
      'customer.subscription.resumed',
      'customer.subscription.pending_update_applied',
      'customer.subscription.pending_update_expired',
    ],
    read: readSubscription,
    pathOf: ({ id }) => `/v1/subscriptions/${encodeURIComponent(id)}`,
  },
  // `invoice.paid` also comes when an invoice was paid elsewhere; where both come, they say the same.
  { types: ['invoice.paid', 'invoice.payment_succeeded'], read: readInvoice },
  { types: ['invoice_payment.paid'], read: readInvoicePayment },
  { types: ['payment_intent.succeeded'], read: readPaymentIntent },
  { types: ['charge.succeeded', 'charge.captured', 'charge.updated', 'charge.refunded'], read: readCharge },
  {
    types: ['refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated'],
    read: readRefund,
    pathOf: ({ id }) => `/v1/refunds/${encodeURIComponent(id)}?expand[]=charge`,
  },
  {
    types: [
      'charge.dispute.created',
      'charge.dispute.updated',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.funds_reinstated',
      'charge.dispute.closed',
    ],
    read: readDispute,
    pathOf: ({ id }) => `/v1/disputes/${encodeURIComponent(id)}?expand[]=charge`,
  },
  // It names lines of an invoice, which are not what was bought; money that it gives back is told as a refund.
  {
    types: ['credit_note.created', 'credit_note.voided'],
    read: () => ({ ...NOTHING_SAID, flags: ['credit_note'] }),
  },
]

export const KIND_BY_TYPE: ReadonlyMap<string, EventKind> = new Map(
  KINDS.flatMap((kind) => kind.types.map((type) => [type, kind] as const)),
)
