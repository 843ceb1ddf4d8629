import * as shopify from '../../checkout/payloads/shopify.ts'
import { LATER, type Sale, type Till } from './till.ts'

const SHOPIFY_CUSTOMERS = { victim: 3301, attacker: 3302 }
const SHOPIFY_VARIANTS = { book: 501, seats: 502, credits: 503 }

function shopifyOrder(topic: string, status: string, { number, goods, quantity, customer, name }: Sale) {
  const user = name === null ? [] : [{ name: 'user_id', value: name }]
  const isOnTheLine = number % 2 === 1
  const order = shopify.order({
    id: 7000 + number,
    updatedAt: '2027-03-01T10:00:05+01:00',
    status,
    customer: SHOPIFY_CUSTOMERS[customer],
    lines: [
      {
        id: 8000 + number,
        variant: SHOPIFY_VARIANTS[goods],
        quantity,
        properties: isOnTheLine ? user : [],
      },
    ],
  })
  return shopify.delivery(topic, { ...order, note_attributes: isOnTheLine ? [] : user })
}

export const atShopify: Till = {
  provider: 'shopify',
  account: shopify.SHOP,
  customers: { victim: '3301', attacker: '3302' },
  refs: { book: '501', seats: '502', credits: '503' },
  writers: ['buyer'],
  refOf: (number) => String(7000 + number),
  paid: (sale) => [shopifyOrder('orders/paid', 'paid', sale)],
  unpaid: (sale) =>
    ['pending', 'authorized', 'expired', 'voided'].map((status) =>
      shopifyOrder('orders/create', status, sale),
    ),
  refunded: ({ number, quantity }) => [
    shopify.delivery(
      'refunds/create',
      shopify.refund({
        id: 9000 + number,
        order: 7000 + number,
        createdAt: LATER,
        lines: [{ id: 9500 + number, line: 8000 + number, quantity }],
      }),
    ),
  ],
  disputed: ({ number }) => [
    shopify.delivery(
      'disputes/create',
      shopify.dispute({ id: 9900 + number, status: 'lost', order: 7000 + number }),
    ),
  ],
}
