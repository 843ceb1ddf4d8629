import * as z from 'zod'
import { userId } from '../../contract/user-id.ts'
import type { Fact, LinkFact, ReversalFact, SubscriptionFact } from '../../domain/checkout/fact.ts'
import { parseEvent } from '../parse-event.ts'
import { NOTHING_SAID, type Provider, type Reading, Unparseable } from '../provider.ts'

const id = z.union([z.int(), z.string().min(1)]).transform(String)

const instant = z
  .string()
  .transform((text) => Date.parse(text))
  .refine((at) => Number.isFinite(at), 'is no moment')

// Free fields of the shop's themes: what does not look like one says nothing.
const attributes = z.array(z.looseObject({ name: z.string(), value: z.unknown() })).catch([])

const Line = z.looseObject({
  id,
  variant_id: id.nullish(),
  product_id: id.nullish(),
  sku: z.string().nullish(),
  quantity: z.int(),
  // Since API version 2024-01; before, the refunds of the order are all that counts down.
  current_quantity: z.int().nullish(),
  properties: attributes,
})

const Refund = z.looseObject({
  id,
  order_id: id,
  created_at: instant,
  refund_line_items: z.array(z.looseObject({ id, line_item_id: id, quantity: z.int() })),
  transactions: z
    .array(z.looseObject({ kind: z.string(), status: z.string(), test: z.boolean().nullish() }))
    .default([]),
})

const Order = z.looseObject({
  id,
  test: z.boolean().nullish(),
  created_at: instant,
  updated_at: instant,
  cancelled_at: instant.nullish(),
  financial_status: z.string().nullish(),
  customer: z.looseObject({ id }).nullish(),
  note_attributes: attributes,
  line_items: z.array(Line),
  refunds: z.array(Refund).default([]),
})

const Dispute = z.looseObject({
  id,
  order_id: id.nullish(),
  type: z.string(),
  status: z.string(),
  initiated_at: instant,
})

type Order = z.output<typeof Order>
type Refund = z.output<typeof Refund>
type Dispute = z.output<typeof Dispute>

// https://shopify.dev/docs/api/admin-rest/latest/resources/webhook: `orders/edited` tells the edit and not the
// order, and `orders/updated` comes with it.
const ORDER_TOPICS = new Set([
  'orders/create',
  'orders/updated',
  'orders/paid',
  'orders/cancelled',
  'orders/fulfilled',
  'orders/partially_fulfilled',
])
const DISPUTE_TOPICS = new Set(['disputes/create', 'disputes/update'])

// In the order in which an order comes to them, for what is told of the same second.
const FINANCIAL_STATUSES = [
  'pending',
  'authorized',
  'partially_paid',
  'expired',
  'voided',
  'paid',
  'partially_refunded',
  'refunded',
]
const PAID = new Set(['paid', 'partially_refunded'])

/** Orders of a Shopify shop, by its classic webhooks. */
export const shopify: Provider = {
  envelopeOf(body, headers) {
    const topic = header(headers, 'x-shopify-topic')
    return {
      // The same action raises several topics with one X-Shopify-Event-Id: that one would drop all but the first.
      eventId: `${topic}:${header(headers, 'x-shopify-webhook-id')}`,
      account: header(headers, 'x-shopify-shop-domain'),
      type: topic,
      occurredAt: parseEvent(instant, headers.get('x-shopify-triggered-at') ?? changedAt(topic, body)),
      mode: modeOf(topic, body),
    }
  },
  outlineOf(_body, headers) {
    const type = headers.get('x-shopify-topic')
    const id = headers.get('x-shopify-webhook-id')
    const eventId = type && id ? `${type}:${id}` : null
    return { eventId, account: headers.get('x-shopify-shop-domain'), type }
  },
  read(body, { type: topic }) {
    if (ORDER_TOPICS.has(topic)) return readOrder(parseEvent(Order, body))
    if (topic === 'refunds/create') return readRefund(parseEvent(Refund, body))
    if (DISPUTE_TOPICS.has(topic)) return readDispute(parseEvent(Dispute, body))
    return NOTHING_SAID
  },
}

function header(headers: Headers, name: string): string {
  const value = headers.get(name)
  if (value === null || value === '') throw new Unparseable(`header ${name}: is missing`)
  return value
}

const Changed = z.looseObject({ updated_at: z.string().nullish(), created_at: z.string().nullish() })

function changedAt(topic: string, body: unknown): string {
  const { updated_at, created_at } = parseEvent(Changed, body)
  const at = updated_at ?? created_at
  if (!at) throw new Unparseable(`header x-shopify-triggered-at: is missing with ${topic}`)
  return at
}

function modeOf(topic: string, body: unknown): 'live' | 'test' | null {
  if (ORDER_TOPICS.has(topic)) return parseEvent(Order, body).test ? 'test' : 'live'
  if (topic === 'refunds/create') {
    const { transactions } = parseEvent(Refund, body)
    if (transactions.length === 0) return null
    return transactions.some(({ test }) => test) ? 'test' : 'live'
  }
  if (DISPUTE_TOPICS.has(topic)) parseEvent(Dispute, body)
  return null
}

function readOrder(order: Order): Reading {
  const { ids, flags } = usersOf(order)
  const refunds = order.refunds.map(readRefund)
  const { facts, unknown } = snapshotOf(order)
  return {
    facts: [...linksOf(order, ids), ...facts, ...refunds.flatMap((refund) => refund.facts)],
    unknown,
    flags: [...new Set([...flags, ...refunds.flatMap((refund) => refund.flags)])],
  }
}

function snapshotOf(order: Order): { facts: readonly SubscriptionFact[]; unknown: readonly string[] } {
  const status = order.financial_status ?? 'missing'
  const rank = FINANCIAL_STATUSES.indexOf(status)
  if (rank === -1) return { facts: [], unknown: [`financial_status=${status}`] }
  const cancelledAt = order.cancelled_at ?? null
  // An order that was paid and then edited to hold more is partially paid, too: what was known of it stays.
  if (status === 'partially_paid' && cancelledAt === null) return { facts: [], unknown: [] }
  const snapshot: SubscriptionFact = {
    type: 'subscription',
    ref: order.id,
    aliases: [],
    customer: order.customer?.id ?? null,
    version: { at: order.updated_at, rank: rank + (cancelledAt === null ? 0 : FINANCIAL_STATUSES.length) },
    terminal: false,
    state: !PAID.has(status) ? 'none' : cancelledAt === null ? 'active' : 'ended',
    toldAt: order.updated_at,
    startsAt: order.created_at,
    endsAt: cancelledAt,
    // That it is paid is its state.
    tellsPayments: false,
    items: order.line_items.map((line) => ({
      id: line.id,
      // A custom item is in no catalog, and a variant that was deleted is `null` from then on: it stays what it was.
      product: line.variant_id ?? (line.sku || null),
      also: line.product_id ? [line.product_id] : [],
      quantity: line.current_quantity ?? line.quantity,
      ordered: line.quantity,
      period: null,
    })),
  }
  return { facts: [snapshot], unknown: [] }
}

// Shopify hides properties that begin with _ from the buyer.
const USER_ID_NAMES = new Set(['user_id', '_user_id'])

function usersOf(order: Order): { ids: readonly string[]; flags: readonly string[] } {
  const named = [order.note_attributes, order.line_items.flatMap(({ properties }) => properties)]
    .map((said) => said.filter(({ name, value }) => USER_ID_NAMES.has(name) && value !== ''))
    .find((said) => said.length > 0)
  const values = [...new Set((named ?? []).map(({ value }) => String(value)))]
  if (values.length > 1) return { ids: [], flags: ['several_user_ids'] }
  const ids = values.filter((value) => userId.safeParse(value).success)
  return { ids, flags: ids.length < values.length ? ['malformed_user_id'] : [] }
}

function linksOf(order: Order, ids: readonly string[]): readonly LinkFact[] {
  const customer = order.customer?.id ?? null
  return ids.map((id) => ({ type: 'link', customer, refs: [order.id], userId: id, rank: 'own' }))
}

function readRefund(refund: Refund): Reading {
  const told = {
    type: 'reversal',
    of: [refund.order_id],
    version: { at: refund.created_at, rank: 0 },
    undone: false,
    paidAt: null,
    reversedAt: refund.created_at,
  } as const
  const lines: readonly ReversalFact[] = refund.refund_line_items.map(({ id, line_item_id, quantity }) => ({
    ...told,
    id: `${refund.id}/${id}`,
    reverses: { type: 'line', line: line_item_id, quantity },
  }))
  if (lines.length > 0) return { ...NOTHING_SAID, facts: lines }
  const isPaidOut = refund.transactions.some(({ kind, status }) => kind === 'refund' && status === 'success')
  if (!isPaidOut) return NOTHING_SAID
  return {
    facts: [{ ...told, id: refund.id, reverses: { type: 'part' } }],
    unknown: [],
    flags: ['partial_refund'],
  }
}

// https://shopify.dev/docs/api/admin-graphql/latest/enums/DisputeStatus
const OPEN = new Set(['needs_response', 'under_review'])
const LOST = new Set(['lost', 'accepted'])
// The refund by which a dispute was settled tells itself what it takes away.
const SETTLED = new Set([...LOST, 'won', 'charge_refunded', 'prevented'])

function readDispute({ id, order_id, type, status, initiated_at }: Dispute): Reading {
  // An inquiry is a question of the bank, no money has been taken.
  if (!order_id || type === 'inquiry') return NOTHING_SAID
  if (type !== 'chargeback') return { ...NOTHING_SAID, unknown: [`dispute.type=${type}`] }
  const held = OPEN.has(status)
  if (!held && !SETTLED.has(status)) return { ...NOTHING_SAID, unknown: [`dispute.status=${status}`] }
  const reason = `dispute/${id}`
  const of = [order_id]
  // It says only when it began; what is settled comes after what is open.
  const version = { at: initiated_at, rank: held ? 0 : 1 }
  const hold: Fact = { type: 'hold', of, reason, version, held }
  const lost: Fact = {
    type: 'reversal',
    of,
    id: reason,
    version,
    undone: false,
    reverses: { type: 'everything' },
    paidAt: null,
  }
  return { ...NOTHING_SAID, facts: LOST.has(status) ? [hold, lost] : [hold] }
}
