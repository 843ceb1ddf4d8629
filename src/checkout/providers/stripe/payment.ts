import * as z from 'zod'
import type {
  HoldFact,
  Money,
  PaymentFact,
  ReversalFact,
  Version,
} from '../../../domain/purchases/register/fact.ts'
import { WHOLE_AMOUNT } from '../../../domain/purchases/register/whole-amount.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { EventReading } from '../../provider/provider.ts'
import { idOf, presentIds, maybe, moment, readAs, type StripeEvent } from './object.ts'

const chargeSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  created: moment,
  amount: z.number(),
  captured: maybe(z.boolean()),
  amount_captured: maybe(z.number()),
  amount_refunded: z.number().default(0),
  payment_intent: maybe(idOf),
  // Gone since 2025-03-31.basil, where the payment of an invoice names both:
  // https://docs.stripe.com/changelog/basil/2025-03-31/add-support-for-multiple-partial-payments-on-invoices
  invoice: maybe(idOf),
})

const moved = {
  id: z.string(),
  amount: z.number(),
  payment_intent: maybe(idOf),
  /** The charge itself where the reading asked to expand it. */
  charge: maybe(z.union([z.string(), chargeSchema])),
}

const refundSchema = z.looseObject({ ...moved, status: maybe(z.string()) })

const disputeSchema = z.looseObject({ ...moved, status: z.string() })

/** What was taken, and how much of that was given back. */
export function readCharge(event: StripeEvent): EventReading {
  return readAs(chargeSchema, event, (charge) => {
    const { status } = charge
    if (status === 'pending' || status === 'failed') return {}
    if (status !== 'succeeded') return { unknown: [`status=${status}`] }
    const payment = paymentOf(charge, event.at)
    const { refunded, total } = payment.money
    const isPart = refunded > 0 && refunded < total
    return { facts: [payment], flags: event.type === 'charge.refunded' && isPart ? ['partial_refund'] : [] }
  })
}

function paymentOf(
  charge: z.output<typeof chargeSchema>,
  at: Instant,
): PaymentFact & { readonly money: Money } {
  const { id, payment_intent, invoice, amount_refunded: refunded } = charge
  // A charge that is authorized and not captured is not paid: https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
  const total = charge.captured === false ? 0 : (charge.amount_captured ?? charge.amount)
  return {
    type: 'payment',
    of: presentIds(payment_intent, id, invoice),
    payment: payment_intent ?? id,
    paidAt: charge.created,
    // Of two that share a second, the one with more taken and more given back is the later.
    money: { version: { at, rank: total + refunded }, total, refunded },
    bill: invoice,
    covers: null,
  }
}

/** In the order in which a refund becomes them. */
const REFUND_STATUSES = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled'] as const

/** Money that was given back, or that came back to the shop after all. */
export function readRefund(event: StripeEvent): EventReading {
  return readAs(refundSchema, event, (refund) => {
    const { of, payment, payments } = targetOf(refund, event.at)
    const status = REFUND_STATUSES.find((name) => name === refund.status)
    if (status === undefined) return { unknown: [`status=${refund.status}`] }
    // Money that is still to go may not go. A refund to the customer's balance is of no charge.
    if (status === 'pending' || status === 'requires_action' || payment === undefined)
      return { facts: payments }
    const reversal: ReversalFact = {
      type: 'reversal',
      of,
      id: refund.id,
      version: { at: event.at, rank: REFUND_STATUSES.indexOf(status) },
      undone: status !== 'succeeded',
      reverses: { type: 'amount', payment, amount: refund.amount },
      paidAt: null,
      reversedAt: event.occurredAt,
    }
    return { facts: [...payments, reversal] }
  })
}

/** In the order in which a dispute becomes them. */
const DISPUTE_STATUSES = [
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'needs_response',
  'under_review',
  'prevented',
  'lost',
  'won',
] as const

/** Holds what is disputed; gives it back when won, takes it away for good when lost. */
export function readDispute(event: StripeEvent): EventReading {
  return readAs(disputeSchema, event, (dispute) => {
    const { id, amount } = dispute
    const { of, payment, payments } = targetOf(dispute, event.at)
    const status = DISPUTE_STATUSES.find((name) => name === dispute.status)
    if (status === undefined) return { unknown: [`status=${dispute.status}`] }
    if (payment === undefined) return {}

    const version = { at: event.at, rank: DISPUTE_STATUSES.indexOf(status) }
    const hold = (held: boolean): HoldFact => ({ type: 'hold', of, reason: id, version, held, payment })
    const reversal = {
      type: 'reversal',
      of,
      id,
      version,
      paidAt: null,
      reversedAt: event.occurredAt,
    } as const
    switch (status) {
      // An inquiry: no money has moved.
      case 'warning_needs_response':
      case 'warning_under_review':
        return { facts: payments }
      case 'needs_response':
      case 'under_review':
        return { facts: [...payments, hold(true)] }
      case 'warning_closed':
      case 'prevented':
        return { facts: [...payments, hold(false)] }
      case 'won': {
        // A bank can still change its mind after the dispute was lost.
        const undone: ReversalFact = {
          ...reversal,
          undone: true,
          reverses: { type: 'amount', payment, amount: 0 },
        }
        return { facts: [...payments, hold(false), undone] }
      }
      case 'lost': {
        // All of the payment, which the disputed amount need not equal, as currencies move in between. It is told
        // as money so that the payment says when it was: the periods that were paid before and after it stay.
        const lost: ReversalFact = {
          ...reversal,
          undone: false,
          reverses: { type: 'amount', payment, amount: WHOLE_AMOUNT },
        }
        const disputed: PaymentFact = {
          type: 'payment',
          of,
          payment,
          paidAt: null,
          money: { version: NOT_TOLD_BY_THE_CHARGE, total: amount, refunded: 0 },
          bill: null,
          covers: null,
        }
        return { facts: [...payments, disputed, hold(false), lost] }
      }
    }
  })
}

function targetOf({ charge, payment_intent }: z.output<z.ZodObject<typeof moved>>, at: Instant) {
  const [id, expanded] = typeof charge === 'string' ? [charge, null] : [charge?.id ?? null, charge]
  const of = presentIds(payment_intent ?? expanded?.payment_intent ?? null, id)
  return { of, payment: of[0], payments: expanded === null ? [] : [paymentOf(expanded, at)] }
}

/** Of a payment that others than its charge tell of: whatever a charge says of it, then or before, counts instead. */
export const NOT_TOLD_BY_THE_CHARGE: Version = { at: 0, rank: 0 }
