import * as stripe from '../../checkout/payloads/stripe.ts'
import { CUSTOMERS, LATER, type Sale, type Till } from './till.ts'

const ofStripe = (type: string, at: string, object: object) =>
  stripe.delivery(type, at, object, { livemode: true })

function stripeSession({ number, goods, quantity, customer, name, writer, at }: Sale, status: string) {
  return ofStripe(
    'checkout.session.completed',
    at,
    stripe.session({
      id: `cs_${number}`,
      payment: `pi_${number}`,
      customer: CUSTOMERS[customer],
      paid: status,
      userId: writer === 'buyer' ? name : null,
      metadata: writer === 'server' && name !== null ? { user_id: name } : {},
      lines: [{ id: `li_${number}`, price: `price_${goods}`, quantity }],
    }),
  )
}

export const atStripe: Till = {
  provider: 'stripe',
  customers: CUSTOMERS,
  refs: { book: 'price_book', seats: 'price_seats', credits: 'price_credits' },
  writers: ['server', 'buyer'],
  refOf: (number) => `cs_${number}`,
  paid: (sale) => [stripeSession(sale, 'paid')],
  unpaid: (sale) => [
    stripeSession(sale, 'unpaid'),
    ofStripe(
      'customer.subscription.created',
      sale.at,
      stripe.subscription({
        id: `sub_${sale.number}`,
        customer: CUSTOMERS[sale.customer],
        status: 'incomplete',
        items: [{ id: `si_${sale.number}`, price: `price_${sale.goods}` }],
      }),
    ),
  ],
  refunded: ({ number }) => {
    const payment = `pi_${number}`
    return [
      ofStripe('charge.refunded', LATER, stripe.charge({ payment, amount: 4900, refunded: 4900 })),
      ofStripe('refund.created', LATER, stripe.refund({ id: `re_${number}`, payment, amount: 4900 })),
    ]
  },
  disputed: ({ number }) => [
    ofStripe(
      'charge.dispute.created',
      LATER,
      stripe.dispute('needs_response', { payment: `pi_${number}`, amount: 4900 }),
    ),
  ],
}
