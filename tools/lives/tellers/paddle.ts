import { type Sold, priceOfOne, soldIn } from '../catalog.ts'
import {
  type Happening,
  type Life,
  MINUTE,
  type Moment,
  type Payment,
  type Period,
  type Standing,
} from '../life.ts'
import { type Teller, type Told, USER, iso } from '../told.ts'

const SUBSCRIPTION = 'sub_1'
const CUSTOMER = 'ctm_1'

export const paddlePrice = (sold: Sold) => `pri_${sold}`

const transactionId = (key: string) => `txn_${key}`
const lineId = (key: string, index: number) => `txnitm_${key}_${index}`
/** Paddle tells time to the microsecond. */
const micros = (at: Moment) => iso(at).replace('Z', '000Z')

type Change = { readonly action: string; readonly effective_at: string } | null

/** What a payment of nothing is made of. */
const NOTHING = { amount: 0, fromBalance: 0, year: null }

/** Events of Paddle Billing, as https://developer.paddle.com/webhooks/overview has them. */
export function paddle({ interval, isByInvoice }: Life): Teller {
  let sent = 0
  const cycle = { interval, frequency: 1 }
  const event = (type: string, at: Moment, data: object): Told => {
    sent += 1
    const body = {
      event_id: `evt_${sent}`,
      event_type: type,
      occurred_at: micros(at),
      notification_id: `ntf_${sent}`,
      data,
    }
    return { at, type, delivery: { body } }
  }
  const items = (standing: Pick<Standing, 'basket'>) =>
    soldIn(standing.basket).map(([sold, quantity]) => ({
      status: 'active',
      quantity,
      recurring: true,
      price: { id: paddlePrice(sold), product_id: `pro_${sold}`, billing_cycle: cycle },
    }))
  const subscription = (after: Standing, at: Moment, more: object = {}) => {
    const { period, cancelsAt, startedAt } = after
    const change: Change =
      cancelsAt === null || after.status === 'ended'
        ? null
        : { action: 'cancel', effective_at: micros(cancelsAt) }
    return {
      id: SUBSCRIPTION,
      status: statusOf(after),
      customer_id: CUSTOMER,
      custom_data: { user_id: USER },
      created_at: micros(startedAt),
      updated_at: micros(at),
      started_at: micros(startedAt),
      first_billed_at: micros(startedAt),
      next_billed_at: after.status === 'ended' ? null : micros(period.endsAt),
      paused_at: after.status === 'paused' ? micros(at) : null,
      canceled_at: after.endedAt === null ? null : micros(after.endedAt),
      collection_mode: isByInvoice ? 'manual' : 'automatic',
      billing_cycle: cycle,
      current_billing_period:
        after.status === 'ended'
          ? null
          : { starts_at: micros(period.startsAt), ends_at: micros(period.endsAt) },
      scheduled_change: change,
      items: items(after),
      ...more,
    }
  }
  /** The particular event, and the update that comes with every change. */
  const both = (type: string, at: Moment, after: Standing): readonly Told[] => [
    event('subscription.updated', at, subscription(after, at)),
    event(type, at, subscription(after, at)),
  ]
  const updated = (at: Moment, after: Standing) => event('subscription.updated', at, subscription(after, at))

  const linesOf = ({ key, amount, covers, period, basket, paidAt }: Payment) => {
    if (covers !== 'period') {
      const [sold] = soldIn(basket)[0] ?? ['lite']
      const isChange = covers === 'change'
      return [
        {
          id: lineId(key, 0),
          sold,
          quantity: 1,
          total: amount,
          prorated: isChange ? { from: paidAt, to: period.endsAt } : null,
        },
      ]
    }
    return soldIn(basket).map(([sold, quantity], index) => {
      const total = amount === 0 ? 0 : priceOfOne(sold) * quantity
      return { id: lineId(key, index), sold, quantity, total, prorated: null }
    })
  }
  const paid = (payment: Payment, origin: string): Told => {
    const { key, covers, period, paidAt, amount } = payment
    const lines = linesOf(payment)
    const price = (sold: Sold) =>
      covers === 'extra'
        ? { id: 'pri_training', product_id: 'pro_training', billing_cycle: null }
        : { id: paddlePrice(sold), product_id: `pro_${sold}`, billing_cycle: cycle }
    return event('transaction.completed', paidAt, {
      id: transactionId(key),
      status: 'completed',
      origin,
      customer_id: CUSTOMER,
      subscription_id: SUBSCRIPTION,
      custom_data: { user_id: USER },
      collection_mode: isByInvoice ? 'manual' : 'automatic',
      billed_at: micros(paidAt),
      created_at: micros(paidAt),
      billing_period: periodOf(covers, period, paidAt),
      items: lines.map(({ sold, quantity }) => ({ quantity, price: price(sold) })),
      details: {
        totals: { total: String(amount), grand_total: String(amount) },
        line_items: lines.map(({ id, sold, quantity, total, prorated }) => ({
          id,
          price_id: price(sold).id,
          quantity,
          proration: prorated && {
            rate: '0.5',
            billing_period: { starts_at: micros(prorated.from), ends_at: micros(prorated.to) },
          },
          totals: { subtotal: String(total), tax: '0', discount: '0', total: String(total) },
        })),
      },
    })
  }
  const failed = (at: Moment, after: Standing): readonly Told[] => [
    event('transaction.payment_failed', at, {
      id: transactionId(after.latest),
      status: 'past_due',
      subscription_id: SUBSCRIPTION,
    }),
    ...both('subscription.past_due', at, after),
  ]
  const adjustment = (
    type: string,
    at: Moment,
    id: string,
    payment: Payment,
    says: { action: string; kind: string; status: string; share: number },
    lines = sharesOf(linesOf(payment), says.share),
  ) =>
    event(type, at, {
      id,
      action: says.action,
      type: says.kind,
      status: says.status,
      transaction_id: transactionId(payment.key),
      subscription_id: SUBSCRIPTION,
      customer_id: CUSTOMER,
      reason: 'requested_by_customer',
      items: lines.map(({ line, total }) => ({
        id: `adjitm_${id.slice(4)}_${line}`,
        item_id: line,
        type: says.kind,
        amount: String(total),
        proration: null,
        totals: { subtotal: String(total), tax: '0', total: String(total) },
      })),
      created_at: micros(at),
      updated_at: micros(at),
    })
  const refunded = ({ at, payment, refund, amount }: Extract<Happening, { type: 'refunded' }>) => {
    const kind = amount === payment.amount ? 'full' : 'partial'
    const says = { action: 'refund', kind, share: amount }
    const id = `adj_${refund}`
    // Paddle looks at each before it approves.
    return [
      adjustment('adjustment.created', at, id, payment, { ...says, status: 'pending_approval' }),
      adjustment('adjustment.updated', at + MINUTE, id, payment, { ...says, status: 'approved' }),
    ]
  }

  return (happening) => {
    const { type, at } = happening
    switch (type) {
      case 'bought': {
        const { after, payment } = happening
        const { period, basket, latest } = after
        const first =
          payment ?? ({ key: 'p0', ...NOTHING, covers: 'period', period, basket, paidAt: at } as const)
        const created = subscription(after, at, { transaction_id: transactionId(latest) })
        return [
          event('subscription.created', at, created),
          event(
            payment === null ? 'subscription.trialing' : 'subscription.activated',
            at,
            subscription(after, at),
          ),
          paid(first, 'web'),
        ]
      }
      case 'moved':
        return [updated(at, happening.after)]
      case 'paid': {
        const { payment, after, isRecovery, isConversion } = happening
        const told = paid(payment, 'subscription_recurring')
        if (isRecovery) return [told, updated(at, after)]
        return isConversion ? [told, ...both('subscription.activated', at, after)] : [told]
      }
      case 'failed':
        return failed(at, happening.after)
      case 'gave_up':
      case 'ended':
        return both('subscription.canceled', at, happening.after)
      case 'changed': {
        const { how, payment, after } = happening
        if (how === 'declined') return failed(at, after)
        return payment === null
          ? [updated(at, after)]
          : [updated(at, after), paid(payment, 'subscription_update')]
      }
      case 'change_settled': {
        const { payment, after } = happening
        return payment === null
          ? [updated(at, after)]
          : [paid(payment, 'subscription_update'), updated(at, after)]
      }
      case 'paused':
        return both('subscription.paused', at, happening.after)
      case 'resumed':
        return both('subscription.resumed', at, happening.after)
      case 'cancel_scheduled':
      case 'uncancelled':
        return [updated(at, happening.after)]
      case 'touched': {
        const { after } = happening
        const of = {
          key: `m${at}`,
          ...NOTHING,
          covers: 'period',
          period: after.period,
          basket: after.basket,
          paidAt: at,
        } as const
        return [paid(of, 'subscription_payment_method_change'), updated(at, after)]
      }
      case 'extra_paid':
        return [paid(happening.payment, 'subscription_charge')]
      case 'refunded':
        return refunded(happening)
      case 'refund_failed': {
        const { payment, refund, amount } = happening
        const kind = amount === payment.amount ? 'full' : 'partial'
        const says = { action: 'refund', kind, status: 'reversed', share: amount }
        return [adjustment('adjustment.updated', at, `adj_${refund}`, payment, says)]
      }
      case 'line_refunded': {
        const { payment, refund, line } = happening
        const lines = linesOf(payment)
          .slice(line, line + 1)
          .map(({ id, total }) => ({ line: id, total }))
        const says = { action: 'refund', kind: 'partial', status: 'approved', share: 0 }
        return [adjustment('adjustment.created', at, `adj_${refund}`, payment, says, lines)]
      }
      case 'disputed': {
        const { payment } = happening
        const says = { action: 'chargeback', kind: 'full', status: 'approved', share: payment.amount }
        return [adjustment('adjustment.created', at, `adj_b${payment.key}`, payment, says)]
      }
      case 'dispute_won': {
        const { payment } = happening
        const says = { action: 'chargeback_reverse', kind: 'full', status: 'approved', share: payment.amount }
        return [adjustment('adjustment.created', at, `adj_r${payment.key}`, payment, says)]
      }
      case 'change_planned':
      case 'dispute_lost':
        throw new Error(`Paddle does not say that something ${type}`)
    }
  }
}

function periodOf(covers: Payment['covers'], { startsAt, endsAt }: Period, paidAt: Moment) {
  if (covers === 'extra') return null
  return { starts_at: micros(covers === 'change' ? paidAt : startsAt), ends_at: micros(endsAt) }
}

/** Gives so much back, of each line its share: a line that were named in whole would go. */
function sharesOf(lines: readonly { readonly id: string; readonly total: number }[], amount: number) {
  const whole = lines.reduce((sum, { total }) => sum + total, 0)
  const shares = lines.map(({ id, total }) => ({ line: id, total: Math.floor((total * amount) / whole) }))
  const rest = amount - shares.reduce((sum, { total }) => sum + total, 0)
  return shares.map((share, index) => (index === 0 ? { ...share, total: share.total + rest } : share))
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
      return status
    case 'unpaid':
      throw new Error('Paddle has no unpaid subscriptions')
  }
}
