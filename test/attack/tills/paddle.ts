import * as paddle from '../../checkout/payloads/paddle.ts'
import { CUSTOMERS, LATER, type Sale, type Till } from './till.ts'

const PADDLE_REFS = { book: 'pri_book', seats: 'pri_seats', credits: 'pri_credits' }

function paddleTransaction(type: string, { number, goods, quantity, customer, name, at }: Sale) {
  return paddle.event(
    type,
    at,
    paddle.transaction({
      id: `txn_${number}`,
      origin: 'web',
      billedAt: at,
      customer: CUSTOMERS[customer],
      lines: [{ id: `txnitm_${number}`, price: PADDLE_REFS[goods], quantity, total: 1900, once: true }],
      ...(name === null ? {} : { userId: name }),
    }),
  )
}

function paddleAdjustment(action: string, { number }: Sale) {
  return paddle.event(
    'adjustment.created',
    LATER,
    paddle.adjustment({
      id: `adj_${action}_${number}`,
      action,
      transaction: `txn_${number}`,
      items: [{ line: `txnitm_${number}`, total: 1900 }],
    }),
  )
}

export const atPaddle: Till = {
  provider: 'paddle',
  customers: CUSTOMERS,
  refs: PADDLE_REFS,
  writers: ['buyer'],
  refOf: (number) => `txnitm_${number}`,
  paid: (sale) => [paddleTransaction('transaction.completed', sale)],
  unpaid: (sale) =>
    ['transaction.ready', 'transaction.past_due', 'transaction.payment_failed'].map((type) =>
      paddleTransaction(type, sale),
    ),
  refunded: (sale) => [paddleAdjustment('refund', sale)],
  disputed: (sale) => [paddleAdjustment('chargeback', sale)],
}
