import type { Delivery } from '../scenario.ts'

export const SHOP = 'field-notes.myshopify.com'

interface Line {
  readonly id: number
  readonly variant: number | null
  readonly quantity: number
  readonly current?: number
  readonly sku?: string
  readonly properties?: readonly { name: string; value: unknown }[]
}

export interface OrderSays {
  readonly id?: number
  readonly updatedAt: string
  readonly status: string | null
  readonly lines?: readonly Line[]
  readonly customer?: number | null
  readonly userId?: string
  readonly cancelledAt?: string
  readonly refunds?: readonly object[]
  readonly test?: boolean
}

/** An order as the Admin REST API shapes it, with what we read and some of what we do not. */
export function order({ id = 7001, lines = [{ id: 81, variant: 501, quantity: 1 }], ...says }: OrderSays) {
  const customer = says.customer === undefined ? 3301 : says.customer
  return {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    name: `#${id}`,
    test: says.test ?? false,
    currency: 'EUR',
    email: 'reader@example.org',
    created_at: '2027-03-01T10:00:00+01:00',
    updated_at: says.updatedAt,
    processed_at: '2027-03-01T10:00:00+01:00',
    cancelled_at: says.cancelledAt ?? null,
    financial_status: says.status,
    fulfillment_status: null,
    customer: customer === null ? null : { id: customer, email: 'reader@example.org', tags: '' },
    note_attributes: says.userId === undefined ? [] : [{ name: 'user_id', value: says.userId }],
    line_items: lines.map((line) => ({
      id: line.id,
      title: 'Course',
      variant_id: line.variant,
      product_id: 9000,
      sku: line.sku ?? '',
      price: '19.00',
      quantity: line.quantity,
      current_quantity: line.current ?? line.quantity,
      properties: line.properties ?? [],
    })),
    refunds: says.refunds ?? [],
  }
}

export interface RefundSays {
  readonly id: number
  readonly order?: number
  readonly createdAt: string
  readonly lines?: readonly { id: number; line: number; quantity: number }[]
  readonly transactions?: readonly object[]
}

export function refund({ id, order: orderId = 7001, createdAt, lines = [], transactions }: RefundSays) {
  return {
    id,
    order_id: orderId,
    created_at: createdAt,
    processed_at: createdAt,
    note: null,
    restock: false,
    refund_line_items: lines.map((line) => ({
      id: line.id,
      line_item_id: line.line,
      quantity: line.quantity,
      restock_type: 'no_restock',
      subtotal: '19.00',
    })),
    transactions: transactions ?? [
      { id: id + 1, kind: 'refund', status: 'success', amount: '19.00', test: false },
    ],
    order_adjustments: [],
  }
}

export function dispute(says: { id: number; status: string; type?: string; order?: number | null }) {
  return {
    id: says.id,
    order_id: says.order === undefined ? 7001 : says.order,
    type: says.type ?? 'chargeback',
    amount: '19.00',
    currency: 'EUR',
    reason: 'fraudulent',
    status: says.status,
    initiated_at: '2027-03-10T00:00:00Z',
    finalized_on: null,
  }
}

let sent = 0

/** One delivery. Each has its own X-Shopify-Webhook-Id, as Shopify gives it. */
export function delivery(topic: string, body: unknown, headers: Record<string, string> = {}): Delivery {
  sent += 1
  return {
    body,
    headers: {
      'X-Shopify-Topic': topic,
      'X-Shopify-Shop-Domain': SHOP,
      'X-Shopify-API-Version': '2026-10',
      'X-Shopify-Webhook-Id': `b54557e4-bdd9-4b37-8a5f-${String(sent).padStart(12, '0')}`,
      'X-Shopify-Triggered-At': '2027-03-01T09:00:01.123456789Z',
      ...headers,
    },
  }
}
