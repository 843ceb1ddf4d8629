import * as z from 'zod'
import type { SubscriptionFact, SubscriptionState } from '../../../domain/purchases/register/fact.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import { buyer, timestamps, count, id, linksOf, moment, versionOf } from './object.ts'

export const Subscription = z.looseObject({
  ...timestamps,
  ...buyer,
  status: z.string(),
  product_id: id,
  checkout_id: id.nullish(),
  seats: count.nullish(),
  units: count.nullish(),
  started_at: moment.nullish(),
  current_period_start: moment,
  current_period_end: moment,
  trial_end: moment.nullish(),
  cancel_at_period_end: z.boolean().default(false),
  pause_at_period_end: z.boolean().nullish(),
  ends_at: moment.nullish(),
  ended_at: moment.nullish(),
  past_due_at: moment.nullish(),
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

export function readSubscription(told: Subscription, sentAt: Instant): EventReading {
  const status = STATUSES.find((name) => name === told.status)
  if (status === undefined) return { ...NOTHING_SAID, unknown: [`status=${told.status}`] }
  const state = STATES[status]
  // What has not begun gives nothing, and names nobody.
  if (state === 'none') return NOTHING_SAID
  const quantity = told.seats ?? told.units ?? 1
  const period = {
    startsAt: told.current_period_start,
    endsAt: status === 'trialing' ? (told.trial_end ?? told.current_period_end) : told.current_period_end,
  }
  const isLate = state === 'overdue' || state === 'unpaid'
  const subscription: SubscriptionFact = {
    type: 'subscription',
    ref: told.id,
    // By it the page after the checkout asks.
    aliases: told.checkout_id ? [told.checkout_id] : [],
    customer: told.customer_id,
    version: versionOf(told, sentAt, STATUSES.indexOf(status)),
    // Not even a canceled one: Polar can reinstate it by its id.
    terminal: false,
    state,
    toldAt: (isLate ? told.past_due_at : null) ?? told.modified_at ?? sentAt,
    startsAt: told.started_at ?? null,
    endsAt: endOf(told, state, period.endsAt),
    // Who pays nothing is told no payment.
    tellsPayments: told.amount !== 0,
    items: [{ id: told.product_id, product: told.product_id, quantity, ordered: quantity, period }],
  }
  return { ...NOTHING_SAID, facts: [...linksOf(told, [told.id]), subscription] }
}

/** `subscription.canceled` tells a planned end; it is over with `subscription.revoked`. */
function endOf(told: Subscription, state: SubscriptionState, periodEndsAt: Instant): Instant | null {
  if (state === 'ended') return told.ended_at ?? told.ends_at ?? periodEndsAt
  if (state === 'paused') return null
  if (told.cancel_at_period_end) return told.ends_at ?? periodEndsAt
  return told.pause_at_period_end ? periodEndsAt : null
}
