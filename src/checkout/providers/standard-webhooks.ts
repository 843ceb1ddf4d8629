import * as z from 'zod'
import { reference } from '../../contract/primitives.ts'
import { userId } from '../../contract/user-id.ts'
import type { Fact, HoldFact, LinkFact, ReversalFact, SubscriptionFact } from '../../domain/checkout/fact.ts'
import { parseEvent } from '../parse-event.ts'
import { NOTHING_SAID, type Provider, Unparseable } from '../provider.ts'

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
    const eventId = headers.get('webhook-id')
    if (eventId === null || eventId === '') throw new Unparseable('header webhook-id: is missing')
    const { type, timestamp, data } = parseEvent(Outline, body)
    if (TYPES.has(type)) parseEvent(Event, body)
    return { eventId, account: '', type, occurredAt: timestamp, mode: data.mode ?? null }
  },
  read(body, { type }) {
    return TYPES.has(type) ? { ...NOTHING_SAID, facts: factsOf(parseEvent(Event, body)) } : NOTHING_SAID
  },
}

function factsOf({ type, data }: z.output<typeof Event>): readonly Fact[] {
  switch (type) {
    case 'purchase.completed':
      return completed(data)
    case 'purchase.refunded':
      return refunded(data)
    case 'subscription.changed':
      return [...linkOf(data, subscriptionRef(data.subscription_id)), snapshotOf(data)]
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

function completed(data: z.output<typeof Completed>): readonly Fact[] {
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
      lines: data.lines.map(({ line_id, product, quantity }) => ({
        id: line_id,
        product,
        quantity,
        ordered: quantity,
      })),
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

function snapshotOf(data: z.output<typeof Changed>): SubscriptionFact {
  const told = {
    type: 'subscription',
    ref: subscriptionRef(data.subscription_id),
    aliases: [],
    customer: data.customer ?? null,
    version: { at: data.version, rank: 0 },
    startsAt: data.starts_at ?? null,
    trial: data.status === 'trialing',
    items: data.items.map(({ item_id, product, quantity }) => ({
      id: item_id,
      product,
      quantity,
      ordered: quantity,
    })),
  } as const
  const nothingPaid = { terminal: false, paidUntil: null, renews: false, period: null } as const
  if (data.status === 'incomplete') return { ...told, ...nothingPaid, access: 'none' }
  if (data.status === 'ended')
    return { ...told, ...nothingPaid, terminal: true, access: 'given', paidUntil: data.ended_at }
  const period = { startsAt: data.period.starts_at, endsAt: data.period.ends_at }
  const running = { ...told, terminal: false, period } as const
  if (data.status === 'past_due')
    return { ...running, access: 'given', paidUntil: period.startsAt, renews: true }
  const cancelAt = data.cancel_at ?? null
  const isHeld = data.status === 'paused' || data.status === 'unpaid'
  return {
    ...running,
    access: isHeld ? 'held' : 'given',
    paidUntil: cancelAt ?? period.endsAt,
    renews: cancelAt === null,
  }
}

type Dispute = z.output<typeof Opened>

function holdOf(dispute: Dispute, held: boolean): HoldFact {
  // It is opened before it is closed, whatever the clocks say.
  const version = { at: 0, rank: held ? 0 : 1 }
  return { type: 'hold', of: targetOf(dispute), reason: `dispute/${dispute.dispute_id}`, version, held }
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
