import * as polar from '../../checkout/payloads/polar.ts'
import { CUSTOMERS, LATER, type Sale, type Till } from './till.ts'

function polarOrder(status: string, { number, goods, quantity, customer, name, writer, at }: Sale) {
  const external = writer === 'server' ? name : null
  const order = polar.order({
    id: `order-${number}`,
    reason: 'purchase',
    createdAt: at,
    status,
    product: `polar-${goods}`,
    seats: quantity,
    externalId: external,
    ...(status === 'refunded' ? { modifiedAt: LATER, refunded: 1900 } : {}),
  })
  return {
    ...order,
    customer_id: CUSTOMERS[customer],
    customer: { ...order.customer, id: CUSTOMERS[customer] },
    metadata: writer === 'buyer' && name !== null ? { user_id: name } : {},
  }
}

export const atPolar: Till = {
  provider: 'polar',
  customers: CUSTOMERS,
  refs: { book: 'polar-book', seats: 'polar-seats', credits: 'polar-credits' },
  writers: ['server', 'buyer'],
  refOf: (number) => `order-${number}`,
  paid: (sale) => [polar.event('order.paid', sale.at, polarOrder('paid', sale))],
  unpaid: (sale) => [
    ...['draft', 'pending', 'void'].map((status) =>
      polar.event('order.paid', sale.at, polarOrder(status, sale)),
    ),
    polar.event('subscription.created', sale.at, {
      ...polar.subscription({ id: `polar-sub-${sale.number}`, status: 'incomplete', product: 'polar-book' }),
      customer_id: CUSTOMERS[sale.customer],
      metadata: { user_id: sale.name },
    }),
  ],
  refunded: (sale) => [
    polar.event('order.refunded', LATER, polarOrder('refunded', sale)),
    polar.event(
      'refund.created',
      LATER,
      polar.refund({ id: `refund-${sale.number}`, order: `order-${sale.number}` }),
    ),
  ],
  disputed: ({ number }) => [
    polar.event(
      'refund.created',
      LATER,
      polar.refund({
        id: `refund-${number}`,
        order: `order-${number}`,
        status: 'pending',
        dispute: { id: `dispute-${number}`, status: 'needs_response' },
      }),
    ),
  ],
}
