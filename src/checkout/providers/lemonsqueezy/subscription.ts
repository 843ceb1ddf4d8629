import * as z from 'zod'
import type { ReversalFact, SubscriptionFact } from '../../../domain/checkout/fact.ts'
import type { Instant } from '../../../domain/instant.ts'
import { NOTHING_SAID, type Reading } from '../../provider.ts'
import { count, type Head, id, linkOf, moment, orderItemRef, subscriptionRef, told } from './object.ts'

export const Subscription = z.looseObject({
  ...told,
  customer_id: id.nullish(),
  order_item_id: id.nullish(),
  variant_id: id,
  status: z.string(),
  pause: z.looseObject({ mode: z.string(), resumes_at: moment.nullish() }).nullish(),
  // Its documentation lets 0 stand for a day that is to be set anew: what is no day of a month says nothing.
  billing_anchor: z.int().min(1).max(31).nullish().catch(null),
  trial_ends_at: moment.nullish(),
  renews_at: moment.nullish(),
  ends_at: moment.nullish(),
  // Missing in a trial.
  first_subscription_item: z
    .looseObject({ quantity: count.nullish(), updated_at: moment.nullish() })
    .nullish(),
})

type Subscription = z.output<typeof Subscription>

// For what is told of the same second.
const STATUSES = ['on_trial', 'active', 'past_due', 'paused', 'unpaid', 'cancelled', 'expired']

export function readSubscription(subscription: Subscription, { id: number, user }: Head): Reading {
  const own = subscriptionRef(number)
  // The order and its subscription are one purchase, so they have one name.
  const ref = subscription.order_item_id ? orderItemRef(subscription.order_item_id) : own
  const links = linkOf(user, subscription.customer_id, ref)
  const terms = termsOf(subscription)
  if (typeof terms === 'string') return { ...NOTHING_SAID, facts: links, unknown: [terms] }
  const { first_subscription_item: item, variant_id } = subscription
  const quantity = item?.quantity ?? 1
  const snapshot: SubscriptionFact = {
    type: 'subscription',
    ref,
    aliases: ref === own ? [] : [own],
    customer: subscription.customer_id ?? null,
    version: {
      // A change of the quantity alone is one of the item.
      at: Math.max(subscription.updated_at, item?.updated_at ?? 0),
      rank: STATUSES.indexOf(subscription.status),
    },
    startsAt: subscription.created_at,
    items: [{ id: variant_id, product: variant_id, quantity, ordered: quantity }],
    ...terms,
  }
  return { ...NOTHING_SAID, facts: [...links, snapshot, ...notBoughtOnce(subscription, own)] }
}

/** An order does not say that it is for a subscription, which alone tells how long it gives: its line gives nothing. */
function notBoughtOnce({ order_item_id }: Subscription, own: string): readonly ReversalFact[] {
  if (!order_item_id) return []
  const line = orderItemRef(order_item_id)
  return [
    {
      type: 'reversal',
      id: own,
      of: [line],
      version: { at: 0, rank: 0 },
      undone: false,
      reverses: { type: 'line', line, quantity: null },
      paidAt: null,
    },
  ]
}

type Terms = Pick<SubscriptionFact, 'terminal' | 'access' | 'trial' | 'paidUntil' | 'renews' | 'period'>

/** What its status means (https://docs.lemonsqueezy.com/api/subscriptions); a text for what nobody knows. */
function termsOf(subscription: Subscription): Terms | string {
  const { status, pause, trial_ends_at, renews_at, ends_at, updated_at } = subscription
  const open = { terminal: false, access: 'given', trial: false, renews: true } as const
  const renewing = (end: Instant) => ({ ...open, paidUntil: end, period: periodTo(end, updated_at) })
  switch (status) {
    case 'on_trial':
      return trial_ends_at
        ? { ...open, trial: true, paidUntil: trial_ends_at, period: null }
        : 'trial_ends_at=null'
    case 'active':
      return renews_at ? renewing(renews_at) : 'renews_at=null'
    case 'past_due':
      return renewing(unpaidSince(subscription))
    case 'unpaid':
      return { ...renewing(unpaidSince(subscription)), access: 'held' }
    case 'cancelled':
      return ends_at ? { ...renewing(ends_at), renews: false } : 'ends_at=null'
    case 'expired':
      return { ...renewing(ends_at ?? updated_at), terminal: true, renews: false }
    case 'paused': {
      if (pause?.mode === 'void')
        return { ...open, access: 'held', renews: false, paidUntil: null, period: null }
      if (pause?.mode !== 'free') return `pause.mode=${pause?.mode}`
      // Nothing is paid for, so no refund can take it away.
      const unpaid = { startsAt: updated_at, endsAt: updated_at }
      return { ...open, paidUntil: pause.resumes_at ?? null, period: unpaid }
    }
    default:
      return `status=${status}`
  }
}

const DAY = 86_400_000

/**
 * The period that ends then. Neither its start nor its length is told: it began before that was said, and whole
 * months before its end. Where that is too late, a refund takes away too little, and never what was paid later.
 */
function periodTo(endsAt: Instant, toldAt: Instant) {
  let months = 1
  while (monthsBefore(endsAt, months) > toldAt) months += 1
  // The order is written moments before the subscription.
  return { startsAt: monthsBefore(endsAt, months) - DAY, endsAt }
}

function monthsBefore(at: Instant, months: number): Instant {
  const date = new Date(at)
  return dayOf(at, date.getUTCMonth() - months, date.getUTCDate()) + (at % DAY)
}

/** That day of a month of the year, or the last day of a shorter month. */
function dayOf(at: Instant, month: number, day: number): Instant {
  const year = new Date(at).getUTCFullYear()
  return Math.min(Date.UTC(year, month, day), Date.UTC(year, month + 1, 0))
}

/**
 * When the unpaid period began: `renews_at` is the next of its retries. They go on for two weeks from the day of
 * the month on which it is billed; otherwise it is billed by the week, and all that is known is that it is unpaid.
 */
function unpaidSince({ billing_anchor, updated_at }: Subscription): Instant {
  const month = new Date(updated_at).getUTCMonth()
  const days = billing_anchor
    ? [month, month - 1].map((month) => dayOf(updated_at, month, billing_anchor))
    : []
  const billedOn = days.find((day) => day <= updated_at) ?? updated_at
  // At what time of that day is not told.
  return updated_at - billedOn <= 16 * DAY ? Math.min(billedOn + DAY, updated_at) : updated_at
}
