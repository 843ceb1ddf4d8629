import * as z from 'zod'
import type { ReversalFact } from '../../../domain/purchases/register/fact.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import { id, instant } from './object.ts'

export const Refund = z.looseObject({
  id,
  order_id: id,
  created_at: instant,
  refund_line_items: z.array(z.looseObject({ id, line_item_id: id, quantity: z.int() })),
  transactions: z
    .array(z.looseObject({ kind: z.string(), status: z.string(), test: z.boolean().nullish() }))
    .default([]),
})

type Refund = z.output<typeof Refund>

export function readRefund(refund: Refund): EventReading {
  const reversal = {
    type: 'reversal',
    of: [refund.order_id],
    version: { at: refund.created_at, rank: 0 },
    undone: false,
    paidAt: null,
    reversedAt: refund.created_at,
  } as const
  const lines: readonly ReversalFact[] = refund.refund_line_items.map(({ id, line_item_id, quantity }) => ({
    ...reversal,
    id: `${refund.id}/${id}`,
    reverses: { type: 'line', line: line_item_id, quantity },
  }))
  if (lines.length > 0) return { ...NOTHING_SAID, facts: lines }
  const isPaidOut = refund.transactions.some(({ kind, status }) => kind === 'refund' && status === 'success')
  if (!isPaidOut) return NOTHING_SAID
  return {
    facts: [{ ...reversal, id: refund.id, reverses: { type: 'part' } }],
    unknown: [],
    flags: ['partial_refund'],
  }
}
