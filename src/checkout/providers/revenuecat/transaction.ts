import type {
  Fact,
  PaymentFact,
  ReversalFact,
  SubscriptionFact,
} from '../../../domain/purchases/register/fact.ts'
import { WHOLE_AMOUNT } from '../../../domain/purchases/register/whole-amount.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import type { Event } from './event.ts'

const PERIOD_TYPES = new Set(['TRIAL', 'INTRO', 'NORMAL', 'PROMOTIONAL', 'PREPAID'])

/** A period that is not followed by another one. */
const ONE_PERIOD = new Set(['PROMOTIONAL', 'PREPAID'])

/** What an event says of its transaction; each transaction of a subscription is one of its paid periods. */
type StandingOf = (
  event: Event,
) => Pick<SubscriptionFact, 'state'> & { readonly endsAt: Instant | null | undefined }

// https://www.revenuecat.com/docs/integrations/webhooks/event-types-and-fields
//
// SUBSCRIPTION_PAUSED is not here: the pause begins with an EXPIRATION.
const STANDINGS = new Map<string, StandingOf>([
  ['INITIAL_PURCHASE', renewalOf],
  ['RENEWAL', renewalOf],
  ['UNCANCELLATION', renewalOf],
  ['SUBSCRIPTION_EXTENDED', renewalOf],
  ['REFUND_REVERSED', renewalOf],
  ['NON_RENEWING_PURCHASE', endingOf],
  ['TEMPORARY_ENTITLEMENT_GRANT', endingOf],
  ['CANCELLATION', endingOf],
  // The store has set its own grace, and what comes of it is a RENEWAL or an EXPIRATION.
  [
    'BILLING_ISSUE',
    (event) => ({ state: 'active', endsAt: event.grace_period_expiration_at_ms ?? endOf(event) }),
  ],
  [
    'EXPIRATION',
    (event) => ({ state: 'ended', endsAt: Math.min(endOf(event) ?? Infinity, event.event_timestamp_ms) }),
  ],
  ['PRODUCT_CHANGE', endingOf],
])

// The three that are sent at once for one failed payment, in the order in which they are sent:
// https://www.revenuecat.com/docs/integrations/webhooks/event-flows
const RANKS = ['BILLING_ISSUE', 'CANCELLATION', 'EXPIRATION']

function renewalOf(event: Event): ReturnType<StandingOf> {
  const isOnePeriod = ONE_PERIOD.has(event.period_type ?? '')
  return { state: stateOf(event), endsAt: isOnePeriod ? endOf(event) : null }
}

function endingOf(event: Event): ReturnType<StandingOf> {
  return { state: stateOf(event), endsAt: endOf(event) }
}

function stateOf({ period_type }: Event): 'trialing' | 'active' {
  return period_type === 'TRIAL' ? 'trialing' : 'active'
}

/**
 * A subscription without an end is malformed, never one for life; what is bought once may be for life, and says so.
 */
function endOf({ type, expiration_at_ms }: Event): Instant | null | undefined {
  const mayBeForLife = ['NON_RENEWING_PURCHASE', 'REFUND_REVERSED', 'CANCELLATION'].includes(type)
  return expiration_at_ms === null && !mayBeForLife ? undefined : expiration_at_ms
}

/**
 * On Google Play what it is changed for is a purchase of its own, which begins at once or, where the change is deferred,
 * with what would have been the next period; the old one goes on until then. Elsewhere the new product comes with the next
 * RENEWAL, which names it.
 * https://www.revenuecat.com/docs/subscription-guidance/managing-subscriptions#google-play
 */
function replacementOf({ type, store, product_id: product, new_product_id: next }: Event): string | null {
  const isReplaced = type === 'PRODUCT_CHANGE' && store === 'PLAY_STORE' && next !== product
  return isReplaced ? (next ?? null) : null
}

/** What an event says of one transaction of an app store. */
export function readTransaction(event: Event): EventReading {
  const { type, event_timestamp_ms: toldAt, period_type: periodType, cancel_reason: reason } = event
  const standing = STANDINGS.get(type)?.(event)
  if (standing === undefined) return NOTHING_SAID
  const replacement = replacementOf(event)
  if (type === 'PRODUCT_CHANGE' && replacement === null) return NOTHING_SAID
  // BILLING_ISSUE is sent with it and knows the store's grace, which this one would cut off.
  if (type === 'CANCELLATION' && reason === 'BILLING_ERROR') return NOTHING_SAID
  const ref = event.original_transaction_id ?? event.transaction_id
  if (endOf(event) === undefined) return unknown('expiration_at_ms=missing')
  if (!ref) return unknown('transaction_id=missing')
  if (!event.product_id) return unknown('product_id=missing')
  const transaction = event.transaction_id ?? ref
  const startsAt = event.purchased_at_ms ?? toldAt
  const endsAt = standing.endsAt ?? null
  const periodEndsAt = event.expiration_at_ms ?? null
  const snapshot: SubscriptionFact = {
    type: 'subscription',
    ref,
    aliases: transaction === ref ? [] : [transaction],
    customer: event.app_user_id ?? null,
    // A later transaction counts before an earlier one, whatever is told of that one afterwards.
    version: { at: startsAt, rank: toldAt * 4 + RANKS.indexOf(type) + 1 },
    // Whoever comes back to the App Store years later has the same original transaction.
    terminal: false,
    state: standing.state,
    toldAt,
    // A renewal is told up to a day before its period begins, and nothing is to be missing in between.
    startsAt: Math.min(startsAt, toldAt),
    endsAt,
    // A store makes a transaction only of what is paid.
    tellsPayments: false,
    ...(replacement === null ? {} : { replacedBy: { product: replacement, since: startsAt } }),
    items: [
      {
        id: ref,
        product: event.product_id,
        also: event.entitlement_ids ?? [],
        quantity: 1,
        ordered: 1,
        period: periodEndsAt === null ? null : { startsAt, endsAt: Math.max(periodEndsAt, endsAt ?? 0) },
      },
    ],
  }
  const facts: readonly Fact[] = [
    snapshot,
    paymentOf(event, ref, transaction, startsAt),
    ...reversalsOf(event, ref, transaction),
  ]
  const isUnknown = periodType && !PERIOD_TYPES.has(periodType)
  return { facts, unknown: [], flags: isUnknown ? [`period_type=${periodType}`] : [] }
}

function unknown(value: string): EventReading {
  return { ...NOTHING_SAID, unknown: [value] }
}

/** The sum is not told in a way that could be compared: a refund is of all of a transaction. */
function paymentOf(event: Event, ref: string, payment: string, startsAt: Instant): PaymentFact {
  const { expiration_at_ms: endsAt = null } = event
  return {
    type: 'payment',
    of: [ref],
    payment,
    paidAt: startsAt,
    money: { version: { at: 0, rank: 0 }, total: WHOLE_AMOUNT, refunded: 0 },
    bill: null,
    covers:
      endsAt === null
        ? { type: 'other' }
        : { type: 'period', lines: [{ id: null, item: null, startsAt, endsAt, total: null }] },
  }
}

/** A refund is told as a cancellation by customer support, of the transaction that it gives back, and may be reversed. */
function reversalsOf(event: Event, ref: string, payment: string): readonly ReversalFact[] {
  const { type, cancel_reason: reason, event_timestamp_ms: toldAt } = event
  const isRefund = type === 'CANCELLATION' && reason === 'CUSTOMER_SUPPORT'
  if (!isRefund && type !== 'REFUND_REVERSED') return []
  return [
    {
      type: 'reversal',
      of: [ref],
      id: `refund/${payment}`,
      version: { at: toldAt, rank: 0 },
      undone: !isRefund,
      reverses: { type: 'amount', payment, amount: WHOLE_AMOUNT },
      paidAt: null,
      reversedAt: toldAt,
    },
  ]
}
