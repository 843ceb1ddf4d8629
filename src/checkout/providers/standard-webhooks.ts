import * as z from 'zod'
import { reference } from '../../contract/primitives.ts'
import { userId } from '../../contract/user-id.ts'
import type {
  BilledPeriod,
  Fact,
  HoldFact,
  LinkFact,
  ReversalFact,
  SubscriptionFact,
} from '../../domain/checkout/fact.ts'
import type { Instant } from '../../domain/instant.ts'
import { parseEvent } from '../parse-event.ts'
import { NOTHING_SAID, type Provider, Unparseable } from '../provider.ts'
import { standardHeaders } from '../standard-headers.ts'
import { textAt } from '../text-at.ts'

// The payload of a home-grown shop, as docs/checkout-payload.md has it. It is our own, so what is wrong with it is
// told to the shop at once; keys that are not known pass.

const id = z.string().regex(/^[!-~]{1,200}$/, '1 to 200 visible ASCII characters')
const instant = z.iso
  .datetime({ offset: true, error: 'is no ISO 8601 moment' })
  .transform((t) => Date.parse(t))
const count = z.int().min(1).max(1_000_000)
const version = z.int().min(0)
const mode = z.enum(['live', 'test']).nullish()

const who = { customer: id.nullish(), user_id: userId.nullish(), mode }

function isSomebody({ customer, user_id }: { customer?: unknown; user_id?: unknown }): boolean {
  return (customer ?? user_id ?? null) !== null
}
const SOMEBODY = { path: ['customer'], error: 'is required where there is no user_id' }

/** A list in which nothing is told twice. */
function list<S extends z.ZodType>(entry: S, keyOf: (entry: z.output<S>) => string) {
  return z
    .array(entry)
    .min(1)
    .max(100)
    .refine((entries) => new Set(entries.map(keyOf)).size === entries.length, 'holds an id twice')
}

const Completed = z
  .object({
    ...who,
    purchase_id: id,
    version: version.nullish().transform((told) => told ?? 1),
    starts_at: instant.nullish(),
    ends_at: instant.nullish(),
    lines: list(z.object({ line_id: id, product: reference, quantity: count }), ({ line_id }) => line_id),
  })
  .refine(isSomebody, SOMEBODY)

const Refunded = z
  .object({
    mode,
    purchase_id: id,
    refund_id: id,
    status: z.enum(['succeeded', 'failed']).nullish(),
    full: z.literal(true).nullish(),
    lines: list(z.object({ line_id: id, quantity: count.nullish() }), ({ line_id }) => line_id).nullish(),
  })
  .refine(({ full, lines }) => Boolean(full) !== Boolean(lines), {
    path: ['lines'],
    error: 'either these or "full": true is required',
  })

const subscription = { ...who, subscription_id: id, version, starts_at: instant.nullish() }
const items = list(z.object({ item_id: id, product: reference, quantity: count }), ({ item_id }) => item_id)

const Changed = z
  .discriminatedUnion(
    'status',
    [
      z.object({
        ...subscription,
        status: z.enum(['trialing', 'active', 'past_due', 'paused', 'unpaid']),
        period: z
          .object({ starts_at: instant, ends_at: instant })
          .refine(({ starts_at, ends_at }) => starts_at < ends_at, {
            path: ['ends_at'],
            error: 'is not after starts_at',
          }),
        cancel_at: instant.nullish(),
        items,
      }),
      z.object({ ...subscription, status: z.literal('incomplete'), items }),
      z.object({ ...subscription, status: z.literal('ended'), ended_at: instant, items }),
    ],
    { error: 'one of trialing, active, past_due, paused, unpaid, incomplete and ended' },
  )
  .refine(isSomebody, SOMEBODY)

const dispute = {
  mode,
  dispute_id: id,
  target: z.object({ type: z.enum(['purchase', 'subscription']), id }),
  paid_at: instant.nullish(),
}
const Opened = z.object(dispute)
const Closed = z.object({ ...dispute, outcome: z.enum(['won', 'lost']) })

const Linked = z.object({ mode, customer: id, user_id: userId })

const Event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('purchase.completed'), data: Completed }),
  z.object({ type: z.literal('purchase.refunded'), data: Refunded }),
  z.object({ type: z.literal('subscription.changed'), data: Changed }),
  z.object({ type: z.literal('dispute.opened'), data: Opened }),
  z.object({ type: z.literal('dispute.closed'), data: Closed }),
  z.object({ type: z.literal('customer.linked'), data: Linked }),
])

const TYPES = new Set<string>(Event.options.flatMap(({ shape }) => [...shape.type.values]))

const Outline = z.object({ type: z.string().min(1), timestamp: instant, data: z.looseObject({ mode }) })

/** A shop of one's own that speaks the payload of docs/checkout-payload.md over Standard Webhooks. */
export const standardWebhooks: Provider = {
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
      return completed(data, toldAt)
    case 'purchase.refunded':
      return refunded(data)
    case 'subscription.changed':
      return [...linkOf(data, subscriptionRef(data.subscription_id)), snapshotOf(data, toldAt)]
    case 'dispute.opened':
      return [holdOf(data, true)]
    case 'dispute.closed':
      return data.outcome === 'lost' ? [holdOf(data, false), lost(data)] : [holdOf(data, false)]
    case 'customer.linked':
      return [{ type: 'link', customer: data.customer, refs: [], userId: data.user_id, rank: 'own' }]
  }
}

// A shop may count its purchases and its subscriptions both from 1.
const purchaseRef = (id: string) => `purchase/${id}`
const subscriptionRef = (id: string) => `subscription/${id}`

type Who = Pick<z.output<typeof Completed>, 'customer' | 'user_id'>

function linkOf({ customer = null, user_id }: Who, ref: string): readonly LinkFact[] {
  if (!user_id) return []
  return [{ type: 'link', customer, refs: [ref], userId: user_id, rank: 'own' }]
}

function completed(data: z.output<typeof Completed>, boughtAt: Instant): readonly Fact[] {
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

function refunded({ purchase_id, refund_id, status, lines }: z.output<typeof Refunded>): readonly Fact[] {
  const undone = status === 'failed'
  const told = {
    type: 'reversal',
    of: [purchaseRef(purchase_id)],
    // A refund fails after it was made, and never succeeds again.
    version: { at: 0, rank: undone ? 1 : 0 },
    undone,
    paidAt: null,
  } as const
  if (!lines) return [{ ...told, id: refund_id, reverses: { type: 'everything' } }]
  return lines.map(({ line_id, quantity = null }) => ({
    ...told,
    id: `${refund_id}/${line_id}`,
    reverses: { type: 'line', line: line_id, quantity },
  }))
}

function snapshotOf(data: z.output<typeof Changed>, toldAt: Instant): SubscriptionFact {
  const told = {
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
    return { ...told, terminal: false, state: 'none', endsAt: null, items: itemsIn(null) }
  }
  if (data.status === 'ended') {
    return { ...told, terminal: true, state: 'ended', endsAt: data.ended_at, items: itemsIn(null) }
  }
  const { starts_at: startsAt, ends_at: endsAt } = data.period
  return {
    ...told,
    terminal: false,
    state: data.status === 'past_due' ? 'overdue' : data.status,
    endsAt: data.cancel_at ?? null,
    items: itemsIn({ startsAt, endsAt }),
  }
}

type Dispute = z.output<typeof Opened>

function holdOf(dispute: Dispute, held: boolean): HoldFact {
  // It is opened before it is closed, whatever the clocks say.
  const version = { at: 0, rank: held ? 0 : 1 }
  const reason = `dispute/${dispute.dispute_id}`
  return { type: 'hold', of: targetOf(dispute), reason, version, held, paidAt: dispute.paid_at ?? null }
}

function lost(dispute: Dispute): ReversalFact {
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
