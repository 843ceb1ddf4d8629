import * as z from 'zod'
import type { SubscriptionFact } from '../../../domain/checkout/fact.ts'
import type { Instant } from '../../../domain/instant.ts'
import type { Reading } from '../../provider.ts'
import {
  customerOf,
  idOf,
  known,
  maybe,
  metadata,
  moment,
  owner,
  readAs,
  type Said,
  withLink,
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
      z.looseObject({ ...period, id: z.string(), price: idOf, quantity: maybe(z.int().nonnegative()) }),
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

/** Whether a pause of collection takes the use away. It leaves the status as it is. */
const PAUSES: ReadonlyMap<string | undefined, boolean> = new Map([
  [undefined, false],
  ['void', true],
  ['keep_as_draft', false],
  ['mark_uncollectible', false],
])

/** All of a subscription as it is now. What is only asked for (`pending_update`) is not. */
export function readSubscription(said: Said): Reading {
  return readAs(subscriptionSchema, said, (told) =>
    withLink(snapshotOf(told, said), told, [told.id], told.metadata?.user_id),
  )
}

function snapshotOf(told: Subscription, said: Said): Partial<Reading> {
  const isDeleted = said.type === 'customer.subscription.deleted'
  const status = isDeleted ? 'canceled' : STATUSES.find((name) => name === told.status)
  if (status === undefined) return { unknown: [`status=${told.status}`] }

  // A second can hold several changes, and nothing numbers them: but the creation is always the first.
  const isFirst = said.type === 'customer.subscription.created' && !said.isReread
  const current = currentPeriodOf(told)
  const subscription: SubscriptionFact = {
    type: 'subscription',
    ref: told.id,
    aliases: known(told.latest_invoice),
    customer: customerOf(told),
    version: { at: said.at, rank: isFirst ? 0 : 1 + STATUSES.indexOf(status) },
    terminal: false,
    access: 'given',
    trial: status === 'trialing',
    startsAt: told.start_date ?? told.created,
    paidUntil: null,
    renews: false,
    period: current === null ? null : paidPeriodOf(told, current),
    items: told.items.data.map(({ id, price, quantity }) => {
      // What is metered has no quantity.
      return { id, product: price, quantity: quantity ?? 1, ordered: quantity ?? 1 }
    }),
  }
  if (status === 'canceled' || status === 'incomplete_expired') {
    // The id never comes back: who subscribes again has a new one.
    const access = status === 'canceled' ? 'given' : 'none'
    const ended = {
      ...subscription,
      terminal: true,
      access,
      paidUntil: told.ended_at ?? said.occurredAt,
    } as const
    return { facts: [ended] }
  }

  const isHeld = PAUSES.get(told.pause_collection?.behavior)
  if (isHeld === undefined)
    return { unknown: [`pause_collection.behavior=${told.pause_collection?.behavior}`] }
  if (current === null) return { unknown: ['current_period_end=absent'] }
  if (told.items.has_more) return { unknown: ['items.has_more=true'] }

  const access = status === 'paused' || status === 'unpaid' || isHeld ? 'held' : 'given'
  switch (status) {
    case 'incomplete':
      return { facts: [{ ...subscription, access: 'none', period: null }] }
    case 'trialing':
    case 'active':
    case 'paused':
      return { facts: [{ ...subscription, access, ...scheduleOf(told, current) }] }
    case 'past_due':
    case 'unpaid': {
      const unpaid = { paidUntil: current.startsAt, renews: true, period: periodBefore(current) }
      return { facts: [{ ...subscription, access, ...unpaid }] }
    }
  }
}

interface Period {
  readonly startsAt: Instant
  readonly endsAt: Instant
}

/** The time that the periods of all items share: from the latest payment to the next one due. */
function currentPeriodOf({ items, ...told }: Subscription): Period | null {
  const starts = items.data.map((item) => item.current_period_start ?? told.current_period_start ?? NaN)
  const ends = items.data.map((item) => item.current_period_end ?? told.current_period_end ?? NaN)
  const [startsAt, endsAt] = [Math.max(...starts), Math.min(...ends)]
  return Number.isFinite(startsAt) && Number.isFinite(endsAt) ? { startsAt, endsAt } : null
}

/** The time in which the current period was paid for. */
function paidPeriodOf({ created }: Subscription, { startsAt, endsAt }: Period): Period {
  // Since basil a checkout is paid before its subscription is made, and nothing else was paid before that:
  // https://docs.stripe.com/changelog/basil/2025-03-31/checkout-legacy-subscription-upgrade
  return { startsAt: startsAt <= created ? 0 : startsAt, endsAt }
}

/** At least the period before, whose start is not told: no month is longer than 31/28 of the next. */
function periodBefore({ startsAt, endsAt }: Period): Period {
  return { startsAt: startsAt - Math.ceil(((endsAt - startsAt) * 31) / 28), endsAt: startsAt }
}

function scheduleOf({ cancel_at, cancel_at_period_end }: Subscription, { endsAt }: Period) {
  // Flexible billing only sets `cancel_at`, and is the default since clover. It can be periods away.
  // https://docs.stripe.com/changelog/clover/2025-09-30/billing-mode-default-flexible
  const end = cancel_at ?? (cancel_at_period_end ? endsAt : null)
  return end !== null && end <= endsAt
    ? { paidUntil: end, renews: false }
    : { paidUntil: endsAt, renews: true }
}
