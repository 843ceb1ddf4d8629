import type { Delivery } from '../scenario.ts'

/** The shapes that Stripe's objects had: an endpoint keeps the one of its API version for ever. */
export const VERSIONS = {
  acacia: '2024-06-20',
  basil: '2025-03-31.basil',
  clover: '2025-09-30.clover',
  endive: '2026-10-28.endive',
} as const

export type Shape = keyof typeof VERSIONS

export const SHAPES: readonly Shape[] = ['acacia', 'basil', 'clover', 'endive']

export function seconds(iso: string): number {
  return Date.parse(iso) / 1000
}

function secondsOrNull(iso: string | null | undefined): number | null {
  return iso ? seconds(iso) : null
}

interface EventSays {
  readonly id?: string
  readonly shape?: Shape
  readonly account?: string
  readonly livemode?: boolean
}

export function event(type: string, at: string, object: object, says: EventSays = {}) {
  const { shape = 'basil', account, livemode = false } = says
  return {
    id: says.id ?? `evt_${fingerprint(JSON.stringify([type, at, object]))}`,
    object: 'event',
    ...(account !== undefined && { account }),
    api_version: VERSIONS[shape],
    created: seconds(at),
    data: { object },
    livemode,
    pending_webhooks: 1,
    // Several events can come of one request.
    request: { id: 'req_1', idempotency_key: null },
    type,
  }
}

export function delivery(type: string, at: string, object: object, says: EventSays = {}): Delivery {
  return { body: event(type, at, object, says) }
}

/** The same, with what the API answers when the object is read again. */
export function rereadDelivery(
  type: string,
  at: string,
  object: object,
  startedAt: string,
  answer: object,
): Delivery {
  return { body: event(type, at, object), reread: { object: answer, startedAt: Date.parse(startedAt) } }
}

function fingerprint(text: string): string {
  let sum = 5381
  for (const char of text) sum = (Math.imul(sum, 33) ^ (char.codePointAt(0) ?? 0)) >>> 0
  return sum.toString(36)
}

/** Accounts v2 names the customer's account. */
function ownedBy(customer: string | null, shape: Shape) {
  return shape === 'endive' ? { customer: null, customer_account: customer } : { customer }
}

export interface ItemSays {
  readonly id?: string
  readonly price?: string
  readonly quantity?: number | null
  readonly from?: string
  readonly to?: string
}

export interface SubscriptionSays {
  readonly id?: string
  readonly customer?: string
  readonly status?: string
  readonly created?: string
  readonly from?: string
  readonly to?: string
  readonly items?: readonly ItemSays[]
  /** Asked for by a portal: at the end of the period. */
  readonly cancels?: boolean
  readonly cancelAt?: string
  readonly endedAt?: string
  readonly pause?: string
  readonly userId?: string
  readonly invoice?: string
  readonly pendingUpdate?: object
}

export const MARCH = '2027-03-01T09:00:00Z'
export const APRIL = '2027-04-01T09:00:00Z'
export const MAY = '2027-05-01T09:00:00Z'

export function subscription(says: SubscriptionSays = {}, shape: Shape = 'basil') {
  const { id = 'sub_1', status = 'active', from = MARCH, to = APRIL, created = MARCH } = says
  const hasOwnPeriod = shape === 'acacia'
  const isFlexible = shape === 'clover' || shape === 'endive'
  const cancelAt = says.cancelAt ?? (says.cancels && isFlexible ? to : null)
  return {
    id,
    object: 'subscription',
    ...ownedBy(says.customer ?? 'cus_1', shape),
    billing_cycle_anchor: seconds(created),
    cancel_at: secondsOrNull(cancelAt),
    cancel_at_period_end: (says.cancels ?? false) && !isFlexible,
    canceled_at: secondsOrNull(says.endedAt),
    collection_method: 'charge_automatically',
    created: seconds(created),
    currency: 'eur',
    ...(hasOwnPeriod && { current_period_start: seconds(from), current_period_end: seconds(to) }),
    ended_at: secondsOrNull(says.endedAt),
    items: {
      object: 'list',
      data: (says.items ?? [{}]).map((item) => ({
        id: item.id ?? 'si_1',
        object: 'subscription_item',
        created: seconds(created),
        ...(!hasOwnPeriod && {
          current_period_start: seconds(item.from ?? from),
          current_period_end: seconds(item.to ?? to),
        }),
        metadata: {},
        price: { id: item.price ?? 'price_pro', object: 'price', product: 'prod_1', type: 'recurring' },
        ...(item.quantity !== null && { quantity: item.quantity ?? 1 }),
        subscription: id,
      })),
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    latest_invoice: says.invoice ?? 'in_1',
    livemode: false,
    metadata: says.userId === undefined ? {} : { user_id: says.userId },
    pause_collection: says.pause === undefined ? null : { behavior: says.pause, resumes_at: null },
    pending_update: says.pendingUpdate ?? null,
    start_date: seconds(created),
    status,
    ...(shape === 'endive' && {
      status_details:
        status === 'paused'
          ? {
              paused: {
                type: 'subscription',
                transitioned_at: seconds(from),
                subscription: { type: 'pause_requested' },
              },
            }
          : { paused: null },
    }),
    trial_start: status === 'trialing' ? seconds(from) : null,
    trial_end: status === 'trialing' ? seconds(to) : null,
  }
}

export interface SessionSays {
  readonly id?: string
  readonly mode?: string
  readonly customer?: string | null
  readonly paid?: string
  readonly userId?: string | null
  readonly payment?: string | null
  readonly invoice?: string | null
  readonly metadata?: Readonly<Record<string, string>>
  readonly lines?: readonly { readonly id: string; readonly price: string; readonly quantity: number }[]
}

/** A checkout; of a payment, unless `mode` says otherwise. Its line items only come from the API. */
export function session(says: SessionSays = {}, shape: Shape = 'basil') {
  const { id = 'cs_test_1', mode = 'payment', customer = 'cus_1', userId = 'user_1' } = says
  const isPayment = mode === 'payment'
  return {
    id,
    object: 'checkout.session',
    amount_total: 4900,
    client_reference_id: userId,
    created: seconds('2027-03-01T08:40:00Z'),
    currency: 'eur',
    ...ownedBy(customer, shape),
    customer_details: { email: 'reader@example.org', name: null },
    invoice: says.invoice ?? (isPayment ? null : 'in_1'),
    ...(says.lines !== undefined && {
      line_items: {
        object: 'list',
        data: says.lines.map(({ id, price, quantity }) => ({
          id,
          object: 'item',
          price: { id: price, object: 'price' },
          quantity,
        })),
        has_more: false,
      },
    }),
    livemode: false,
    metadata: says.metadata ?? (isPayment ? { product: 'price_book' } : {}),
    mode,
    payment_intent: says.payment === undefined ? (isPayment ? 'pi_1' : null) : says.payment,
    payment_status: says.paid ?? 'paid',
    status: 'complete',
    subscription: mode === 'subscription' ? 'sub_1' : null,
  }
}

export interface InvoiceSays {
  readonly id?: string
  readonly subscription?: string | null
  readonly payment?: string
  readonly paidAt?: string
  readonly amount?: number
  readonly userId?: string
}

export function invoice(says: InvoiceSays = {}, shape: Shape = 'basil') {
  const { id = 'in_1', subscription = 'sub_1', payment = 'pi_1', paidAt = MARCH, amount = 1900 } = says
  const metadata = says.userId === undefined ? {} : { user_id: says.userId }
  return {
    id,
    object: 'invoice',
    amount_due: amount,
    amount_paid: amount,
    billing_reason: subscription === null ? 'manual' : 'subscription_cycle',
    created: seconds(paidAt),
    currency: 'eur',
    ...ownedBy('cus_1', shape),
    ...(shape === 'acacia'
      ? {
          charge: payment.replace('pi_', 'ch_'),
          payment_intent: payment,
          subscription,
          subscription_details: subscription === null ? null : { metadata },
        }
      : {
          parent:
            subscription === null
              ? null
              : {
                  type: 'subscription_details',
                  quote_details: null,
                  subscription_details: { subscription, metadata },
                },
        }),
    status: 'paid',
    status_transitions: { finalized_at: seconds(paidAt), paid_at: seconds(paidAt) },
    total: amount,
  }
}

export function invoicePayment({
  id = 'in_1',
  payment = 'pi_1',
  paidAt = MARCH,
  amount = 1900,
}: InvoiceSays = {}) {
  return {
    id: `inpay_${payment}`,
    object: 'invoice_payment',
    amount_paid: amount,
    amount_requested: amount,
    created: seconds(paidAt),
    currency: 'eur',
    invoice: id,
    is_default: true,
    payment: { type: 'payment_intent', payment_intent: payment },
    status: 'paid',
    status_transitions: { canceled_at: null, paid_at: seconds(paidAt) },
  }
}

export interface ChargeSays {
  readonly payment?: string
  readonly invoice?: string | null
  readonly at?: string
  readonly amount?: number
  readonly refunded?: number
  readonly status?: string
}

/** The charge of a payment: `ch_1` of `pi_1`. */
export function charge(says: ChargeSays = {}, shape: Shape = 'basil') {
  const {
    payment = 'pi_1',
    invoice = null,
    at = MARCH,
    amount = 1900,
    refunded = 0,
    status = 'succeeded',
  } = says
  return {
    id: payment.replace('pi_', 'ch_'),
    object: 'charge',
    amount,
    amount_captured: status === 'succeeded' ? amount : 0,
    amount_refunded: refunded,
    captured: status === 'succeeded',
    created: seconds(at),
    currency: 'eur',
    customer: 'cus_1',
    disputed: false,
    ...(shape === 'acacia' && { invoice }),
    paid: status === 'succeeded',
    payment_intent: payment,
    refunded: refunded === amount,
    status,
  }
}

export interface RefundSays {
  readonly id?: string
  readonly payment?: string
  readonly amount?: number
  readonly status?: string | null
}

export function refund({
  id = 're_1',
  payment = 'pi_1',
  amount = 1900,
  status = 'succeeded',
}: RefundSays = {}) {
  return {
    id,
    object: 'refund',
    amount,
    charge: payment.replace('pi_', 'ch_'),
    created: seconds(MARCH),
    currency: 'eur',
    payment_intent: payment,
    reason: 'requested_by_customer',
    status,
  }
}

export function dispute(status: string, { payment = 'pi_1', amount = 1900 }: RefundSays = {}) {
  return {
    id: 'dp_1',
    object: 'dispute',
    amount,
    charge: payment.replace('pi_', 'ch_'),
    created: seconds(MARCH),
    currency: 'eur',
    evidence_details: { due_by: null, has_evidence: false },
    is_charge_refundable: false,
    payment_intent: payment,
    reason: 'fraudulent',
    status,
  }
}
