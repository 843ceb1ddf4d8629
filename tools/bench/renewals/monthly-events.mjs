import { PRICE, customerOf, deliveryOf } from '../stripe-events.mjs'

/** A month, in seconds. */
export const MONTH_SECONDS = 30 * 86_400

const AMOUNT = 990

/** The deliveries of a user's `month`th renewal of one subscription that began at a moment in seconds. */
export function monthlyEvents(userId, startedAt, month) {
  const from = startedAt + month * MONTH_SECONDS
  const to = from + MONTH_SECONDS
  const paidAt = from + 3600 // Stripe finalizes an invoice an hour after the period began
  // As long as Stripe's, and no two subscribers' alike.
  const number = `1NxYzLkd${userId.replace(/\W/g, '').slice(-8).padStart(8, '0')}${String(month).padStart(8, '0')}`
  const ids = { invoice: `in_${number}`, intent: `pi_${number}`, charge: `ch_${number}` }
  const names = { userId, customer: customerOf(userId), subscription: `sub_${userId}`, item: `si_${userId}` }
  const bill = invoice(names, ids, { from, to, paidAt })
  return [
    deliveryOf('customer.subscription.updated', subscription(names, ids, { startedAt, from, to }), from),
    deliveryOf('invoice.paid', bill, paidAt),
    deliveryOf('invoice_payment.paid', invoicePayment(ids, paidAt), paidAt),
    deliveryOf('charge.succeeded', charge(names, ids, paidAt), paidAt),
    deliveryOf('invoice.payment_succeeded', bill, paidAt),
  ]
}

function subscription({ customer, subscription: id, item }, { invoice: latest }, { startedAt, from, to }) {
  const data = [
    {
      id: item,
      object: 'subscription_item',
      created: startedAt,
      current_period_start: from,
      current_period_end: to,
      metadata: {},
      price: { id: PRICE, object: 'price', product: 'prod_bench', type: 'recurring', unit_amount: AMOUNT },
      quantity: 1,
      subscription: id,
    },
  ]
  return {
    id,
    object: 'subscription',
    billing_cycle_anchor: startedAt,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    collection_method: 'charge_automatically',
    created: startedAt,
    currency: 'eur',
    customer,
    ended_at: null,
    items: { object: 'list', data, has_more: false, url: `/v1/subscription_items?subscription=${id}` },
    latest_invoice: latest,
    livemode: false,
    metadata: {},
    pause_collection: null,
    pending_update: null,
    start_date: startedAt,
    status: 'active',
    trial_end: null,
    trial_start: null,
  }
}

function invoice({ customer, subscription: ofSubscription, item }, { invoice: id }, { from, to, paidAt }) {
  const line = {
    id: id.replace('in_', 'il_'),
    object: 'line_item',
    amount: AMOUNT,
    currency: 'eur',
    description: '1 × Bench (at €9.90 / month)',
    discounts: [],
    invoice: id,
    livemode: false,
    metadata: {},
    parent: {
      type: 'subscription_item_details',
      subscription_item_details: { subscription: ofSubscription, subscription_item: item, proration: false },
    },
    period: { start: from, end: to },
    pricing: { type: 'price_details', price_details: { price: PRICE, product: 'prod_bench' } },
    quantity: 1,
  }
  return {
    id,
    object: 'invoice',
    amount_due: AMOUNT,
    amount_paid: AMOUNT,
    amount_remaining: 0,
    attempt_count: 1,
    attempted: true,
    billing_reason: 'subscription_cycle',
    collection_method: 'charge_automatically',
    created: from,
    currency: 'eur',
    customer,
    // An invoice names the period before the one that its lines are for.
    period_start: from - MONTH_SECONDS,
    period_end: from,
    lines: { object: 'list', data: [line], has_more: false, url: `/v1/invoices/${id}/lines` },
    livemode: false,
    metadata: {},
    parent: {
      type: 'subscription_details',
      subscription_details: { subscription: ofSubscription, metadata: {} },
    },
    starting_balance: 0,
    status: 'paid',
    status_transitions: {
      finalized_at: paidAt,
      marked_uncollectible_at: null,
      paid_at: paidAt,
      voided_at: null,
    },
    subtotal: AMOUNT,
    total: AMOUNT,
  }
}

function invoicePayment({ invoice: id, intent }, paidAt) {
  return {
    id: id.replace('in_', 'inpay_'),
    object: 'invoice_payment',
    amount_paid: AMOUNT,
    amount_requested: AMOUNT,
    created: paidAt,
    currency: 'eur',
    invoice: id,
    is_default: true,
    livemode: false,
    payment: { type: 'payment_intent', payment_intent: intent },
    status: 'paid',
    status_transitions: { canceled_at: null, paid_at: paidAt },
  }
}

function charge({ customer }, { charge: id, intent }, paidAt) {
  return {
    id,
    object: 'charge',
    amount: AMOUNT,
    amount_captured: AMOUNT,
    amount_refunded: 0,
    captured: true,
    created: paidAt,
    currency: 'eur',
    customer,
    disputed: false,
    livemode: false,
    metadata: {},
    paid: true,
    payment_intent: intent,
    refunded: false,
    status: 'succeeded',
  }
}
