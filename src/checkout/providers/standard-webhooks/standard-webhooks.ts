import type * as z from 'zod'
import type {
  BilledPeriod,
  Fact,
  HoldFact,
  LinkFact,
  ReversalFact,
  SubscriptionFact,
} from '../../../domain/purchases/register/fact.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { NamingFields } from '../../provider/naming-field.ts'
import { parseEvent } from '../../provider/parse-event.ts'
import { NOTHING_SAID, type Provider, Unparseable } from '../../provider/provider.ts'
import { textAt } from '../../provider/text-at.ts'
import { decodedSecret, paddedBase64 } from '../../signatures/signature-encodings.ts'
import { standardWebhookHeaders } from '../../signatures/signature-headers.ts'
import { standardHeaders } from '../../signatures/standard-headers.ts'
import {
  type SubscriptionChanged,
  type PurchaseCompleted,
  Event,
  type DisputeOpened,
  Outline,
  type PurchaseRefunded,
  TYPES,
} from './payload.ts'

const namingFields = {
  // The shop signs the payload itself.
  'data.user_id': {
    writer: 'server',
    source: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  },
} as const satisfies NamingFields

/** A shop of one's own that speaks the payload of docs/checkout-payload.md over Standard Webhooks. */
export const standardWebhooks: Provider = {
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
  signature: { read: standardWebhookHeaders, decode: paddedBase64, keysOf: decodedSecret },
  namingFields,
  acceptsUnlistedAccounts: true,
  kindsOfPurchase: ['purchase', 'subscription'],
  envelopeOf(body, headers) {
    const { id: eventId } = standardHeaders(headers)
    if (eventId === '') throw new Unparseable('header webhook-id: is missing')
    const { type, timestamp, data } = parseEvent(Outline, body)
    if (TYPES.has(type)) parseEvent(Event, body)
    return { eventId, account: '', type, occurredAt: timestamp, mode: data.mode ?? null }
  },
  outlineOf: (body, headers) => ({ eventId: standardHeaders(headers).id, type: textAt(body, 'type') }),
  read(body, { type, occurredAt }) {
    const facts = TYPES.has(type) ? factsOf(parseEvent(Event, body), occurredAt) : []
    return { ...NOTHING_SAID, facts }
  },
}

function factsOf({ type, data }: z.output<typeof Event>, toldAt: Instant): readonly Fact[] {
  switch (type) {
    case 'purchase.completed':
      return purchaseFactsOf(data, toldAt)
    case 'purchase.refunded':
      return refundFactsOf(data)
    case 'subscription.changed':
      return [...linkOf(data, subscriptionRef(data.subscription_id)), snapshotOf(data, toldAt)]
    case 'dispute.opened':
      return [holdOf(data, true)]
    case 'dispute.closed':
      return data.outcome === 'lost' ? [holdOf(data, false), lossOf(data)] : [holdOf(data, false)]
    case 'customer.linked':
      return [{ type: 'link', customer: data.customer, refs: [], userId: data.user_id, rank: 'own', writer }]
  }
}

const { writer } = namingFields['data.user_id']

// A shop may count its purchases and its subscriptions both from 1.
const purchaseRef = (id: string) => `purchase/${id}`
const subscriptionRef = (id: string) => `subscription/${id}`

type Who = Pick<z.output<typeof PurchaseCompleted>, 'customer' | 'user_id'>

function linkOf({ customer = null, user_id }: Who, ref: string): readonly LinkFact[] {
  if (!user_id) return []
  return [{ type: 'link', customer, refs: [ref], userId: user_id, rank: 'own', writer }]
}

function purchaseFactsOf(data: z.output<typeof PurchaseCompleted>, boughtAt: Instant): readonly Fact[] {
  const ref = purchaseRef(data.purchase_id)
  return [
    ...linkOf(data, ref),
    {
      type: 'purchase',
      ref,
      aliases: [],
      customer: data.customer ?? null,
      version: { at: data.version, rank: 0 },
      startsAt: data.starts_at ?? null,
      endsAt: data.ends_at ?? null,
      boughtAt,
      lines: data.lines.map(({ line_id, product, quantity }) => {
        return { id: line_id, product, quantity, ordered: quantity }
      }),
    },
  ]
}

function refundFactsOf({
  purchase_id,
  refund_id,
  status,
  lines,
}: z.output<typeof PurchaseRefunded>): readonly Fact[] {
  const undone = status === 'failed'
  const common = {
    type: 'reversal',
    of: [purchaseRef(purchase_id)],
    // A refund fails after it was made, and never succeeds again.
    version: { at: 0, rank: undone ? 1 : 0 },
    undone,
    paidAt: null,
  } as const
  if (!lines) return [{ ...common, id: refund_id, reverses: { type: 'everything' } }]
  return lines.map(({ line_id, quantity = null }) => ({
    ...common,
    id: `${refund_id}/${line_id}`,
    reverses: { type: 'line', line: line_id, quantity },
  }))
}

function snapshotOf(data: z.output<typeof SubscriptionChanged>, toldAt: Instant): SubscriptionFact {
  const common = {
    type: 'subscription',
    ref: subscriptionRef(data.subscription_id),
    aliases: [],
    customer: data.customer ?? null,
    version: { at: data.version, rank: 0 },
    startsAt: data.starts_at ?? null,
    toldAt,
    // Told active is paid: nothing else tells of payments.
    tellsPayments: false,
  } as const
  const itemsIn = (period: BilledPeriod | null) =>
    data.items.map(({ item_id, product, quantity }) => {
      return { id: item_id, product, quantity, ordered: quantity, period }
    })
  if (data.status === 'incomplete') {
    return { ...common, terminal: false, state: 'none', endsAt: null, items: itemsIn(null) }
  }
  if (data.status === 'ended') {
    return { ...common, terminal: true, state: 'ended', endsAt: data.ended_at, items: itemsIn(null) }
  }
  const { starts_at: startsAt, ends_at: endsAt } = data.period
  return {
    ...common,
    terminal: false,
    state: data.status === 'past_due' ? 'overdue' : data.status,
    endsAt: data.cancel_at ?? null,
    items: itemsIn({ startsAt, endsAt }),
  }
}

type Dispute = z.output<typeof DisputeOpened>

function holdOf(dispute: Dispute, held: boolean): HoldFact {
  // It is opened before it is closed, whatever the clocks say.
  const version = { at: 0, rank: held ? 0 : 1 }
  const reason = `dispute/${dispute.dispute_id}`
  return { type: 'hold', of: targetOf(dispute), reason, version, held, paidAt: dispute.paid_at ?? null }
}

function lossOf(dispute: Dispute): ReversalFact {
  return {
    type: 'reversal',
    of: targetOf(dispute),
    id: `dispute/${dispute.dispute_id}`,
    version: { at: 0, rank: 0 },
    undone: false,
    reverses: { type: 'everything' },
    paidAt: dispute.paid_at ?? null,
  }
}

function targetOf({ target }: Dispute): readonly string[] {
  return [target.type === 'purchase' ? purchaseRef(target.id) : subscriptionRef(target.id)]
}
