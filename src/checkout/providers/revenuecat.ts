import * as z from 'zod'
import { userId } from '../../contract/user-id.ts'
import type { Fact, LinkFact, SubscriptionFact } from '../../domain/checkout/fact.ts'
import type { Instant } from '../../domain/instant.ts'
import { parseEvent } from '../parse-event.ts'
import { NOTHING_SAID, type Provider, type Reading } from '../provider.ts'

// What has the wrong shape is as good as missing: the event is kept until somebody looked.
const text = z.string().min(1).nullish().catch(undefined)
const instant = z.int().nonnegative().nullish().catch(undefined)
const ids = z.array(z.string().min(1)).nullish().catch(undefined)

const Body = z.looseObject({
  event: z.looseObject({
    id: z.string().min(1),
    type: z.string().min(1),
    event_timestamp_ms: z.int().nonnegative(),
    environment: text,
    app_user_id: text,
    original_app_user_id: text,
    aliases: ids,
    transferred_from: ids,
    transferred_to: ids,
    product_id: text,
    period_type: text,
    transaction_id: text,
    original_transaction_id: text,
    purchased_at_ms: instant,
    expiration_at_ms: instant,
    grace_period_expiration_at_ms: instant,
    cancel_reason: text,
  }),
})

type Event = z.output<typeof Body>['event']

const MODES = new Map<string, 'live' | 'test'>([
  ['PRODUCTION', 'live'],
  ['SANDBOX', 'test'],
])

/** Subscriptions and purchases of app stores, as RevenueCat tells them. */
export const revenuecat: Provider = {
  envelopeOf(body) {
    const { event } = parseEvent(Body, body)
    return {
      eventId: event.id,
      // One webhook serves all apps of a project, and a customer is the same in all of them.
      account: '',
      type: event.type,
      occurredAt: event.event_timestamp_ms,
      mode: MODES.get(event.environment ?? '') ?? null,
    }
  },
  read(body) {
    const { event } = parseEvent(Body, body)
    if (event.environment && !MODES.has(event.environment)) return unknown(`environment=${event.environment}`)
    if (event.type === 'TRANSFER') return readTransfer(event)
    if (event.type === 'SUBSCRIBER_ALIAS') return { ...NOTHING_SAID, facts: linksOf(namesOf(event)) }
    return readSnapshot(event)
  },
}

function unknown(value: string): Reading {
  return { ...NOTHING_SAID, unknown: [value] }
}

/** Until when, as an event has it: `undefined` where it should say so and does not. */
interface Term {
  readonly paidUntil: Instant | null | undefined
  readonly renews: boolean
}

const PERIOD_TYPES = new Set(['TRIAL', 'INTRO', 'NORMAL', 'PROMOTIONAL', 'PREPAID'])
const FOR_LIFE: Term = { paidUntil: null, renews: false }
const ONE_PERIOD = new Set(['PROMOTIONAL', 'PREPAID'])

// https://www.revenuecat.com/docs/integrations/webhooks/event-types-and-fields
//
// PRODUCT_CHANGE is not here: it may speak of the next renewal, still names the old product, and the RENEWAL that
// comes with every change that is in effect names the new one. Nor is SUBSCRIPTION_PAUSED: the pause begins with an
// EXPIRATION.
const TERMS = new Map<string, (event: Event) => Term>([
  ['INITIAL_PURCHASE', renewing],
  ['RENEWAL', renewing],
  ['UNCANCELLATION', renewing],
  ['SUBSCRIPTION_EXTENDED', renewing],
  ['TEMPORARY_ENTITLEMENT_GRANT', ending],
  // Only these two may be of what never expires, and then they say so.
  ['NON_RENEWING_PURCHASE', (event) => ({ paidUntil: event.expiration_at_ms, renews: false })],
  ['REFUND_REVERSED', (event) => (event.expiration_at_ms === null ? FOR_LIFE : renewing(event))],
  ['CANCELLATION', (event) => (event.cancel_reason === 'CUSTOMER_SUPPORT' ? over(event) : ending(event))],
  ['BILLING_ISSUE', failing],
  ['EXPIRATION', over],
])

// The three that are sent at once for one failed payment, in the order in which they are sent:
// https://www.revenuecat.com/docs/integrations/webhooks/event-flows
const RANKS = ['BILLING_ISSUE', 'CANCELLATION', 'EXPIRATION']

function renewing(event: Event): Term {
  return { paidUntil: endOf(event), renews: !ONE_PERIOD.has(event.period_type ?? '') }
}

/** A subscription without an end is malformed, never one for life. */
function endOf({ expiration_at_ms }: Event): Instant | undefined {
  return expiration_at_ms ?? undefined
}

function ending(event: Event): Term {
  return { paidUntil: endOf(event), renews: false }
}

/** The store has set its own grace, and what comes of it is a RENEWAL or an EXPIRATION. */
function failing(event: Event): Term {
  return { paidUntil: event.grace_period_expiration_at_ms ?? endOf(event), renews: false }
}

function over(event: Event): Term {
  const paidUntil = Math.min(endOf(event) ?? Infinity, event.event_timestamp_ms)
  return { paidUntil, renews: false }
}

function readSnapshot(event: Event): Reading {
  const { type, event_timestamp_ms: toldAt, purchased_at_ms: purchasedAt, period_type: periodType } = event
  const term = TERMS.get(type)?.(event)
  if (term === undefined) return NOTHING_SAID
  // BILLING_ISSUE is sent with it and knows the store's grace, which this one would cut off.
  if (type === 'CANCELLATION' && event.cancel_reason === 'BILLING_ERROR') return NOTHING_SAID
  const { paidUntil, renews } = term
  if (paidUntil === undefined) return unknown('expiration_at_ms=missing')
  const ref = event.original_transaction_id ?? event.transaction_id
  if (!ref) return unknown('transaction_id=missing')
  if (!event.product_id) return unknown('product_id=missing')
  const transaction = event.transaction_id ?? ref
  const snapshot: SubscriptionFact = {
    type: 'subscription',
    ref,
    aliases: transaction === ref ? [] : [transaction],
    customer: event.app_user_id ?? null,
    version: { at: toldAt, rank: RANKS.indexOf(type) },
    // Whoever comes back to the App Store years later has the same original transaction.
    terminal: false,
    access: 'given',
    trial: periodType === 'TRIAL',
    // A renewal is told up to a day before its period begins, and nothing is to be missing in between.
    startsAt: Math.min(purchasedAt ?? toldAt, toldAt),
    paidUntil,
    renews,
    // A refund comes as a snapshot, too.
    period: null,
    items: [{ id: ref, product: event.product_id, quantity: 1, ordered: 1 }],
  }
  return {
    facts: [...linksOf(namesOf(event), snapshot), snapshot],
    unknown: [],
    flags: periodType && !PERIOD_TYPES.has(periodType) ? [`period_type=${periodType}`] : [],
  }
}

/** All ids of the customer, the one seen last first. */
function namesOf({ app_user_id, original_app_user_id, aliases }: Event): readonly string[] {
  return [...new Set([app_user_id, original_app_user_id, ...(aliases ?? [])])].filter(
    (name) => typeof name === 'string',
  )
}

/** An anonymous id ($RCAnonymousID:…) is no valid user id either. */
function isUserId(name: string): boolean {
  return userId.safeParse(name).success
}

/**
 * The customer goes by the first id that is a user's; names that are nobody's are other names of that user. The event
 * of a purchase names that user as whose it is.
 */
function linksOf(names: readonly string[], bought: SubscriptionFact | null = null): readonly LinkFact[] {
  const user = names.find(isUserId)
  if (user === undefined) return []
  const link = { type: 'link', userId: user, rank: 'own' } as const
  const own = bought === null ? [] : [{ ...link, customer: bought.customer, refs: [bought.ref] }]
  const others = names.filter((name) => (bought === null && name === user) || !isUserId(name))
  return [...own, ...others.map((customer) => ({ ...link, customer, refs: [] }))]
}

function readTransfer({ transferred_from, transferred_to }: Event): Reading {
  const names = transferred_to ?? []
  const to = names.find(isUserId) ?? names[0]
  if (to === undefined) return unknown('transferred_to=missing')
  const from = (transferred_from ?? []).filter((name) => !names.includes(name))
  if (from.length === 0) return unknown('transferred_from=missing')
  const transfer: Fact = { type: 'transfer', from, to }
  return { ...NOTHING_SAID, facts: [...linksOf(names), transfer] }
}
