import * as z from 'zod'
import type {
  BilledPeriod,
  SubscriptionFact,
  SubscriptionState,
} from '../../../domain/purchases/register/fact.ts'
import { isoMoment } from '../../provider/iso-moment.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import { buyer, count, id, linkOf, type Occurrence, period, versionOf } from './object.ts'

export const Subscription = z.looseObject({
  ...buyer,
  id,
  status: z.string(),
  transaction_id: id.nullish(),
  created_at: isoMoment,
  started_at: isoMoment.nullish(),
  canceled_at: isoMoment.nullish(),
  current_billing_period: period.nullish(),
  scheduled_change: z.looseObject({ action: z.string(), effective_at: isoMoment }).nullish(),
  items: z.array(
    z.looseObject({
      quantity: count,
      recurring: z.boolean().default(true),
      price: z.looseObject({ id, product_id: id.nullish() }),
    }),
  ),
})

type Subscription = z.output<typeof Subscription>

// For what is told of the same moment: a resumed subscription that owes goes paused, past due and active at once
// (https://developer.paddle.com/classic/guides/zg9joji1mzu0mduy-payment-failures).
const STATUSES = ['trialing', 'paused', 'past_due', 'active', 'canceled'] as const

// https://developer.paddle.com/build/subscriptions/overview#status. A renewal moves the period, as active, before it is
// paid: https://developer.paddle.com/build/lifecycle/subscription-renewal-dunning
const STATES: Readonly<Record<(typeof STATUSES)[number], SubscriptionState>> = {
  trialing: 'trialing',
  paused: 'paused',
  past_due: 'overdue',
  active: 'active',
  canceled: 'ended',
}

export function readSubscription(subscription: Subscription, occurred: Occurrence): EventReading {
  const links = linkOf(subscription, [subscription.id])
  const status = STATUSES.find((name) => name === subscription.status)
  if (status === undefined)
    return { ...NOTHING_SAID, facts: links, unknown: [`status=${subscription.status}`] }
  const period = periodOf(subscription)
  const isOver = status === 'canceled' || status === 'paused'
  const end =
    status === 'canceled' ? (subscription.canceled_at ?? occurred.at) : isOver ? null : endOf(subscription)
  if (typeof end === 'string') return { ...NOTHING_SAID, facts: links, unknown: [end] }
  if (period === null && !isOver)
    return { ...NOTHING_SAID, facts: links, unknown: ['current_billing_period=null'] }
  const fact: SubscriptionFact = {
    type: 'subscription',
    ref: subscription.id,
    aliases: subscription.transaction_id ? [subscription.transaction_id] : [],
    customer: subscription.customer_id ?? null,
    version: versionOf(occurred, STATUSES.indexOf(status)),
    // It cannot be reinstated, who subscribes again has a new one.
    terminal: status === 'canceled',
    state: STATES[status],
    toldAt: occurred.at,
    startsAt: subscription.started_at ?? subscription.created_at,
    endsAt: end,
    tellsPayments: true,
    // What is billed along with it but once is a purchase, told by its transaction.
    items: subscription.items
      .filter(({ recurring }) => recurring)
      .map(({ price: { id: price, product_id }, quantity }) => ({
        id: price,
        product: price,
        also: product_id ? [product_id] : [],
        quantity,
        ordered: quantity,
        period,
      })),
  }
  return { ...NOTHING_SAID, facts: [...links, fact] }
}

/** A paused one keeps the period that it was paused in, a canceled one has none. */
function periodOf({ current_billing_period: period }: Subscription): BilledPeriod | null {
  return period ? { startsAt: period.starts_at, endsAt: period.ends_at } : null
}

/** When it ends as planned, `null` when it goes on; a text for a plan that nobody knows. */
function endOf({ scheduled_change: change }: Subscription): number | null | string {
  switch (change?.action) {
    case undefined:
    case 'resume':
      return null
    case 'cancel':
    // A pause that is to come ends what is paid for until then; once it began, it is told as one.
    case 'pause':
      return change.effective_at
    default:
      return `scheduled_change.action=${change?.action}`
  }
}
