import * as z from 'zod'
import type { Fact } from '../../../domain/checkout/fact.ts'
import { NOTHING_SAID, type Reading } from '../../provider.ts'
import { WHOLE_AMOUNT } from '../../whole-amount.ts'
import {
  count,
  type Head,
  id,
  invoiceRef,
  linkOf,
  orderItemRef,
  orderRef,
  subscriptionRef,
  told,
} from './object.ts'

const paid = {
  ...told,
  customer_id: id.nullish(),
  status: z.string(),
  total: count,
  refunded_amount: count.nullish(),
}
export const Order = z.looseObject({
  ...paid,
  first_order_item: z.looseObject({ id: id.nullish(), variant_id: id, quantity: count.nullish() }),
})
export const Invoice = z.looseObject({ ...paid, subscription_id: id, billing_reason: z.string() })

const SETTLED = new Set(['paid', 'refunded', 'partial_refund'])
const UNSETTLED = new Set(['pending', 'failed', 'fraudulent', 'void'])

type Paid = Pick<z.output<typeof Order>, keyof typeof paid>

function paymentOf(told: Paid, payment: string, of: readonly string[], isDifference = false): Fact {
  // What is paid within a period can be given back without taking the period away.
  const total = isDifference ? WHOLE_AMOUNT : told.total
  return {
    type: 'payment',
    of,
    payment,
    version: { at: told.updated_at, rank: told.status === 'paid' ? 0 : 1 },
    total,
    refunded: told.status === 'refunded' && !isDifference ? total : (told.refunded_amount ?? 0),
    paidAt: told.created_at,
  }
}

/** The reading of what was paid, once it is. */
function readPaid({ status }: Paid, links: readonly Fact[], facts: readonly Fact[]): Reading {
  if (SETTLED.has(status))
    return {
      ...NOTHING_SAID,
      facts: [...links, ...facts],
      flags: status === 'partial_refund' ? ['partial_refund'] : [],
    }
  return { ...NOTHING_SAID, facts: links, unknown: UNSETTLED.has(status) ? [] : [`status=${status}`] }
}

export function readOrder(order: z.output<typeof Order>, { id: number, user }: Head): Reading {
  const { first_order_item: item, customer_id } = order
  // By this name its subscription, if it has one, takes back what only a subscription is to give.
  if (!item.id) return { ...NOTHING_SAID, unknown: ['first_order_item.id=missing'] }
  const ref = orderItemRef(item.id)
  const quantity = item.quantity ?? 1
  const purchase: Fact = {
    type: 'purchase',
    ref,
    aliases: [orderRef(number)],
    customer: customer_id ?? null,
    version: { at: order.updated_at, rank: 0 },
    startsAt: order.created_at,
    endsAt: null,
    lines: [{ id: ref, product: item.variant_id, quantity, ordered: quantity }],
  }
  const payment = paymentOf(order, orderRef(number), [ref])
  return readPaid(order, linkOf(user, customer_id, ref), [purchase, payment])
}

export function readInvoice(invoice: z.output<typeof Invoice>, { id: number, user }: Head): Reading {
  const of = subscriptionRef(invoice.subscription_id)
  const payment = paymentOf(invoice, invoiceRef(number), [of], invoice.billing_reason === 'updated')
  return readPaid(invoice, linkOf(user, invoice.customer_id, of), [payment])
}
