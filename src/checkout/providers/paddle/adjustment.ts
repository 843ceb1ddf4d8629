import * as z from 'zod'
import type { Fact } from '../../../domain/purchases/register/fact.ts'
import { WHOLE_AMOUNT } from '../../../domain/purchases/register/whole-amount.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import { amount, id, type Occurrence, versionOf } from './object.ts'

export const Adjustment = z.looseObject({
  id,
  action: z.string(),
  type: z.string().nullish(),
  status: z.string(),
  transaction_id: id,
  items: z
    .array(
      z.looseObject({
        id,
        item_id: id,
        type: z.string().nullish(),
        totals: z.looseObject({ total: amount }),
      }),
    )
    .min(1),
})

type Adjustment = z.output<typeof Adjustment>

// https://developer.paddle.com/api-reference/adjustments/overview
const NOTED = new Set(['credit', 'credit_reverse', 'chargeback_warning', 'chargeback_warning_reverse'])
const IN_EFFECT = new Map([
  ['approved', true],
  ['reversed', false],
])
const UNDECIDED = new Set(['pending_approval', 'rejected'])

export function readAdjustment(adjustment: Adjustment, occurred: Occurrence): EventReading {
  const { action, status, transaction_id, items } = adjustment
  if (NOTED.has(action) || UNDECIDED.has(status)) return NOTHING_SAID
  const isInEffect = IN_EFFECT.get(status)
  if (isInEffect === undefined) return { ...NOTHING_SAID, unknown: [`status=${status}`] }
  switch (action) {
    case 'refund': {
      const isFull = adjustment.type === 'full'
      const facts = items.map(({ id, item_id, type, totals }): Fact => {
        // That all was given back is Paddle's word: credits and discounts make sums differ.
        const reverses = {
          payment: transaction_id,
          amount: isFull || type === 'full' ? WHOLE_AMOUNT : totals.total,
          line: item_id,
        }
        return {
          type: 'reversal',
          id,
          of: [item_id],
          version: versionOf(occurred, isInEffect ? 0 : 1),
          undone: !isInEffect,
          reverses: { type: 'amount', ...reverses },
          paidAt: null,
          reversedAt: occurred.at,
        }
      })
      return { ...NOTHING_SAID, facts, flags: isInEffect && !isFull ? ['partial_refund'] : [] }
    }
    case 'chargeback':
    // An adjustment of its own, which does not name the one that it reverses.
    case 'chargeback_reverse': {
      const held = (action === 'chargeback') === isInEffect
      const version = versionOf(occurred, held ? 0 : 1)
      const reason = `chargeback/${transaction_id}`
      const facts = items.map(({ item_id }): Fact => ({
        type: 'hold',
        of: [item_id],
        reason,
        version,
        held,
        payment: transaction_id,
      }))
      return { ...NOTHING_SAID, facts }
    }
    default:
      return { ...NOTHING_SAID, unknown: [`action=${action}`] }
  }
}
