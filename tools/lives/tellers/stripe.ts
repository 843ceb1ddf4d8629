import { type Sold, priceOfOne, soldIn } from '../catalog.ts'
import {
  type Basket,
  type Life,
  type Moment,
  type Payment,
  type Period,
  SECOND,
  type Standing,
} from '../life.ts'
import { type Teller, type Told, USER } from '../told.ts'

const SUBSCRIPTION = 'sub_1'
const CUSTOMER = 'cus_1'

export const stripePrice = (sold: Sold) => `price_${sold}`

const seconds = (at: Moment) => Math.floor(at / SECOND)
const invoiceId = (key: string) => `in_${key}`
const paymentId = (key: string) => `pi_${key}`
const chargeId = (key: string) => `ch_${key}`

/** Events of API version 2025-09-30.clover, as https://docs.stripe.com/api/events has them. */
export function stripe({ happenings, replacesItems, isByInvoice }: Life): Teller {
  const hasYear = happenings.some((one) => 'after' in one && one.after.year !== null)
  let sent = 0
  const event = (type: string, at: Moment, object: object): Told => {
    sent += 1
    const named = { id: `evt_${sent}`, object: 'event', api_version: '2025-09-30.clover', livemode: false }
    return { at, type, delivery: { body: { ...named, created: seconds(at), type, data: { object } } } }
  }
  const itemId = (sold: Sold, { serial }: Basket) =>
    sold === 'addon' ? 'si_addon' : `si_plan${replacesItems ? `_${serial}` : ''}`

  const subscription = (after: Standing, more: object = {}) => ({
    id: SUBSCRIPTION,
    object: 'subscription',
    customer: CUSTOMER,
    status: statusOf(after),
    created: seconds(after.startedAt),
    start_date: seconds(after.startedAt),
    trial_start: after.trialEndsAt === null ? null : seconds(after.startedAt),
    trial_end: after.trialEndsAt === null ? null : seconds(after.trialEndsAt),
    collection_method: isByInvoice ? 'send_invoice' : 'charge_automatically',
    cancel_at: after.cancelsAt === null ? null : seconds(after.cancelsAt),
    cancel_at_period_end: false,
    canceled_at: null,
    ended_at: after.endedAt === null ? null : seconds(after.endedAt),
    pause_collection: after.status === 'paused' ? { behavior: 'void', resumes_at: null } : null,
    pending_update: null,
    latest_invoice: invoiceId(after.latest),
    metadata: { user_id: USER },
    items: {
      object: 'list',
      has_more: false,
      data: soldIn(after.basket).map(([sold, quantity]) => ({
        id: itemId(sold, after.basket),
        object: 'subscription_item',
        price: { id: stripePrice(sold), object: 'price', product: `prod_${sold}`, type: 'recurring' },
        quantity,
        current_period_start: seconds(periodOf(sold, after).startsAt),
        current_period_end: seconds(periodOf(sold, after).endsAt),
      })),
    },
    ...more,
  })
  const updated = (at: Moment, after: Standing, more?: object) =>
    event('customer.subscription.updated', at, subscription(after, more))

  const line = (
    id: string,
    amount: number,
    from: Moment,
    to: Moment,
    sold: Sold,
    basket: Basket,
    isProration: boolean,
  ) => ({
    id,
    amount,
    quantity: 1,
    period: { start: seconds(from), end: seconds(to) },
    pricing: { price_details: { price: stripePrice(sold), product: `prod_${sold}` } },
    parent: {
      type: 'subscription_item_details',
      subscription_item_details: {
        subscription: SUBSCRIPTION,
        subscription_item: itemId(sold, basket),
        proration: isProration,
      },
    },
  })
  const linesOf = (payment: Payment) => {
    const { key, amount, covers, period, year, basket, paidAt } = payment
    if (covers === 'extra') return []
    if (covers === 'period') {
      const isOfMonth = hasYear && year === null
      return soldIn(isOfMonth ? { ...basket, addon: false } : basket).map(([sold, quantity], index) => {
        const price = amount === 0 ? 0 : priceOfOne(sold) * quantity
        const { startsAt, endsAt } = periodOf(sold, payment)
        return line(`il_${key}_${index}`, price, startsAt, endsAt, sold, basket, false)
      })
    }
    // The rest of what was before is credited.
    const [sold] = soldIn(basket)[0] ?? ['lite']
    return [
      line(`il_${key}_0`, -300, paidAt, period.endsAt, sold, basket, true),
      line(`il_${key}_1`, amount + 300, paidAt, period.endsAt, sold, basket, true),
    ]
  }
  const invoice = (payment: Payment, reason: string, status: string, createdAt: Moment, paidAt: Moment) => ({
    id: invoiceId(payment.key),
    object: 'invoice',
    customer: CUSTOMER,
    status,
    billing_reason: reason,
    total: payment.amount,
    starting_balance: -payment.fromBalance,
    amount_due: payment.amount - payment.fromBalance,
    amount_paid: status === 'paid' ? payment.amount - payment.fromBalance : 0,
    created: seconds(createdAt),
    status_transitions: { paid_at: status === 'paid' ? seconds(paidAt) : null },
    parent: {
      type: 'subscription_details',
      subscription_details: { subscription: SUBSCRIPTION, metadata: { user_id: USER } },
    },
    lines: { object: 'list', has_more: false, data: linesOf(payment) },
  })
  const charge = ({ key, amount: whole, fromBalance, paidAt }: Payment, refunded: number) => {
    const amount = whole - fromBalance
    return {
      id: chargeId(key),
      object: 'charge',
      customer: CUSTOMER,
      payment_intent: paymentId(key),
      status: 'succeeded',
      created: seconds(paidAt),
      amount,
      captured: true,
      amount_captured: amount,
      amount_refunded: refunded,
      refunded: refunded === amount,
      paid: true,
    }
  }
  /** What is told of money that came in: nothing of a charge where there was nothing to pay. */
  const paid = (payment: Payment, reason: string, createdAt: Moment): readonly Told[] => {
    const { key, amount, paidAt: at } = payment
    const bill = event('invoice.paid', at, invoice(payment, reason, 'paid', createdAt, at))
    if (amount === 0) return [bill]
    const allocated = {
      id: `inpay_${key}`,
      object: 'invoice_payment',
      invoice: invoiceId(key),
      amount_paid: amount - payment.fromBalance,
      created: seconds(at),
      status: 'paid',
      status_transitions: { paid_at: seconds(at) },
      payment: { type: 'payment_intent', payment_intent: paymentId(key) },
    }
    return [
      event('charge.succeeded', at, charge(payment, 0)),
      bill,
      event('invoice_payment.paid', at, allocated),
    ]
  }
  const failed = (at: Moment, { period, basket, latest }: Standing, reason: string) => {
    const covers = latest.startsWith('c') ? 'change' : 'period'
    const due = { amount: 700, fromBalance: 0, year: null }
    const payment: Payment = { key: latest, ...due, covers, period, basket, paidAt: at }
    return event('invoice.payment_failed', at, invoice(payment, reason, 'open', at, at))
  }
  const dispute = (type: string, at: Moment, { key, amount }: Payment, status: string) =>
    event(`charge.dispute.${type}`, at, {
      id: `dp_${key}`,
      object: 'dispute',
      charge: chargeId(key),
      payment_intent: paymentId(key),
      amount,
      status,
    })

  return (happening) => {
    const { type, at } = happening
    switch (type) {
      case 'bought': {
        const { after, payment } = happening
        const session = {
          id: 'cs_1',
          object: 'checkout.session',
          mode: 'subscription',
          payment_status: 'paid',
          customer: CUSTOMER,
          client_reference_id: USER,
          subscription: SUBSCRIPTION,
          invoice: invoiceId(after.latest),
          payment_intent: null,
          metadata: {},
        }
        // A trial begins with an invoice of nothing.
        const { period, basket } = after
        const nothing = { amount: 0, fromBalance: 0, year: null }
        const first: Payment = payment ?? {
          key: 'p0',
          ...nothing,
          covers: 'period',
          period,
          basket,
          paidAt: at,
        }
        return [
          event('customer.subscription.created', at, subscription(after)),
          ...paid(first, 'subscription_create', at),
          event('checkout.session.completed', at, session),
        ]
      }
      case 'moved':
        return [updated(at, happening.after)]
      case 'paid': {
        const { payment, after, isRecovery } = happening
        const told = paid(payment, 'subscription_cycle', after.period.startsAt)
        return isRecovery ? [...told, updated(at, after)] : told
      }
      case 'failed':
        return [failed(at, happening.after, 'subscription_cycle'), updated(at, happening.after)]
      case 'gave_up':
        if (happening.how === 'unpaid') return [updated(at, happening.after)]
        return [event('customer.subscription.deleted', at, subscription(happening.after))]
      case 'changed': {
        const { how, payment, after } = happening
        const told = updated(at, after)
        if (how === 'declined') return [failed(at, after, 'subscription_update'), told]
        return payment === null ? [told] : [told, ...paid(payment, 'subscription_update', at)]
      }
      case 'change_settled': {
        const { payment, after } = happening
        if (payment !== null) return [...paid(payment, 'subscription_update', at), updated(at, after)]
        return [
          event('invoice.voided', at, { id: invoiceId(after.latest), object: 'invoice', status: 'void' }),
          updated(at, after),
        ]
      }
      case 'paused':
      case 'resumed':
      case 'cancel_scheduled':
      case 'uncancelled':
        return [updated(at, happening.after)]
      case 'touched':
        return [updated(at, happening.after, { default_payment_method: `pm_${seconds(at)}` })]
      case 'ended':
        return [event('customer.subscription.deleted', at, subscription(happening.after))]
      case 'extra_paid':
        return paid(happening.payment, 'manual', at)
      case 'refunded': {
        const { payment, refund, amount, refundedSoFar } = happening
        const object = {
          id: `re_${refund}`,
          object: 'refund',
          charge: chargeId(payment.key),
          payment_intent: paymentId(payment.key),
          amount,
          status: 'succeeded',
        }
        return [
          event('charge.refunded', at, charge(payment, refundedSoFar)),
          event('refund.created', at, object),
          event('refund.updated', at, object),
        ]
      }
      case 'refund_failed': {
        const { payment, refund, amount } = happening
        const object = {
          id: `re_${refund}`,
          object: 'refund',
          charge: chargeId(payment.key),
          payment_intent: paymentId(payment.key),
          amount,
          status: 'failed',
          failure_reason: 'lost_or_stolen_card',
        }
        return [event('refund.updated', at, object), event('refund.failed', at, object)]
      }
      case 'disputed':
        return [
          dispute('created', at, happening.payment, 'needs_response'),
          dispute('funds_withdrawn', at, happening.payment, 'needs_response'),
        ]
      case 'dispute_won':
        return [
          dispute('funds_reinstated', at, happening.payment, 'won'),
          dispute('closed', at, happening.payment, 'won'),
        ]
      case 'dispute_lost':
        return [dispute('closed', at, happening.payment, 'lost')]
      case 'line_refunded':
      case 'change_planned':
        throw new Error(`Stripe does not say that something ${type}`)
    }
  }
}

function periodOf(sold: Sold, { period, year }: Pick<Standing, 'period' | 'year'>): Period {
  return sold === 'addon' && year !== null ? year : period
}

function statusOf({ status, period }: Standing): string {
  switch (status) {
    case 'overdue':
      return 'past_due'
    case 'ended':
      return 'canceled'
    // A pause of collection leaves the status as it is.
    case 'paused':
      return period.kind === 'trial' ? 'trialing' : 'active'
    case 'trialing':
    case 'active':
    case 'unpaid':
      return status
  }
}
