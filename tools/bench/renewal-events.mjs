import { PRICE, customerOf } from './stripe-events.mjs'

const MONTH_SECONDS = 30 * 86_400
const NOW_SECONDS = Math.floor(Date.now() / 1000)

/**
 * The five events of a month's renewal, as [type, object] in API version 2025-09-30.clover: all fields that are read, and
 * what stands beside them. The last of so many months is the present one.
 */
export function renewalEvents(userId, month, months) {
  const first = NOW_SECONDS - months * MONTH_SECONDS
  const startsAt = first + month * MONTH_SECONDS
  const period = { start: startsAt, end: startsAt + MONTH_SECONDS }
  const key = `${userId.replaceAll('-', '')}${String(month).padStart(6, '0')}`.slice(-16)
  const [invoiceId, paymentId] = [`in_1NxYzLkd${key}`, `pi_3NxYzLkd${key}`]
  const of = { customer: customerOf(userId), livemode: false, currency: 'eur' }
  const subscriptionId = `sub_1NxYzLkd${key.slice(0, 10)}`
  const itemId = `si_${userId}`
  const price = { id: PRICE, object: 'price', product: 'prod_bench', type: 'recurring', unit_amount: 990 }
  const subscription = {
    ...of,
    id: subscriptionId,
    object: 'subscription',
    billing_cycle_anchor: first,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    collection_method: 'charge_automatically',
    created: first,
    ended_at: null,
    items: {
      object: 'list',
      data: [
        {
          id: itemId,
          object: 'subscription_item',
          created: first,
          current_period_start: period.start,
          current_period_end: period.end,
          metadata: {},
          price,
          quantity: 1,
          subscription: subscriptionId,
        },
      ],
      has_more: false,
    },
    latest_invoice: invoiceId,
    metadata: {},
    pause_collection: null,
    pending_update: null,
    start_date: first,
    status: 'active',
    trial_end: null,
    trial_start: null,
  }
  const invoice = {
    ...of,
    id: invoiceId,
    object: 'invoice',
    amount_due: 990,
    amount_paid: 990,
    amount_remaining: 0,
    billing_reason: month === 0 ? 'subscription_create' : 'subscription_cycle',
    collection_method: 'charge_automatically',
    created: startsAt,
    lines: {
      object: 'list',
      data: [
        {
          id: `il_1NxYzLkd${key}`,
          object: 'line_item',
          amount: 990,
          invoice: invoiceId,
          parent: {
            type: 'subscription_item_details',
            subscription_item_details: {
              subscription: subscriptionId,
              subscription_item: itemId,
              proration: false,
            },
          },
          period,
          pricing: { type: 'price_details', price_details: { price: PRICE, product: 'prod_bench' } },
          quantity: 1,
        },
      ],
      has_more: false,
    },
    parent: {
      type: 'subscription_details',
      subscription_details: { subscription: subscriptionId, metadata: {} },
    },
    period_start: period.start - MONTH_SECONDS,
    period_end: period.start,
    starting_balance: 0,
    status: 'paid',
    status_transitions: { finalized_at: startsAt + 40, paid_at: startsAt + 60 },
    total: 990,
  }
  const charge = {
    ...of,
    id: `ch_3NxYzLkd${key}`,
    object: 'charge',
    amount: 990,
    amount_captured: 990,
    amount_refunded: 0,
    captured: true,
    created: startsAt + 50,
    paid: true,
    payment_intent: paymentId,
    refunded: false,
    status: 'succeeded',
  }
  const invoicePayment = {
    id: `inpay_1NxYzLkd${key}`,
    object: 'invoice_payment',
    amount_paid: 990,
    created: startsAt + 55,
    invoice: invoiceId,
    livemode: false,
    payment: { type: 'payment_intent', payment_intent: paymentId },
    status: 'paid',
    status_transitions: { paid_at: startsAt + 60 },
  }
  return [
    ['customer.subscription.updated', subscription],
    ['charge.succeeded', charge],
    ['invoice_payment.paid', invoicePayment],
    ['invoice.paid', invoice],
    ['invoice.payment_succeeded', invoice],
  ]
}
