import * as lemonsqueezy from '../../checkout/payloads/lemonsqueezy.ts'
import { LATER, type Sale, type Till } from './till.ts'

const LEMON_CUSTOMERS = { victim: 201, attacker: 202 }
const LEMON_VARIANTS = { book: 6101, seats: 6102, credits: 6103 }

function lemonOrder(type: string, status: string, { number, goods, quantity, customer, name }: Sale) {
  const order = lemonsqueezy.order({
    id: 3000 + number,
    item: 4000 + number,
    status,
    variant: LEMON_VARIANTS[goods],
    quantity,
    customer: LEMON_CUSTOMERS[customer],
    ...(status === 'refunded' ? { refunded: 1900, updatedAt: LATER } : {}),
  })
  return lemonsqueezy.event(type, order, name === null ? {} : { userId: name })
}

export const atLemonSqueezy: Till = {
  provider: 'lemonsqueezy',
  customers: { victim: '201', attacker: '202' },
  refs: { book: '6101', seats: '6102', credits: '6103' },
  writers: ['buyer'],
  refOf: (number) => `order-item/${4000 + number}`,
  paid: (sale) => [lemonOrder('order_created', 'paid', sale)],
  unpaid: (sale) =>
    ['pending', 'failed', 'void', 'fraudulent'].map((status) => lemonOrder('order_created', status, sale)),
  refunded: (sale) => [lemonOrder('order_refunded', 'refunded', sale)],
}
