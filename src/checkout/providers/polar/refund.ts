import * as z from 'zod'
import type { HoldFact, ReversalFact } from '../../../domain/purchases/register/fact.ts'
import { WHOLE_AMOUNT } from '../../../domain/purchases/register/whole-amount.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'
import { timestamps, count, id, versionOf } from './object.ts'

export const Refund = z.looseObject({
  ...timestamps,
  status: z.string(),
  amount: count,
  order_id: id,
  subscription_id: id.nullish(),
  revoke_benefits: z.boolean().default(false),
  dispute: z.looseObject({ id, status: z.string() }).nullish(),
})

type Refund = z.output<typeof Refund>

const REFUND_STATUSES = ['pending', 'succeeded', 'failed', 'canceled']
const DISPUTE_STATUSES = ['early_warning', 'needs_response', 'under_review', 'prevented', 'won', 'lost']
const OPEN = new Set(['needs_response', 'under_review'])

/** Polar itself takes nothing away for a dispute (https://github.com/polarsource/polar/issues/8381). */
export function readRefund(refund: Refund, sentAt: Instant): EventReading {
  const { status, dispute, order_id } = refund
  const rank = REFUND_STATUSES.indexOf(status)
  const disputeRank = dispute ? DISPUTE_STATUSES.indexOf(dispute.status) : 0
  const unknown = [
    ...(rank === -1 ? [`status=${status}`] : []),
    ...(dispute && disputeRank === -1 ? [`dispute.status=${dispute.status}`] : []),
  ]
  if (unknown.length > 0) return { ...NOTHING_SAID, unknown }

  // Of a dispute, the refund does not name the subscription of its order.
  const of = [order_id, ...(refund.subscription_id ? [refund.subscription_id] : [])]
  const holds: readonly HoldFact[] = dispute
    ? [
        {
          type: 'hold',
          of,
          reason: `dispute/${dispute.id}`,
          version: versionOf(refund, sentAt, disputeRank),
          held: OPEN.has(dispute.status),
          payment: order_id,
        },
      ]
    : []
  const isLost = dispute?.status === 'lost'
  if (status === 'pending' && !isLost) return { ...NOTHING_SAID, facts: holds }
  const reversal: ReversalFact = {
    type: 'reversal',
    id: refund.id,
    of,
    version: versionOf(refund, sentAt, rank),
    undone: status !== 'succeeded' && !isLost,
    reverses: { type: 'amount', payment: order_id, amount: isLost ? WHOLE_AMOUNT : refund.amount },
    paidAt: null,
    reversedAt: refund.created_at,
  }
  // Only the refund of a purchase may take all it gave; Polar says that it does of any dispute, too.
  const benefits: readonly ReversalFact[] =
    refund.revoke_benefits && !dispute && !refund.subscription_id
      ? [{ ...reversal, id: `${refund.id}/benefits`, reverses: { type: 'everything' } }]
      : []
  return { ...NOTHING_SAID, facts: [...holds, reversal, ...benefits] }
}
