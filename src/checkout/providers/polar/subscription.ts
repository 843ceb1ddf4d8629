import * as z from 'zod'
import type { SubscriptionFact } from '../../../domain/checkout/fact.ts'
import type { Instant } from '../../../domain/instant.ts'
import { NOTHING_SAID, type Reading } from '../../provider.ts'
import { buyer, changed, count, id, linksOf, moment, versionOf } from './object.ts'

export const Subscription = z.looseObject({
  ...changed,
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

export function readSubscription(told: Subscription, sentAt: Instant): Reading {
  const links = linksOf(told, [told.id])
  const status = STATUSES.find((name) => name === told.status)
  if (status === undefined) return { ...NOTHING_SAID, facts: links, unknown: [`status=${told.status}`] }
  const quantity = told.seats ?? told.units ?? 1
  const subscription: SubscriptionFact = {
    type: 'subscription',
    ref: told.id,
    // By it the page after the checkout asks.
    aliases: told.checkout_id ? [told.checkout_id] : [],
    customer: told.customer_id,
    version: versionOf(told, sentAt, STATUSES.indexOf(status)),
    // Not even a canceled one: Polar can reinstate it by its id.
    terminal: false,
    trial: status === 'trialing',
    startsAt: told.started_at ?? null,
    items: [{ id: told.product_id, product: told.product_id, quantity, ordered: quantity }],
    ...termsOf(told, status),
  }
  return { ...NOTHING_SAID, facts: [...links, subscription] }
}

type Terms = Pick<SubscriptionFact, 'access' | 'paidUntil' | 'renews' | 'period'>

function termsOf(told: Subscription, status: (typeof STATUSES)[number]): Terms {
  const { current_period_start: startsAt, current_period_end: endsAt } = told
  const period = { startsAt, endsAt }
  switch (status) {
    case 'incomplete':
    case 'incomplete_expired':
      return { access: 'none', paidUntil: null, renews: false, period: null }
    case 'trialing':
    case 'active': {
      const end = status === 'trialing' ? (told.trial_end ?? endsAt) : endsAt
      // `subscription.canceled` tells only this: it is over with `subscription.revoked`.
      if (told.cancel_at_period_end)
        return { access: 'given', paidUntil: told.ends_at ?? end, renews: false, period }
      return { access: 'given', paidUntil: end, renews: !told.pause_at_period_end, period }
    }
    case 'past_due':
    case 'unpaid': {
      // The period moved before it was paid. The one before has no start: no month is longer than 31/28 of the next.
      const before = { startsAt: startsAt - Math.ceil(((endsAt - startsAt) * 31) / 28), endsAt: startsAt }
      const access = status === 'unpaid' ? 'held' : 'given'
      return { access, paidUntil: startsAt, renews: true, period: before }
    }
    case 'paused':
      return { access: 'held', paidUntil: endsAt, renews: false, period }
    case 'canceled':
      return { access: 'given', paidUntil: told.ended_at ?? told.ends_at ?? endsAt, renews: false, period }
  }
}
