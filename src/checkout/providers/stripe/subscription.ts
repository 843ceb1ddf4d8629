import * as z from 'zod'
import type {
  BilledItem,
  SubscriptionFact,
  SubscriptionState,
} from '../../../domain/purchases/register/fact.ts'
import type { EventReading } from '../../provider/provider.ts'
import {
  customerOf,
  idOf,
  presentIds,
  maybe,
  metadata,
  moment,
  owner,
  price,
  readAs,
  type StripeEvent,
  withLink,
  wroteIn,
} from './object.ts'

// Since 2025-03-31.basil every item has a period of its own, before that the subscription had the one:
// https://docs.stripe.com/changelog/basil/2025-03-31/deprecate-subscription-current-period-start-and-end
const period = { current_period_start: maybe(moment), current_period_end: maybe(moment) }

const subscriptionSchema = z.looseObject({
  ...owner,
  ...period,
  id: z.string(),
  status: z.string(),
  created: moment,
  start_date: maybe(moment),
  ended_at: maybe(moment),
  cancel_at: maybe(moment),
  cancel_at_period_end: z.boolean().default(false),
  pause_collection: maybe(z.looseObject({ behavior: z.string() })),
  latest_invoice: maybe(idOf),
  metadata,
  items: z.looseObject({
    data: z.array(
      z.looseObject({ ...period, id: z.string(), price, quantity: maybe(z.int().nonnegative()) }),
    ),
    has_more: z.boolean().default(false),
  }),
})

type Subscription = z.output<typeof subscriptionSchema>

/** Of two that share a second, the later in this list is taken for the later. */
const STATUSES = [
  'incomplete',
  'trialing',
  'active',
  'past_due',
  'paused',
  'unpaid',
  'incomplete_expired',
  'canceled',
] as const

type Status = (typeof STATUSES)[number]

// https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses
const STATES: Readonly<Record<Status, SubscriptionState>> = {
  incomplete: 'none',
  trialing: 'trialing',
  active: 'active',
  past_due: 'overdue',
  paused: 'paused',
  unpaid: 'unpaid',
  incomplete_expired: 'none',
  canceled: 'ended',
}

/** Whether a pause of collection takes the use away. It leaves the status as it is. */
const PAUSES: ReadonlyMap<string | undefined, boolean> = new Map([
  [undefined, false],
  ['void', true],
  ['keep_as_draft', false],
  ['mark_uncollectible', false],
])

/** All of a subscription as it is now. What is only asked for (`pending_update`) is not. */
export function readSubscription(event: StripeEvent): EventReading {
  return readAs(subscriptionSchema, event, (subscription) => {
    const snapshot = snapshotOf(subscription, event)
    return snapshot === null
      ? {}
      : withLink(snapshot, subscription, [subscription.id], wroteIn(subscription.metadata))
  })
}

/** `null` where there is nothing of it yet. */
function snapshotOf(subscription: Subscription, event: StripeEvent): Partial<EventReading> | null {
  const isDeleted = event.type === 'customer.subscription.deleted'
  const status = isDeleted ? 'canceled' : STATUSES.find((name) => name === subscription.status)
  if (status === undefined) return { unknown: [`status=${subscription.status}`] }
  // A subscription that has not begun gives nothing, names no user and links no customer; an event tells when it begins.
  if (STATES[status] === 'none') return null
  const isStopped = PAUSES.get(subscription.pause_collection?.behavior)
  // The id never comes back: who subscribes again has a new one.
  const terminal = status === 'canceled'
  const items = subscription.items.data.map((item) => itemOf(item, subscription))
  if (!terminal) {
    if (isStopped === undefined)
      return { unknown: [`pause_collection.behavior=${subscription.pause_collection?.behavior}`] }
    if (items.length === 0 || items.some(({ period }) => period === null))
      return { unknown: ['current_period_end=absent'] }
    if (subscription.items.has_more) return { unknown: ['items.has_more=true'] }
  }
  // A second can hold several changes, and nothing numbers them: but the creation is always the first.
  const isFirst = event.type === 'customer.subscription.created' && !event.isReread
  const fact: SubscriptionFact = {
    type: 'subscription',
    ref: subscription.id,
    aliases: presentIds(subscription.latest_invoice),
    customer: customerOf(subscription),
    version: { at: event.at, rank: isFirst ? 0 : 1 + STATUSES.indexOf(status) },
    terminal,
    state: isStopped === true && !terminal ? 'paused' : STATES[status],
    toldAt: event.occurredAt,
    startsAt: subscription.start_date ?? subscription.created,
    endsAt: terminal ? (subscription.ended_at ?? event.occurredAt) : endOf(subscription, items),
    tellsPayments: true,
    items,
  }
  return { facts: [fact] }
}

type SubscriptionItem = Subscription['items']['data'][number]

function itemOf({ id, price, quantity, ...own }: SubscriptionItem, subscription: Subscription): BilledItem {
  const startsAt = own.current_period_start ?? subscription.current_period_start
  const endsAt = own.current_period_end ?? subscription.current_period_end
  // What is metered has no quantity.
  const count = quantity ?? 1
  const period = startsAt === null || endsAt === null ? null : { startsAt, endsAt }
  return { id, product: price.id, also: price.also, quantity: count, ordered: count, period }
}

/** Flexible billing only sets `cancel_at`, and is the default since clover. It can be periods away. */
// https://docs.stripe.com/changelog/clover/2025-09-30/billing-mode-default-flexible
function endOf({ cancel_at, cancel_at_period_end }: Subscription, items: readonly BilledItem[]) {
  if (!cancel_at_period_end) return cancel_at
  const ends = items.flatMap(({ period }) => (period === null ? [] : [period.endsAt]))
  return cancel_at ?? Math.min(...ends)
}
