import { type Sold, priceOfOne } from '../catalog.ts'
import type { Moment } from '../life.ts'
import type { OrderHappening, OrderStanding } from '../orders/order.ts'
import { type Told, USER, iso } from '../told.ts'

const VARIANTS: Readonly<Record<Sold, number>> = { lite: 501, max: 502, addon: 503 }

export const shopifyVariant = (sold: Sold) => String(VARIANTS[sold])

const ORDER = 7001
const lineId = (line: number) => 81 + line

/** Events of a Shopify shop, as https://shopify.dev/docs/api/admin-rest/latest/resources/webhook has them. */
export function shopify(): (happening: OrderHappening) => readonly Told[] {
  let sent = 0
  const refunds: object[] = []
  const event = (topic: string, at: Moment, body: object): Told => {
    sent += 1
    const headers = {
      'X-Shopify-Topic': topic,
      'X-Shopify-Shop-Domain': 'field-notes.myshopify.com',
      'X-Shopify-API-Version': '2026-10',
      'X-Shopify-Webhook-Id': `hook-${sent}`,
      'X-Shopify-Triggered-At': iso(at),
    }
    return { at, type: topic, delivery: { body, headers } }
  }
  const order = (at: Moment, { orderedAt, lines, status, cancelledAt }: OrderStanding) => ({
    id: ORDER,
    name: `#${ORDER}`,
    test: false,
    currency: 'EUR',
    created_at: iso(orderedAt),
    updated_at: iso(at),
    cancelled_at: cancelledAt === null ? null : iso(cancelledAt),
    financial_status: status,
    customer: { id: 3301 },
    note_attributes: [{ name: 'user_id', value: USER }],
    line_items: lines.map(({ sold, ordered, left }, line) => ({
      id: lineId(line),
      variant_id: VARIANTS[sold],
      product_id: 9000,
      sku: '',
      price: String(priceOfOne(sold)),
      quantity: ordered,
      current_quantity: left,
      properties: [],
    })),
    refunds: [...refunds],
  })
  const both = (topic: string, at: Moment, after: OrderStanding) => [
    event(topic, at, order(at, after)),
    event('orders/updated', at, order(at, after)),
  ]
  const refunded = (at: Moment, id: number, lines: readonly object[], after: OrderStanding) => {
    const refund = {
      id,
      order_id: ORDER,
      created_at: iso(at),
      refund_line_items: lines,
      transactions: [{ id: id + 1, kind: 'refund', status: 'success', amount: '3.00', test: false }],
    }
    refunds.push(refund)
    return [event('refunds/create', at, refund), event('orders/updated', at, order(at, after))]
  }
  let disputedAt: Moment = 0
  const dispute = (topic: string, at: Moment, id: number, status: string) =>
    event(topic, at, { id, order_id: ORDER, type: 'chargeback', status, initiated_at: iso(disputedAt) })

  return (happening) => {
    const { at, after } = happening
    switch (happening.type) {
      case 'ordered':
        return after.status === 'paid'
          ? [...both('orders/create', at, after), event('orders/paid', at, order(at, after))]
          : both('orders/create', at, after)
      case 'paid':
        return both('orders/paid', at, after)
      case 'cancelled':
        return both('orders/cancelled', at, after)
      case 'touched':
        return both('orders/fulfilled', at, after)
      case 'money_refunded':
        return refunded(at, at / 1000, [], after)
      case 'line_refunded': {
        const { refund, line, quantity } = happening
        return refunded(at, refund, [{ id: 90 + refund, line_item_id: lineId(line), quantity }], after)
      }
      case 'disputed':
        disputedAt = at
        return [dispute('disputes/create', at, happening.dispute, 'needs_response')]
      case 'dispute_won':
        return [dispute('disputes/update', at, happening.dispute, 'won')]
      case 'dispute_lost':
        return [dispute('disputes/update', at, happening.dispute, 'lost')]
    }
  }
}
