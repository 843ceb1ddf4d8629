import { type Sold, soldIn } from '../catalog.ts'
import type { Life, Moment, Payment, Standing } from '../life.ts'
import { type Teller, type Told, USER, iso } from '../told.ts'

const SUBSCRIPTION = 'sub_1'
const CUSTOMER = 'cust_1'

export const polarProduct = (sold: Sold) => `prod_${sold}`

const orderId = (key: string) => `order_${key}`
const customer = { id: CUSTOMER, external_id: USER }

/** Events of Polar, as https://polar.sh/docs/integrate/webhooks/events has them. */
export function polar({ interval }: Life): Teller {
  let sent = 0
  const event = (type: string, at: Moment, data: object): Told => {
    sent += 1
    const body = { type, timestamp: iso(at), api_version: '2026-10', data }
    return { at, type, delivery: { body, headers: { 'webhook-id': `msg_${sent}` } } }
  }
  const subscription = (at: Moment, after: Standing) => {
    const [sold, quantity] = soldIn(after.basket)[0] ?? (['lite', 1] as const)
    const { period, status, cancelsAt, endedAt, startedAt, trialEndsAt } = after
    return {
      id: SUBSCRIPTION,
      created_at: iso(startedAt),
      modified_at: iso(at),
      status: statusOf(after),
      customer_id: CUSTOMER,
      customer,
      metadata: {},
      product_id: polarProduct(sold),
      seats: quantity,
      recurring_interval: interval,
      recurring_interval_count: 1,
      started_at: iso(startedAt),
      current_period_start: iso(period.startsAt),
      current_period_end: iso(period.endsAt),
      trial_start: trialEndsAt === null ? null : iso(startedAt),
      trial_end: trialEndsAt === null ? null : iso(trialEndsAt),
      cancel_at_period_end: cancelsAt !== null,
      canceled_at: null,
      ends_at: cancelsAt === null ? null : iso(cancelsAt),
      ended_at: endedAt === null ? null : iso(endedAt),
      past_due_at: status === 'overdue' && after.overdueAt !== null ? iso(after.overdueAt) : null,
    }
  }
  const told = (type: string, at: Moment, after: Standing) =>
    event(`subscription.${type}`, at, subscription(at, after))
  const both = (type: string, at: Moment, after: Standing) => [
    told('updated', at, after),
    told(type, at, after),
  ]

  const order = (
    at: Moment,
    { key, amount, covers, basket, paidAt, period }: Payment,
    reason: string,
    refunded: number,
  ) => {
    const [sold, quantity] = soldIn(basket)[0] ?? (['lite', 1] as const)
    // It is made when it is due, and paid at last, which can be after retries.
    const createdAt = covers === 'period' ? period.startsAt : paidAt
    return {
      id: orderId(key),
      created_at: iso(createdAt),
      modified_at: iso(at),
      status: refunded === 0 ? 'paid' : refunded < amount ? 'partially_refunded' : 'refunded',
      paid: true,
      billing_reason: reason,
      customer_id: CUSTOMER,
      customer,
      metadata: {},
      product_id: polarProduct(sold),
      subscription_id: SUBSCRIPTION,
      seats: quantity,
      subtotal_amount: amount,
      discount_amount: 0,
      net_amount: amount,
      tax_amount: 0,
      total_amount: amount,
      refunded_amount: refunded,
      refunded_tax_amount: 0,
      items: [{ id: `${orderId(key)}_item`, label: 'A product', amount, proration: covers === 'change' }],
    }
  }
  const reasons = new Map<string, string>()
  const paid = (payment: Payment, reason: string) => {
    reasons.set(payment.key, reason)
    return event('order.paid', payment.paidAt, order(payment.paidAt, payment, reason, 0))
  }
  const refundOf = (
    at: Moment,
    id: string,
    payment: Payment,
    says: { amount: number; status: string; dispute: string | null },
  ) => ({
    id,
    created_at: iso(at),
    modified_at: iso(at),
    status: says.status,
    reason: says.dispute === null ? 'customer_request' : 'dispute_prevention',
    amount: says.amount,
    tax_amount: 0,
    order_id: orderId(payment.key),
    subscription_id: SUBSCRIPTION,
    customer_id: CUSTOMER,
    revoke_benefits: false,
    dispute:
      says.dispute === null ? null : { id: `dispute_${payment.key}`, status: says.dispute, resolved: false },
    metadata: {},
  })

  return (happening) => {
    const { type, at } = happening
    switch (type) {
      case 'bought': {
        const { after, payment } = happening
        const begun = [told('created', at, after), told(payment === null ? 'updated' : 'active', at, after)]
        return payment === null ? begun : [...begun, paid(payment, 'subscription_create')]
      }
      case 'moved':
        return both('cycled', at, happening.after)
      case 'paid': {
        const { payment, after, isRecovery } = happening
        const bill = paid(payment, 'subscription_cycle')
        return isRecovery ? [bill, ...both('active', at, after)] : [bill]
      }
      case 'failed':
        return happening.isFirst
          ? both('past_due', at, happening.after)
          : [told('updated', at, happening.after)]
      case 'gave_up':
        return happening.how === 'ended'
          ? both('revoked', at, happening.after)
          : [told('updated', at, happening.after)]
      case 'ended':
        return both('revoked', at, happening.after)
      case 'changed': {
        const { payment, after } = happening
        const changed = told('updated', at, after)
        return payment === null ? [changed] : [changed, paid(payment, 'subscription_update')]
      }
      case 'paused':
        return both('paused', at, happening.after)
      case 'resumed':
        return both('resumed', at, happening.after)
      case 'cancel_scheduled':
        return both('canceled', at, happening.after)
      case 'uncancelled':
        return both('uncanceled', at, happening.after)
      case 'touched':
        return [told('updated', at, happening.after)]
      case 'extra_paid':
        return [paid(happening.payment, 'subscription_meter_cycle')]
      case 'refunded': {
        const { payment, refund, amount, refundedSoFar } = happening
        const says = { amount, status: 'succeeded', dispute: null }
        const reason = reasons.get(payment.key) ?? ''
        return [
          event('refund.created', at, refundOf(at, `refund_${refund}`, payment, says)),
          event('order.refunded', at, order(at, payment, reason, refundedSoFar)),
        ]
      }
      case 'disputed': {
        const { payment } = happening
        const says = { amount: payment.amount, status: 'pending', dispute: 'needs_response' }
        return [event('refund.created', at, refundOf(at, `refund_d${payment.key}`, payment, says))]
      }
      case 'dispute_won': {
        const { payment } = happening
        const says = { amount: payment.amount, status: 'canceled', dispute: 'won' }
        return [event('refund.updated', at, refundOf(at, `refund_d${payment.key}`, payment, says))]
      }
      case 'dispute_lost': {
        const { payment } = happening
        const says = { amount: payment.amount, status: 'succeeded', dispute: 'lost' }
        return [event('refund.updated', at, refundOf(at, `refund_d${payment.key}`, payment, says))]
      }
      case 'change_planned':
      case 'change_settled':
      case 'refund_failed':
      case 'line_refunded':
        throw new Error(`Polar does not say that something ${type}`)
    }
  }
}

function statusOf({ status }: Standing): string {
  switch (status) {
    case 'overdue':
      return 'past_due'
    case 'ended':
      return 'canceled'
    case 'trialing':
    case 'active':
    case 'paused':
    case 'unpaid':
      return status
  }
}
