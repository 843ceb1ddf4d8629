import * as z from 'zod'
import type { Covers, Fact } from '../../../domain/purchases/register/fact.ts'
import { WHOLE_AMOUNT } from '../../../domain/purchases/register/whole-amount.ts'
import { countedId } from '../../provider/counted-id.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import { coversOf } from './covers.ts'
import {
  count,
  type ObjectHead,
  invoiceRef,
  linkOf,
  orderItemRef,
  orderRef,
  subscriptionRef,
  timestamps,
} from './object.ts'

const paid = {
  ...timestamps,
  customer_id: countedId.nullish(),
  status: z.string(),
  total: count,
  refunded_amount: count.nullish(),
}
export const Order = z.looseObject({
  ...paid,
  first_order_item: z.looseObject({
    id: countedId.nullish(),
    variant_id: countedId,
    product_id: countedId.nullish(),
    quantity: count.nullish(),
  }),
})
export const Invoice = z.looseObject({ ...paid, subscription_id: countedId, billing_reason: z.string() })

const SETTLED = new Set(['paid', 'refunded', 'partial_refund'])
const UNSETTLED = new Set(['pending', 'failed', 'fraudulent', 'void'])

type Paid = Pick<z.output<typeof Order>, keyof typeof paid>

function paymentOf(sale: Paid, payment: string, of: readonly string[], covers: Covers): Fact {
  const version = { at: sale.updated_at, rank: sale.status === 'paid' ? 0 : 1 }
  const refunded = sale.status === 'refunded' ? WHOLE_AMOUNT : (sale.refunded_amount ?? 0)
  const money = { version, total: sale.total, refunded }
  return { type: 'payment', of, payment, paidAt: sale.created_at, money, bill: null, covers }
}

/** The order of a subscription and its first invoice are one payment, and each tells of its refund. */
const FIRST_PAYMENT = 'first'

/** What a paid order or invoice says. One that is not paid gives nothing, links no customer and names no user. */
function readPaid({ status }: Paid, links: readonly Fact[], facts: readonly Fact[]): EventReading {
  if (SETTLED.has(status))
    return {
      ...NOTHING_SAID,
      facts: [...links, ...facts],
      flags: status === 'partial_refund' ? ['partial_refund'] : [],
    }
  return { ...NOTHING_SAID, unknown: UNSETTLED.has(status) ? [] : [`status=${status}`] }
}

export function readOrder(order: z.output<typeof Order>, { id: number, user }: ObjectHead): EventReading {
  const { first_order_item: item, customer_id } = order
  const ref = item.id ? orderItemRef(item.id) : orderRef(number)
  const quantity = item.quantity ?? 1
  const purchase: Fact = {
    type: 'purchase',
    ref,
    aliases: item.id ? [orderRef(number)] : [],
    customer: customer_id ?? null,
    version: { at: order.updated_at, rank: 0 },
    startsAt: order.created_at,
    endsAt: null,
    lines: [
      {
        id: ref,
        product: item.variant_id,
        also: item.product_id ? [item.product_id] : [],
        quantity,
        ordered: quantity,
      },
    ],
  }
  const payment = paymentOf(order, FIRST_PAYMENT, [ref], coversOf('initial', order.created_at))
  return readPaid(order, linkOf(user, customer_id, ref), [purchase, payment])
}

export function readInvoice(
  invoice: z.output<typeof Invoice>,
  { id: number, user }: ObjectHead,
): EventReading {
  const of = subscriptionRef(invoice.subscription_id)
  const { billing_reason: reason, created_at } = invoice
  const payment = reason === 'initial' ? FIRST_PAYMENT : invoiceRef(number)
  const fact = paymentOf(invoice, payment, [of], coversOf(reason, created_at))
  return readPaid(invoice, linkOf(user, invoice.customer_id, of), [fact])
}
