import * as z from 'zod'
import { parseEvent } from '../../provider/parse-event.ts'
import { NOTHING_SAID, type Provider, type EventReading } from '../../provider/provider.ts'
import { textAt } from '../../provider/text-at.ts'
import { readCheckoutSession } from './checkout-session.ts'
import { readInvoice, readInvoicePayment } from './invoice.ts'
import { moment, type StripeEvent } from './object.ts'
import { readCharge, readDispute, readRefund } from './payment.ts'
import { readPaymentIntent } from './payment-intent.ts'
import { readSubscription } from './subscription.ts'

const named = {
  id: z.string().min(1),
  type: z.string(),
  account: z.string().nullish(),
  livemode: z.boolean().nullish(),
}

const snapshotSchema = z.looseObject({
  ...named,
  object: z.literal('event'),
  created: moment,
  data: z.looseObject({ object: z.unknown() }),
})

/** An event of API v2 names its object and carries none of it. */
const thinSchema = z.looseObject({
  ...named,
  object: z.literal('v2.core.event'),
  created: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
})

const eventSchema = z.union([snapshotSchema, thinSchema])

/** What has half a character in its id has no address to be read at. */
const identified = z.looseObject({
  id: z.string().refine((id) => id.isWellFormed()),
  mode: z.unknown().optional(),
})

interface Kind {
  readonly types: readonly string[]
  readonly read: (said: StripeEvent) => EventReading
  /** Where the API has the object again, with what the event leaves out. */
  readonly pathOf?: (object: z.output<typeof identified>) => string | null
}

const KINDS: readonly Kind[] = [
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

const KIND_BY_TYPE: ReadonlyMap<string, Kind> = new Map(
  KINDS.flatMap((kind) => kind.types.map((type) => [type, kind] as const)),
)

/** https://docs.stripe.com/api/events, in the shapes of all API versions since 2020. */
export const stripe: Provider = {
  envelopeOf(body) {
    const { id, type, account, created, livemode } = parseEvent(eventSchema, body)
    const mode = typeof livemode === 'boolean' ? (livemode ? 'live' : 'test') : null
    return { eventId: id, account: account ?? '', type, occurredAt: created, mode }
  },

  outlineOf: (body) => ({ type: textAt(body, 'type'), account: textAt(body, 'account') }),

  read(body, { type, occurredAt }, reread) {
    const kind = KIND_BY_TYPE.get(type)
    const { data: event } = snapshotSchema.safeParse(body)
    if (kind === undefined || event === undefined) return NOTHING_SAID
    return kind.read({
      type,
      object: reread === null ? event.data.object : reread.object,
      occurredAt,
      at: reread === null ? occurredAt : reread.startedAt,
      isReread: reread !== null,
    })
  },

  rereadPath(body) {
    const { data: event } = snapshotSchema.safeParse(body)
    const { data: object } = identified.safeParse(event?.data.object)
    if (event === undefined || object === undefined) return null
    return KIND_BY_TYPE.get(event.type)?.pathOf?.(object) ?? null
  },
}
