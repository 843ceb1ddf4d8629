import * as z from 'zod'
import type { ReversalFact, SubscriptionFact } from '../../../domain/purchases/register/fact.ts'
import { countedId } from '../../provider/counted-id.ts'
import { isoMoment } from '../../provider/iso-moment.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import {
  count,
  type ObjectHead,
  linkOf,
  orderItemRef,
  orderRef,
  subscriptionRef,
  timestamps,
} from './object.ts'

export const Subscription = z.looseObject({
  ...timestamps,
  customer_id: countedId.nullish(),
  order_id: countedId.nullish(),
  order_item_id: countedId.nullish(),
  product_id: countedId.nullish(),
  variant_id: countedId,
  status: z.string(),
  pause: z.looseObject({ mode: z.string(), resumes_at: isoMoment.nullish() }).nullish(),
  trial_ends_at: isoMoment.nullish(),
  renews_at: isoMoment.nullish(),
  ends_at: isoMoment.nullish(),
  // Missing in a trial.
  first_subscription_item: z
    .looseObject({ quantity: count.nullish(), updated_at: isoMoment.nullish() })
    .nullish(),
})

type Subscription = z.output<typeof Subscription>

// In the order in which they count where two are told of the same second.
const STATUSES = ['on_trial', 'active', 'past_due', 'paused', 'unpaid', 'cancelled', 'expired']

export function readSubscription(subscription: Subscription, { id: number, user }: ObjectHead): EventReading {
  const own = subscriptionRef(number)
  const { order_id, order_item_id, product_id, variant_id } = subscription
  // The order and its subscription are one purchase, so they have one name.
  const ref = order_item_id ? orderItemRef(order_item_id) : own
  const terms = termsOf(subscription)
  if (typeof terms === 'string') return { ...NOTHING_SAID, unknown: [terms] }
  const { first_subscription_item: item } = subscription
  const quantity = item?.quantity ?? 1
  // A change of the quantity alone is one of the item.
  const toldAt = Math.max(subscription.updated_at, item?.updated_at ?? 0)
  const { periodEndsAt, ...state } = terms
  // Only the end of a period is told.
  const period = periodEndsAt === null ? null : { startsAt: null, endsAt: periodEndsAt }
  const also = product_id ? [product_id] : []
  const snapshot: SubscriptionFact = {
    type: 'subscription',
    ref,
    aliases: [...(ref === own ? [] : [own]), ...(order_id ? [orderRef(order_id)] : [])],
    customer: subscription.customer_id ?? null,
    version: { at: toldAt, rank: STATUSES.indexOf(subscription.status) },
    toldAt,
    startsAt: subscription.created_at,
    tellsPayments: true,
    items: [{ id: variant_id, product: variant_id, also, quantity, ordered: quantity, period }],
    ...state,
  }
  const links = linkOf(user, subscription.customer_id, ref)
  return { ...NOTHING_SAID, facts: [...links, snapshot, ...notBoughtOnce(subscription, own)] }
}

/**
 * An order does not say that it is for a subscription, which alone tells how long it gives: its line gives nothing, and what
 * was used of it was used of the first period.
 */
function notBoughtOnce({ order_id, order_item_id }: Subscription, own: string): readonly ReversalFact[] {
  const lines = [
    ...(order_item_id ? [orderItemRef(order_item_id)] : []),
    ...(order_id ? [orderRef(order_id)] : []),
  ]
  return lines.map((line) => ({
    type: 'reversal',
    // The version before named it by the subscription alone.
    id: line === lines[0] ? own : `${own}/${line}`,
    of: [line],
    version: { at: 0, rank: 1 },
    undone: false,
    reverses: { type: 'order', line },
    paidAt: null,
  }))
}

interface Terms extends Pick<SubscriptionFact, 'terminal' | 'state' | 'endsAt'> {
  readonly periodEndsAt: number | null
}

/** What its status means (https://docs.lemonsqueezy.com/api/subscriptions); a text for what nobody knows. */
function termsOf(subscription: Subscription): Terms | string {
  const { status, pause, trial_ends_at, renews_at, ends_at, updated_at } = subscription
  const open = { terminal: false, endsAt: null, periodEndsAt: null } as const
  switch (status) {
    case 'on_trial':
      return trial_ends_at
        ? { ...open, state: 'trialing', periodEndsAt: trial_ends_at }
        : 'trial_ends_at=null'
    case 'active':
      return renews_at ? { ...open, state: 'active', periodEndsAt: renews_at } : 'renews_at=null'
    // `renews_at` is the next of its retries then, and no end of a period.
    case 'past_due':
      return { ...open, state: 'overdue' }
    case 'unpaid':
      return { ...open, state: 'unpaid' }
    case 'cancelled':
      return ends_at ? { ...open, state: 'active', endsAt: ends_at, periodEndsAt: ends_at } : 'ends_at=null'
    case 'expired':
      return { ...open, state: 'ended', terminal: true, endsAt: ends_at ?? updated_at }
    case 'paused':
      if (pause?.mode === 'void') return { ...open, state: 'paused' }
      // Given for nothing meanwhile: https://docs.lemonsqueezy.com/guides/developer-guide/managing-subscriptions
      if (pause?.mode === 'free') return { ...open, state: 'active', endsAt: pause.resumes_at ?? null }
      return `pause.mode=${pause?.mode}`
    default:
      return `status=${status}`
  }
}
