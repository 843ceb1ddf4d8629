import * as z from 'zod'
import type { ReversalFact } from '../../../domain/purchases/register/fact.ts'
import { countedId } from '../../provider/counted-id.ts'
import { isoMoment } from '../../provider/iso-moment.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'

export const Refund = z.looseObject({
  id: countedId,
  order_id: countedId,
  created_at: isoMoment,
  refund_line_items: z.array(z.looseObject({ id: countedId, line_item_id: countedId, quantity: z.int() })),
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
