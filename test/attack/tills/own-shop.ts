import * as own from '../../checkout/payloads/standard-webhooks.ts'
import { CUSTOMERS, type Till } from './till.ts'

/** The shop's own server signs what it says, and says of each customer what is so. */
export const atOwnShop: Till = {
  provider: 'standard-webhooks',
  customers: CUSTOMERS,
  refs: { book: 'own-book', seats: 'own-seats', credits: 'own-credits' },
  writers: ['server'],
  refOf: (number) => `purchase/${number}`,
  paid: ({ number, goods, quantity, customer, name }) => [
    own.completed({
      purchase_id: String(number),
      customer: CUSTOMERS[customer],
      user_id: name,
      lines: [{ line_id: '1', product: `own-${goods}`, quantity }],
    }),
  ],
  unpaid: ({ number, goods, customer, name }) => [
    own.changed(1, {
      subscription_id: String(number),
      customer: CUSTOMERS[customer],
      user_id: name,
      status: 'incomplete',
      items: [{ item_id: '1', product: `own-${goods}`, quantity: 1 }],
    }),
  ],
  refunded: ({ number }) => [
    own.refunded({ purchase_id: String(number), refund_id: `r_${number}`, full: true }),
  ],
  disputed: ({ number }) => [
    own.opened({ type: 'purchase', id: String(number) }, { dispute_id: `d_${number}` }),
  ],
}
