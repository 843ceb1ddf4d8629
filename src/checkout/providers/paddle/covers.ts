import type { Covers } from '../../../domain/purchases/register/fact.ts'
import type { Instant } from '../../../domain/values/instant.ts'

interface Billed {
  readonly origin: string
  readonly billing_period?: { readonly starts_at: Instant; readonly ends_at: Instant } | null | undefined
}

interface Line {
  readonly id: string
  readonly price_id: string
  readonly proration?: unknown
  readonly totals: { readonly total: number }
}

/** A change within a period is billed by its difference, in lines that are prorated. */
export function coversOf(
  { origin, billing_period: period }: Billed,
  lines: readonly Line[],
  boughtAt: Instant,
): Covers {
  const whole = lines.filter(({ proration }) => !proration)
  if (whole.length === 0) return { type: 'change' }
  // A charge beside the subscription: https://developer.paddle.com/build/subscriptions/bill-add-one-time-charge
  if (origin === 'subscription_charge') return { type: 'other' }
  return {
    type: 'period',
    lines: whole.map(({ id: line, price_id, totals }) => ({
      id: line,
      item: price_id,
      startsAt: period?.starts_at ?? boughtAt,
      endsAt: period?.ends_at ?? null,
      total: totals.total,
    })),
  }
}
