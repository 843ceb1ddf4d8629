import { type Sold, soldIn } from '../catalog.ts'
import { DAY, type Life, type Moment, type Payment, type Period, type Standing } from '../life.ts'
import { type Teller, type Told, USER, iso } from '../told.ts'

/** Each is sold by the week or month, and by the year. */
const VARIANTS: Readonly<Record<Sold, readonly [number, number]>> = {
  lite: [51, 151],
  max: [52, 152],
  addon: [53, 153],
}

export const lemonSqueezyVariants = (sold: Sold) => VARIANTS[sold].map(String)

const isYear = ({ startsAt, endsAt }: Period) => endsAt - startsAt > 300 * DAY

const of = { store_id: 9, customer_id: 2, test_mode: true }

/** Invoices are numbered: those of periods, and those of changes. */
const invoiceId = (key: string) => (key.startsWith('p') ? 7000 : 8000) + Number(key.slice(1))

/** Events of Lemon Squeezy, as https://docs.lemonsqueezy.com/help/webhooks/event-types has them. */
export function lemonSqueezy({ interval, isOrderFirst }: Life): Teller {
  let sent = 0
  const event = (name: string, at: Moment, data: object): Told => {
    sent += 1
    const meta = { test_mode: true, event_name: name, custom_data: { user_id: USER } }
    const headers = { 'x-event-name': name, 'x-body-sha256': sent.toString(16).padStart(64, '0') }
    return { at, type: name, delivery: { body: { meta, data }, headers } }
  }
  const variantOf = (sold: Sold, period: Period) =>
    VARIANTS[sold][interval === 'year' || isYear(period) ? 1 : 0]
  let quantityAt: Moment | null = null
  const subscription = (at: Moment, after: Standing) => {
    const [sold, quantity] = soldIn(after.basket)[0] ?? (['lite', 1] as const)
    const { startedAt, trialEndsAt, period, cancelsAt, endedAt, triesAt, status } = after
    const createdAt = iso(startedAt)
    // While it is overdue it renews with the next try.
    const renewsAt = status === 'overdue' && triesAt !== null ? triesAt : period.endsAt
    const endsAt = endedAt ?? cancelsAt
    return {
      type: 'subscriptions',
      id: '1',
      attributes: {
        ...of,
        order_id: 3,
        order_item_id: 4,
        product_id: 61,
        variant_id: variantOf(sold, period),
        status: statusOf(after),
        pause: status === 'paused' ? { mode: 'void', resumes_at: null } : null,
        cancelled: cancelsAt !== null || endedAt !== null,
        trial_ends_at: trialEndsAt === null ? null : iso(trialEndsAt),
        billing_anchor: interval === 'week' ? 0 : new Date(trialEndsAt ?? startedAt).getUTCDate(),
        first_subscription_item: {
          id: 6,
          subscription_id: 1,
          price_id: 801,
          quantity,
          is_usage_based: false,
          created_at: createdAt,
          updated_at: quantityAt === null ? createdAt : iso(quantityAt),
        },
        renews_at: status === 'ended' ? null : iso(renewsAt),
        ends_at: endsAt === null ? null : iso(endsAt),
        created_at: createdAt,
        updated_at: iso(at),
      },
    }
  }
  const told = (name: string, at: Moment, after: Standing) =>
    event(`subscription_${name}`, at, subscription(at, after))
  const both = (name: string, at: Moment, after: Standing) => [
    told('updated', at, after),
    told(name, at, after),
  ]

  const invoices = new Map<string, { readonly reason: string; readonly createdAt: Moment }>()
  const invoice = (key: string, at: Moment, amount: number, status: string, refunded = 0) => {
    const { reason, createdAt } = invoices.get(key) ?? { reason: 'renewal', createdAt: at }
    return {
      type: 'subscription-invoices',
      id: String(invoiceId(key)),
      attributes: {
        ...of,
        subscription_id: 1,
        billing_reason: reason,
        currency: 'EUR',
        status,
        refunded: status === 'refunded',
        total: amount,
        refunded_amount: refunded,
        created_at: iso(createdAt),
        updated_at: iso(at),
      },
    }
  }
  const paid = ({ key, amount, paidAt: at }: Payment, reason: string) => {
    if (!invoices.has(key)) invoices.set(key, { reason, createdAt: at })
    return event('subscription_payment_success', at, invoice(key, at, amount, 'paid'))
  }
  const order = (
    at: Moment,
    { basket, period }: Pick<Standing, 'basket' | 'period'>,
    boughtAt: Moment,
    amount: number,
    refunded = 0,
  ) => {
    const [sold, quantity] = soldIn(basket)[0] ?? (['lite', 1] as const)
    const item = {
      id: 4,
      order_id: 3,
      product_id: 61,
      variant_id: variantOf(sold, period),
      price: amount,
      quantity,
    }
    return {
      type: 'orders',
      id: '3',
      attributes: {
        ...of,
        status: statusOfPaid(amount, refunded),
        total: amount,
        refunded: refunded > 0 && refunded === amount,
        refunded_amount: refunded,
        first_order_item: item,
        created_at: iso(boughtAt),
        updated_at: iso(at),
      },
    }
  }

  return (happening) => {
    const { type, at } = happening
    switch (type) {
      case 'bought': {
        const { after, payment } = happening
        const ordered = event('order_created', at, order(at, after, at, payment?.amount ?? 0))
        const created = told('created', at, after)
        const begun = isOrderFirst ? [ordered, created] : [created, ordered]
        return payment === null ? begun : [...begun, paid(payment, 'initial')]
      }
      case 'paid': {
        const { payment, after, isRecovery, isUpgrade } = happening
        if (isUpgrade) return [...both('plan_changed', at, after), paid(payment, 'updated')]
        const bill = paid(payment, 'renewal')
        if (!isRecovery) return [told('updated', at, after), bill]
        const again = event(
          'subscription_payment_recovered',
          at,
          invoice(payment.key, at, payment.amount, 'paid'),
        )
        return [again, bill, told('updated', at, after)]
      }
      case 'failed': {
        const { after } = happening
        const { latest: key, period } = after
        if (!invoices.has(key)) invoices.set(key, { reason: 'renewal', createdAt: period.startsAt })
        return [
          told('updated', at, after),
          event('subscription_payment_failed', at, invoice(key, at, 700, 'pending')),
        ]
      }
      case 'gave_up':
        return happening.how === 'ended'
          ? both('expired', at, happening.after)
          : [told('updated', at, happening.after)]
      case 'ended':
        return both('expired', at, happening.after)
      case 'changed': {
        const { payment, after, before } = happening
        if (before.quantity !== after.basket.quantity) quantityAt = at
        const isOfPlan = before.plan !== after.basket.plan
        const changed = isOfPlan ? both('plan_changed', at, after) : [told('updated', at, after)]
        return payment === null ? changed : [...changed, paid(payment, 'updated')]
      }
      case 'paused':
        return both('paused', at, happening.after)
      case 'resumed':
        return both('unpaused', at, happening.after)
      case 'cancel_scheduled':
        return both('cancelled', at, happening.after)
      case 'uncancelled':
        return both('resumed', at, happening.after)
      case 'touched':
        return [told('updated', at, happening.after)]
      case 'refunded': {
        const { payment, refundedSoFar } = happening
        const { key, amount, paidAt } = payment
        const back = invoice(key, at, amount, statusOfPaid(amount, refundedSoFar), refundedSoFar)
        const told = event('subscription_payment_refunded', at, back)
        // The first payment is that of the order, too.
        if (key !== 'p0') return [told]
        return [event('order_refunded', at, order(at, payment, paidAt, amount, refundedSoFar)), told]
      }
      case 'moved':
      case 'change_settled':
      case 'change_planned':
      case 'extra_paid':
      case 'disputed':
      case 'dispute_won':
      case 'dispute_lost':
      case 'refund_failed':
      case 'line_refunded':
        throw new Error(`Lemon Squeezy does not say that something ${type}`)
    }
  }
}

function statusOfPaid(amount: number, refunded: number): string {
  if (refunded === 0) return 'paid'
  return refunded < amount ? 'partial_refund' : 'refunded'
}

function statusOf({ status, cancelsAt }: Standing): string {
  switch (status) {
    case 'overdue':
      return 'past_due'
    case 'ended':
      return 'expired'
    case 'trialing':
      return cancelsAt === null ? 'on_trial' : 'cancelled'
    case 'active':
      return cancelsAt === null ? 'active' : 'cancelled'
    case 'paused':
    case 'unpaid':
      return status
  }
}
