import type * as z from 'zod'
import type { CoveredLine, Covers } from '../../../domain/purchases/register/fact.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { type InvoiceLine, isOfSubscription, isProration, itemOf } from './invoice-line.ts'

interface Invoice {
  readonly billing_reason: string | null
  readonly created: Instant
  readonly lines: { readonly data: readonly z.output<typeof InvoiceLine>[] } | null
}

/** Why an invoice may be made that pays for no period: https://docs.stripe.com/api/invoices/object#invoice_object-billing_reason */
const BESIDE = new Set([
  'manual',
  'subscription_threshold',
  'upcoming',
  'automatic_pending_invoice_item_invoice',
])

/**
 * What an invoice of a subscription pays for. A line that is a proration pays for a change within a period; one whose
 * period is over when it is billed, for what was used.
 */
export function coversOf({ billing_reason, created, lines }: Invoice): Covers {
  if (BESIDE.has(billing_reason ?? '')) return { type: 'other' }
  const data = lines?.data ?? []
  const periods = data.flatMap((line): readonly CoveredLine[] => {
    if (!isOfSubscription(line) || isProration(line) || line.period === null) return []
    const { start: startsAt, end: endsAt } = line.period
    if (endsAt <= created) return []
    return [{ id: null, item: itemOf(line), startsAt, endsAt, total: null }]
  })
  if (periods.length > 0) return { type: 'period', lines: periods }
  if (data.some(isProration) || billing_reason === 'subscription_update') return { type: 'change' }
  if (data.length > 0) return { type: 'other' }
  // An invoice that is told without its lines, and was made for a period.
  return { type: 'period', lines: [{ id: null, item: null, startsAt: created, endsAt: null, total: null }] }
}
