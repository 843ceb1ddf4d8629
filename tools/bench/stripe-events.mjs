import { createHmac, randomBytes } from 'node:crypto'

export const STRIPE_SECRET = `whsec_${randomBytes(24).toString('hex')}`

/** What the bench sells, as Stripe names it. */
export const PRICE = 'price_bench'

const NOW_SECONDS = Math.floor(Date.now() / 1000)
const MONTH_SECONDS = 30 * 86_400

// Each event happened a second after the one before, all of them before the run began.
const FIRST_SECONDS = NOW_SECONDS - 10_000_000

let count = 0

/** A delivery of an event that says nothing of what may be used, which is most of what an endpoint is sent. */
export function ignoredDelivery() {
  const customer = {
    id: `cus_ignored_${count}`,
    object: 'customer',
    address: null,
    balance: 0,
    created: NOW_SECONDS,
    currency: 'eur',
    delinquent: false,
    description: 'Somebody who has bought nothing yet',
    email: 'somebody@example.org',
    invoice_prefix: '0759376C',
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null },
    livemode: false,
    metadata: {},
    name: 'Some Body',
    preferred_locales: ['en', 'de'],
    shipping: null,
    tax_exempt: 'none',
  }
  return deliveryOf('customer.created', customer)
}

/** A delivery of an event that moves the end of a user's subscription. */
export function renewalDelivery(userId) {
  return deliveryOf('customer.subscription.updated', subscriptionOf(userId))
}

export function customerOf(userId) {
  return `cus_${userId}`
}

function subscriptionOf(userId) {
  const started = FIRST_SECONDS - MONTH_SECONDS
  return {
    id: `sub_${userId}`,
    object: 'subscription',
    billing_cycle_anchor: started,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    collection_method: 'charge_automatically',
    created: started,
    currency: 'eur',
    customer: customerOf(userId),
    ended_at: null,
    items: {
      object: 'list',
      data: [
        {
          id: `si_${userId}`,
          object: 'subscription_item',
          created: started,
          current_period_start: NOW_SECONDS,
          current_period_end: NOW_SECONDS + MONTH_SECONDS + count,
          metadata: {},
          price: { id: PRICE, object: 'price', product: 'prod_bench', type: 'recurring' },
          quantity: 1,
          subscription: `sub_${userId}`,
        },
      ],
      has_more: false,
      url: `/v1/subscription_items?subscription=sub_${userId}`,
    },
    latest_invoice: `in_${userId}`,
    livemode: false,
    metadata: {},
    pause_collection: null,
    pending_update: null,
    start_date: started,
    status: 'active',
    trial_end: null,
    trial_start: null,
  }
}

/** A delivery of an event that is told for the first time, and happened at a moment in seconds. */
export function deliveryOf(type, object, created = FIRST_SECONDS + count + 1) {
  count += 1
  const body = JSON.stringify({
    id: `evt_bench_${String(count).padStart(12, '0')}`,
    object: 'event',
    api_version: '2025-09-30.clover',
    created,
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: 'req_bench', idempotency_key: null },
    type,
  })
  const signedAt = Math.floor(Date.now() / 1000)
  const signature = createHmac('sha256', STRIPE_SECRET).update(`${signedAt}.${body}`).digest('hex')
  return {
    method: 'POST',
    path: '/webhooks/stripe',
    headers: { 'Content-Type': 'application/json', 'Stripe-Signature': `t=${signedAt},v1=${signature}` },
    body,
  }
}
