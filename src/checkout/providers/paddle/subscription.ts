import * as z from 'zod'
import type { SubscriptionFact } from '../../../domain/checkout/fact.ts'
import { NOTHING_SAID, type Reading } from '../../provider.ts'
import { buyer, count, id, linkOf, moment, type Occurrence, period, versionOf } from './object.ts'

export const Subscription = z.looseObject({
  ...buyer,
  id,
  status: z.string(),
  transaction_id: id.nullish(),
  created_at: moment,
  started_at: moment.nullish(),
  canceled_at: moment.nullish(),
  current_billing_period: period.nullish(),
  scheduled_change: z.looseObject({ action: z.string(), effective_at: moment }).nullish(),
  items: z.array(
    z.looseObject({ quantity: count, recurring: z.boolean().default(true), price: z.looseObject({ id }) }),
  ),
})

type Subscription = z.output<typeof Subscription>

// For what is told of the same moment: a resumed subscription that owes goes paused, past due and active at once
// (https://developer.paddle.com/classic/guides/zg9joji1mzu0mduy-payment-failures).
const STATUSES = ['trialing', 'paused', 'past_due', 'active', 'canceled']

export function readSubscription(told: Subscription, occurred: Occurrence): Reading {
  const links = linkOf(told, [told.id])
  const terms = termsOf(told, occurred)
  if (typeof terms === 'string') return { ...NOTHING_SAID, facts: links, unknown: [terms] }
  const subscription: SubscriptionFact = {
    type: 'subscription',
    ref: told.id,
    aliases: told.transaction_id ? [told.transaction_id] : [],
    customer: told.customer_id ?? null,
    version: versionOf(occurred, STATUSES.indexOf(told.status)),
    startsAt: told.started_at ?? told.created_at,
    // What is billed along with it but once is a purchase, told by its transaction.
    items: told.items
      .filter(({ recurring }) => recurring)
      .map(({ price, quantity }) => ({ id: price.id, product: price.id, quantity, ordered: quantity })),
    ...terms,
  }
  return { ...NOTHING_SAID, facts: [...links, subscription] }
}

type Terms = Pick<SubscriptionFact, 'terminal' | 'access' | 'trial' | 'paidUntil' | 'renews' | 'period'>

/** What its status means; a text for what nobody knows. */
function termsOf(told: Subscription, occurred: Occurrence): Terms | string {
  const { status, scheduled_change: change } = told
  const open = { terminal: false, access: 'given', trial: status === 'trialing' } as const
  // Neither has a period: https://developer.paddle.com/build/subscriptions/pause-subscriptions
  const closed = { ...open, renews: false, period: null } as const
  // It cannot be reinstated, who subscribes again has a new one.
  if (status === 'canceled') return { ...closed, terminal: true, paidUntil: told.canceled_at ?? occurred.at }
  if (status === 'paused') return { ...closed, access: 'held', paidUntil: null }
  if (!STATUSES.includes(status)) return `status=${status}`
  if (!told.current_billing_period) return 'current_billing_period=null'
  const { starts_at: startsAt, ends_at: endsAt } = told.current_billing_period
  // A renewal moves the period before it is paid: https://developer.paddle.com/build/lifecycle/subscription-renewal-dunning
  if (status === 'past_due') {
    // The period before, whose start is not told: no month is longer than 31/28 of the next.
    const before = { startsAt: startsAt - Math.ceil(((endsAt - startsAt) * 31) / 28), endsAt: startsAt }
    return { ...open, paidUntil: startsAt, renews: true, period: before }
  }
  // A checkout is billed moments before the subscription starts, and nothing was paid before that.
  const isFirst = startsAt <= (told.started_at ?? told.created_at)
  const running = { ...open, period: { startsAt: isFirst ? 0 : startsAt, endsAt } }
  switch (change?.action) {
    case undefined:
    case 'resume':
      return { ...running, paidUntil: endsAt, renews: true }
    case 'cancel':
    // A pause that is to come ends what is paid for until then; once it began, it is told as one.
    case 'pause':
      return change.effective_at <= endsAt
        ? { ...running, paidUntil: change.effective_at, renews: false }
        : { ...running, paidUntil: endsAt, renews: true }
    default:
      return `scheduled_change.action=${change?.action}`
  }
}
