import * as z from 'zod'
import type { Fact, PurchaseFact } from '../../../domain/purchases/register/fact.ts'
import { WHOLE_AMOUNT } from '../../../domain/purchases/register/whole-amount.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import { PAYS_FOR, coversOf } from './covers.ts'
import { buyer, timestamps, count, id, linksOf, versionOf } from './object.ts'

// The subscription within an order is as it was before it (https://github.com/polarsource/polar/issues/6134).
export const Order = z.looseObject({
  ...timestamps,
  ...buyer,
  status: z.string(),
  billing_reason: z.string(),
  product_id: id.nullish(),
  subscription_id: id.nullish(),
  checkout_id: id.nullish(),
  seats: count.nullish(),
  units: count.nullish(),
  net_amount: count,
  refunded_amount: count,
})

type Order = z.output<typeof Order>

const SETTLED = new Set(['paid', 'refunded', 'partially_refunded'])
const UNSETTLED = new Set(['draft', 'pending', 'void'])

export function readOrder(order: Order, sentAt: Instant): EventReading {
  const paysFor = PAYS_FOR.get(order.billing_reason)
  const unknown = [
    ...(SETTLED.has(order.status) || UNSETTLED.has(order.status) ? [] : [`status=${order.status}`]),
    ...(paysFor === undefined ? [`billing_reason=${order.billing_reason}`] : []),
    ...(paysFor === 'purchase' && !order.product_id ? ['product_id=null'] : []),
  ]
  // An order that is not paid names no user and links no customer.
  if (unknown.length > 0 || UNSETTLED.has(order.status)) return { ...NOTHING_SAID, unknown }

  const version = versionOf(order, sentAt, 0)
  const quantity = order.seats ?? order.units ?? 1
  const purchases: readonly PurchaseFact[] =
    paysFor === 'purchase' && order.product_id
      ? [
          {
            type: 'purchase',
            ref: order.id,
            // The page after the checkout asks by it.
            aliases: order.checkout_id ? [order.checkout_id] : [],
            customer: order.customer_id,
            version,
            startsAt: order.created_at,
            endsAt: null,
            lines: [{ id: order.product_id, product: order.product_id, quantity, ordered: quantity }],
          },
        ]
      : []
  const isWhole = order.status === 'refunded'
  const payment: Fact = {
    type: 'payment',
    of: [...(order.subscription_id ? [order.subscription_id] : []), order.id],
    payment: order.id,
    // Not when it was paid at last, which can be after retries.
    paidAt: order.created_at,
    // Given back in full by its status: the amounts leave out the tax.
    money: { version, total: order.net_amount, refunded: isWhole ? WHOLE_AMOUNT : order.refunded_amount },
    bill: null,
    covers: coversOf(paysFor ?? 'other', order.created_at),
  }
  const flags = order.status === 'partially_refunded' ? ['partial_refund'] : []
  const links = linksOf(order, [order.subscription_id ?? order.id])
  return { facts: [...links, ...purchases, payment], unknown: [], flags }
}
