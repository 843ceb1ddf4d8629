import * as z from 'zod'
import type { Fact } from '../../../domain/purchases/register/fact.ts'
import { countedId } from '../../provider/counted-id.ts'
import { isoMoment } from '../../provider/iso-moment.ts'
import { NOTHING_SAID, type EventReading } from '../../provider/provider.ts'

export const Dispute = z.looseObject({
  id: countedId,
  order_id: countedId.nullish(),
  type: z.string(),
  status: z.string(),
  initiated_at: isoMoment,
})

type Dispute = z.output<typeof Dispute>

// https://shopify.dev/docs/api/admin-graphql/latest/enums/DisputeStatus
const OPEN = new Set(['needs_response', 'under_review'])
const LOST = new Set(['lost', 'accepted'])
// The refund by which a dispute was settled tells itself what it takes away.
const SETTLED = new Set([...LOST, 'won', 'charge_refunded', 'prevented'])

export function readDispute({ id, order_id, type, status, initiated_at }: Dispute): EventReading {
  // An inquiry is a question of the bank, no money has been taken.
  if (!order_id || type === 'inquiry') return NOTHING_SAID
  if (type !== 'chargeback') return { ...NOTHING_SAID, unknown: [`dispute.type=${type}`] }
  const held = OPEN.has(status)
  if (!held && !SETTLED.has(status)) return { ...NOTHING_SAID, unknown: [`dispute.status=${status}`] }
  const reason = `dispute/${id}`
  const of = [order_id]
  // It says only when it began; what is settled comes after what is open.
  const version = { at: initiated_at, rank: held ? 0 : 1 }
  const hold: Fact = { type: 'hold', of, reason, version, held }
  const lost: Fact = {
    type: 'reversal',
    of,
    id: reason,
    version,
    undone: false,
    reverses: { type: 'everything' },
    paidAt: null,
  }
  return { ...NOTHING_SAID, facts: LOST.has(status) ? [hold, lost] : [hold] }
}
