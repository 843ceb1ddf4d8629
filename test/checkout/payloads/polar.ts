import type { Delivery } from '../scenario.ts'

// UUIDs as Polar has them, all of them made up.
export const SUBSCRIPTION = '5b0c1d9a-1111-4c6e-9a51-000000000001'
export const CUSTOMER = '5b0c1d9a-2222-4c6e-9a51-000000000001'
export const BASIC = '5b0c1d9a-3333-4c6e-9a51-000000000001'
export const PRO = '5b0c1d9a-3333-4c6e-9a51-000000000002'
export const BOOK = '5b0c1d9a-3333-4c6e-9a51-000000000003'

let sent = 0

export function event(type: string, timestamp: string, data: unknown): Delivery {
  sent += 1
  return {
    body: { type, timestamp, api_version: '2026-10', data },
    headers: {
      'webhook-id': `msg_${String(sent).padStart(8, '0')}`,
      'webhook-timestamp': String(Math.floor(Date.parse(timestamp) / 1000)),
    },
  }
}

function customer(externalId: string | null | undefined, id = CUSTOMER) {
  return {
    id,
    external_id: externalId ?? null,
    email: 'reader@example.org',
    email_verified: true,
    type: 'individual',
    name: 'A Reader',
  }
}

interface SubscriptionSays {
  readonly id?: string
  readonly status: string
  readonly modifiedAt?: string | null
  readonly period?: readonly [string, string]
  readonly product?: string
  readonly seats?: number | null
  readonly units?: number | null
  readonly trialEnd?: string
  readonly cancelAtPeriodEnd?: boolean
  readonly pauseAtPeriodEnd?: boolean
  readonly endsAt?: string
  readonly endedAt?: string
  readonly startedAt?: string | null
  readonly externalId?: string | null
  readonly metadata?: unknown
}

export function subscription(says: SubscriptionSays) {
  const [start, end] = says.period ?? ['2027-01-10T09:00:00Z', '2027-02-10T09:00:00Z']
  return {
    id: says.id ?? SUBSCRIPTION,
    created_at: '2027-01-10T09:00:00.120000Z',
    modified_at: says.modifiedAt ?? null,
    status: says.status,
    amount: 1900,
    currency: 'eur',
    recurring_interval: 'month',
    recurring_interval_count: 1,
    current_period_start: start,
    current_period_end: end,
    trial_start: says.trialEnd ? start : null,
    trial_end: says.trialEnd ?? null,
    cancel_at_period_end: says.cancelAtPeriodEnd ?? false,
    pause_at_period_end: says.pauseAtPeriodEnd ?? false,
    canceled_at: null,
    started_at: says.startedAt === undefined ? '2027-01-10T09:00:00Z' : says.startedAt,
    ends_at: says.endsAt ?? null,
    ended_at: says.endedAt ?? null,
    customer_id: CUSTOMER,
    product_id: says.product ?? BASIC,
    checkout_id: null,
    seats: says.seats ?? null,
    units: says.units ?? null,
    metadata: says.metadata ?? {},
    customer: customer(says.externalId),
    pending_update: null,
  }
}

interface OrderSays {
  readonly id: string
  readonly status?: string
  readonly reason: string
  readonly createdAt: string
  readonly modifiedAt?: string
  readonly product?: string | null
  readonly subscription?: string | null
  readonly net?: number
  readonly refunded?: number
  readonly seats?: number
  readonly externalId?: string | null
  readonly embedded?: unknown
}

export function order({ net = 1900, status = 'paid', ...says }: OrderSays) {
  return {
    id: says.id,
    created_at: says.createdAt,
    modified_at: says.modifiedAt ?? null,
    status,
    paid: true,
    subtotal_amount: net,
    discount_amount: 0,
    net_amount: net,
    tax_amount: 361,
    total_amount: net + 361,
    refunded_amount: says.refunded ?? 0,
    refunded_tax_amount: 0,
    currency: 'eur',
    billing_reason: says.reason,
    seats: says.seats ?? null,
    units: null,
    customer_id: CUSTOMER,
    product_id: says.product === undefined ? BOOK : says.product,
    subscription_id: says.subscription ?? null,
    metadata: {},
    customer: customer(says.externalId),
    subscription: says.embedded ?? null,
    items: [{ id: `${says.id}-item`, label: 'A product', amount: net, proration: false }],
  }
}

interface RefundSays {
  readonly id: string
  readonly order: string
  readonly status?: string
  readonly amount?: number
  readonly modifiedAt?: string
  readonly subscription?: string | null
  readonly revokeBenefits?: boolean
  readonly dispute?: { id: string; status: string } | null
}

export function refund({ status = 'succeeded', amount = 1900, ...says }: RefundSays) {
  return {
    id: says.id,
    created_at: '2027-01-20T08:00:00Z',
    modified_at: says.modifiedAt ?? null,
    status,
    reason: 'customer_request',
    amount,
    tax_amount: 361,
    currency: 'eur',
    order_id: says.order,
    subscription_id: says.subscription ?? null,
    customer_id: CUSTOMER,
    revoke_benefits: says.revokeBenefits ?? false,
    dispute: says.dispute ? { ...says.dispute, amount, order_id: says.order, resolved: false } : null,
    metadata: {},
  }
}

export function customerState(externalId: string | null) {
  return { ...customer(externalId), active_subscriptions: [], granted_benefits: [], active_meters: [] }
}
