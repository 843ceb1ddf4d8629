import * as z from 'zod'
import { idOf, presentIds, maybe, moment, price } from './object.ts'

// Since 2025-03-31.basil what a line is of stands in its `parent` and `pricing`, before that on the line:
// https://docs.stripe.com/changelog/basil/2025-03-31/adds-new-parent-field-to-invoicing-objects
const itemDetails = maybe(
  z.looseObject({
    subscription: maybe(idOf),
    subscription_item: maybe(z.string()),
    proration: z.boolean().nullish().transform(Boolean),
  }),
)

export const InvoiceLine = z.looseObject({
  id: z.string(),
  amount: z.number().default(0),
  quantity: maybe(z.int().nonnegative()),
  period: maybe(z.looseObject({ start: moment, end: moment })),
  type: maybe(z.string()),
  subscription: maybe(idOf),
  subscription_item: maybe(z.string()),
  proration: z.boolean().nullish().transform(Boolean),
  price: maybe(price),
  pricing: maybe(
    z.looseObject({ price_details: maybe(z.looseObject({ price: maybe(idOf), product: maybe(idOf) })) }),
  ),
  parent: maybe(z.looseObject({ subscription_item_details: itemDetails, invoice_item_details: itemDetails })),
})

type Line = z.output<typeof InvoiceLine>

export function isOfSubscription({ parent, subscription_item, type }: Line): boolean {
  return (
    (parent?.subscription_item_details ?? null) !== null ||
    subscription_item !== null ||
    type === 'subscription'
  )
}

export function isProration({ proration, parent }: Line): boolean {
  return (
    proration ||
    parent?.subscription_item_details?.proration === true ||
    parent?.invoice_item_details?.proration === true
  )
}

export function itemOf({ parent, subscription_item }: Line): string | null {
  return parent?.subscription_item_details?.subscription_item ?? subscription_item
}

export function priceOf(line: Line): { product: string; also: readonly string[] } | null {
  const details = line.pricing?.price_details
  if (details?.price) return { product: details.price, also: presentIds(details.product) }
  return line.price === null ? null : { product: line.price.id, also: line.price.also }
}
