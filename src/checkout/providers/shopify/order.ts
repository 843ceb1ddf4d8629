import * as z from 'zod'
import type { LinkFact, SubscriptionFact } from '../../../domain/purchases/register/fact.ts'
import { countedId } from '../../provider/counted-id.ts'
import { isoMoment } from '../../provider/iso-moment.ts'
import type { NamingFields } from '../../provider/naming-field.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import { writtenUser } from '../../provider/written-user.ts'
import { attributes } from './attributes.ts'
import { Refund, readRefund } from './refund.ts'

const Line = z.looseObject({
  id: countedId,
  variant_id: countedId.nullish(),
  product_id: countedId.nullish(),
  sku: z.string().nullish(),
  quantity: z.int(),
  // Since API version 2024-01; before, the refunds of the order are all that counts down.
  current_quantity: z.int().nullish(),
  properties: attributes,
})

export const Order = z.looseObject({
  id: countedId,
  test: z.boolean().nullish(),
  created_at: isoMoment,
  updated_at: isoMoment,
  cancelled_at: isoMoment.nullish(),
  financial_status: z.string().nullish(),
  customer: z.looseObject({ id: countedId }).nullish(),
  note_attributes: attributes,
  line_items: z.array(Line),
  refunds: z.array(Refund).default([]),
})

type Order = z.output<typeof Order>

export const namingFields = {
  // A cart holds both, and the storefront writes it.
  'note_attributes.user_id': { writer: 'buyer', source: 'https://shopify.dev/docs/api/ajax/reference/cart' },
  'line_items.properties.user_id': {
    writer: 'buyer',
    source: 'https://shopify.dev/docs/api/ajax/reference/cart',
  },
} as const satisfies NamingFields

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
// An order that is not paid gives nothing, names no user and links no customer.
const UNPAID = new Set(['pending', 'authorized', 'expired', 'voided'])

export function readOrder(order: Order): EventReading {
  if (UNPAID.has(order.financial_status ?? '')) return NOTHING_SAID
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
    // An order has no payments of its own: that it is paid, its state says.
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
  const attributesWithUser = [order.note_attributes, order.line_items.flatMap(({ properties }) => properties)]
    .map((fields) => fields.filter(({ name, value }) => USER_ID_NAMES.has(name) && value !== ''))
    .find((fields) => fields.length > 0)
  const values = [...new Set((attributesWithUser ?? []).map(({ value }) => String(value)))]
  if (values.length > 1) return { ids: [], flags: ['several_user_ids'] }
  const ids = values.filter((value) => writtenUser.safeParse(value).success)
  return { ids, flags: ids.length < values.length ? ['malformed_user_id'] : [] }
}

function linksOf(order: Order, ids: readonly string[]): readonly LinkFact[] {
  const customer = order.customer?.id ?? null
  const { writer } = namingFields['note_attributes.user_id']
  return ids.map((id) => ({ type: 'link', customer, refs: [order.id], userId: id, rank: 'own', writer }))
}
