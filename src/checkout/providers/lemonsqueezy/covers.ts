import type { Covers } from '../../../domain/purchases/register/fact.ts'
import type { Instant } from '../../../domain/values/instant.ts'

/**
 * What an order or an invoice pays for, by its `billing_reason`. Neither names its period: both are made when it begins. A
 * change within a period is billed by its difference.
 */
export function coversOf(reason: string, createdAt: Instant): Covers {
  if (reason === 'updated') return { type: 'change' }
  return {
    type: 'period',
    lines: [{ id: null, item: null, startsAt: createdAt, endsAt: null, total: null }],
  }
}
