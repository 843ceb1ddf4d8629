import * as z from 'zod'
import type { SubscriptionFact, SubscriptionState } from '../../../domain/purchases/register/fact.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { isoMoment } from '../../provider/iso-moment.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import { buyer, timestamps, count, id, linksOf, versionOf } from './object.ts'

export const Subscription = z.looseObject({
  ...timestamps,
  ...buyer,
  status: z.string(),
  product_id: id,
  checkout_id: id.nullish(),
  seats: count.nullish(),
  units: count.nullish(),
  started_at: isoMoment.nullish(),
  current_period_start: isoMoment,
  current_period_end: isoMoment,
  trial_end: isoMoment.nullish(),
  cancel_at_period_end: z.boolean().default(false),
  pause_at_period_end: z.boolean().nullish(),
  ends_at: isoMoment.nullish(),
  ended_at: isoMoment.nullish(),
  past_due_at: isoMoment.nullish(),
  amount: count.nullish().catch(null),
})

type Subscription = z.output<typeof Subscription>

const STATUSES = [
  'incomplete',
  'incomplete_expired',
  'trialing',
  'active',
  'past_due',
  'paused',
  'unpaid',
  'canceled',
] as const

// https://docs.polar.sh/api-reference/webhooks/subscription.updated. The period moves, as active, before it is paid.
const STATES: Readonly<Record<(typeof STATUSES)[number], SubscriptionState>> = {
  incomplete: 'none',
  incomplete_expired: 'none',
  trialing: 'trialing',
  active: 'active',
  past_due: 'overdue',
  paused: 'paused',
  unpaid: 'unpaid',
  canceled: 'ended',
}

export function readSubscription(subscription: Subscription, sentAt: Instant): EventReading {
  const status = STATUSES.find((name) => name === subscription.status)
  if (status === undefined) return { ...NOTHING_SAID, unknown: [`status=${subscription.status}`] }
  const state = STATES[status]
  // A subscription that has not begun gives nothing, names no user and links no customer.
  if (state === 'none') return NOTHING_SAID
  const quantity = subscription.seats ?? subscription.units ?? 1
  const period = {
    startsAt: subscription.current_period_start,
    endsAt:
      status === 'trialing'
        ? (subscription.trial_end ?? subscription.current_period_end)
        : subscription.current_period_end,
  }
  const isLate = state === 'overdue' || state === 'unpaid'
  const fact: SubscriptionFact = {
    type: 'subscription',
    ref: subscription.id,
    // The page after the checkout asks by it.
    aliases: subscription.checkout_id ? [subscription.checkout_id] : [],
    customer: subscription.customer_id,
    version: versionOf(subscription, sentAt, STATUSES.indexOf(status)),
    // Not even a canceled one: Polar can reinstate it by its id.
    terminal: false,
    state,
    toldAt: (isLate ? subscription.past_due_at : null) ?? subscription.modified_at ?? sentAt,
    startsAt: subscription.started_at ?? null,
    endsAt: endOf(subscription, state, period.endsAt),
    // Of a free subscription no payment is told.
    tellsPayments: subscription.amount !== 0,
    items: [
      { id: subscription.product_id, product: subscription.product_id, quantity, ordered: quantity, period },
    ],
  }
  return { ...NOTHING_SAID, facts: [...linksOf(subscription, [subscription.id]), fact] }
}

/** `subscription.canceled` tells a planned end; it is over with `subscription.revoked`. */
function endOf(subscription: Subscription, state: SubscriptionState, periodEndsAt: Instant): Instant | null {
  if (state === 'ended') return subscription.ended_at ?? subscription.ends_at ?? periodEndsAt
  if (state === 'paused') return null
  if (subscription.cancel_at_period_end) return subscription.ends_at ?? periodEndsAt
  return subscription.pause_at_period_end ? periodEndsAt : null
}
