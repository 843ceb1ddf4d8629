import * as z from 'zod'
import type { Fact, PurchaseFact } from '../../../domain/purchases/register/fact.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import { WHOLE_AMOUNT } from '../../../domain/purchases/register/whole-amount.ts'
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

export function readOrder(told: Order, sentAt: Instant): EventReading {
  const paysFor = PAYS_FOR.get(told.billing_reason)
  const unknown = [
    ...(SETTLED.has(told.status) || UNSETTLED.has(told.status) ? [] : [`status=${told.status}`]),
    ...(paysFor === undefined ? [`billing_reason=${told.billing_reason}`] : []),
    ...(paysFor === 'purchase' && !told.product_id ? ['product_id=null'] : []),
  ]
  // What nobody has paid names nobody.
  if (unknown.length > 0 || UNSETTLED.has(told.status)) return { ...NOTHING_SAID, unknown }

  const version = versionOf(told, sentAt, 0)
  const quantity = told.seats ?? told.units ?? 1
  const purchases: readonly PurchaseFact[] =
    paysFor === 'purchase' && told.product_id
      ? [
          {
            type: 'purchase',
            ref: told.id,
            // By it the page after the checkout asks.
            aliases: told.checkout_id ? [told.checkout_id] : [],
            customer: told.customer_id,
            version,
            startsAt: told.created_at,
            endsAt: null,
            lines: [{ id: told.product_id, product: told.product_id, quantity, ordered: quantity }],
          },
        ]
      : []
  const isWhole = told.status === 'refunded'
  const payment: Fact = {
    type: 'payment',
    of: [...(told.subscription_id ? [told.subscription_id] : []), told.id],
    payment: told.id,
    // Not when it was paid at last, which can be after retries.
    paidAt: told.created_at,
    // Given back in full by its status: the amounts leave out the tax.
    money: { version, total: told.net_amount, refunded: isWhole ? WHOLE_AMOUNT : told.refunded_amount },
    bill: null,
    covers: coversOf(paysFor ?? 'other', told.created_at),
  }
  const flags = told.status === 'partially_refunded' ? ['partial_refund'] : []
  const links = linksOf(told, [told.subscription_id ?? told.id])
  return { facts: [...links, ...purchases, payment], unknown: [], flags }
}
