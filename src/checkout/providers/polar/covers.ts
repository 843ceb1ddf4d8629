import type { Covers } from '../../../domain/purchases/register/fact.ts'
import type { Instant } from '../../../domain/values/instant.ts'

/** What an order pays for. */
type PaysFor = 'purchase' | 'period' | 'change' | 'other'

/** By its `billing_reason`. */
export const PAYS_FOR: ReadonlyMap<string, PaysFor> = new Map<string, PaysFor>([
  ['purchase', 'purchase'],
  ['subscription_create', 'period'],
  ['subscription_cycle', 'period'],
  ['subscription_update', 'change'],
  ['subscription_meter_cycle', 'other'],
])

/** An order is made when its period begins, and does not name it. */
export function coversOf(paysFor: PaysFor, startsAt: Instant): Covers {
  switch (paysFor) {
    case 'period':
      return {
        type: 'period',
        lines: [{ id: null, item: null, startsAt, endsAt: null, total: null }],
      }
    case 'change':
      return { type: 'change' }
    case 'purchase':
    case 'other':
      return { type: 'other' }
  }
}
