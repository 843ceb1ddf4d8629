import type { Instant } from '../../values/instant.ts'
import { compareVersions } from '../register/merge-registers.ts'
import type { Register } from '../register/register.ts'
import { type Bill, billsOf } from './bills.ts'
import { SLACK_MS, type Span } from './span.ts'
import { spansOf } from './spans.ts'

/** A billing period of a subscription with the bills that pay for it. */
export interface PaidPeriod extends Span {
  /**
   * - `paid`: a bill is known, and not all of it was refunded.
   * - `presumed`: no bill is known, and the provider last said that the subscription goes on.
   * - `late`: no bill is known, and the provider last said that payment is late.
   * - `returned`: all of its bills were refunded whole.
   */
  readonly state: 'paid' | 'presumed' | 'late' | 'returned'
  readonly bills: readonly Bill[]
}

/** Returns the billing periods of a source, the earliest first. */
export function periodsOf(register: Register): readonly PaidPeriod[] {
  const bills = billsOf(register)
  const spans = spansOf(register)
  return spans.map((span) => {
    const covering = bills.filter((bill) => coversSpan(bill, span))
    const certain =
      covering.length === 0 && beginsInsideAnother(register, span, spans)
        ? bills.filter((bill) => isPaymentOfChange(bill, span))
        : covering
    // A bill of which no event says what it covers pays for the period that it was paid in, unless that has another bill.
    const payers =
      certain.length > 0
        ? certain
        : bills.filter((bill) => bill.covers === null && isWithin(span, bill.paidAt))
    return { ...span, bills: payers, state: isReversed(register, span) ? 'returned' : stateOf(span, payers) }
  })
}

function coversSpan({ covers }: Bill, { periodKeys }: Span): boolean {
  return covers?.type === 'period' && covers.lines.some(({ startsAt }) => periodKeys.includes(startsAt))
}

/**
 * Whether a span began inside of an earlier one that the newest snapshot names no more: so does the period of a change to
 * another interval, which begins at once.
 */
function beginsInsideAnother(
  { subscription }: Register,
  { startsAt }: Span,
  spans: readonly Span[],
): boolean {
  const current = new Set(subscription?.items.map(({ period }) => period?.startsAt ?? null))
  return (
    startsAt !== null &&
    spans.some(
      (before) =>
        before.startsAt !== null &&
        before.startsAt < startsAt &&
        before.endsAt !== null &&
        startsAt < before.endsAt - SLACK_MS &&
        !current.has(before.startsAt),
    )
  )
}

/** Whether a bill for a change was paid when the span began; nothing but the moment tells it from a change within a period. */
function isPaymentOfChange({ covers, paidAt }: Bill, { startsAt }: Span): boolean {
  return (
    covers?.type === 'change' &&
    startsAt !== null &&
    paidAt !== null &&
    Math.abs(paidAt - startsAt) < SLACK_MS
  )
}

/** Whether a refund of everything falls into a span: standard webhooks name what they refund by when it was paid alone. */
function isReversed({ reversals }: Register, span: Span): boolean {
  return Object.values(reversals).some(
    ({ undone, reverses, paidAt }) =>
      !undone && reverses.type === 'everything' && paidAt !== null && isWithin(span, paidAt),
  )
}

function stateOf({ active, late }: Span, bills: readonly Bill[]): PaidPeriod['state'] {
  if (bills.length > 0) return bills.every(({ returned }) => returned === 'all') ? 'returned' : 'paid'
  // A subscription that goes on again after it was late was paid, or its debt was waived.
  const isLate = late !== null && (active === null || compareVersions(active, late) < 0)
  return isLate ? 'late' : 'presumed'
}

/** Whether a moment falls into a period, `[startsAt, endsAt)`; `null` falls into every one. */
export function isWithin(
  { startsAt, endsAt }: Pick<Span, 'startsAt' | 'endsAt'>,
  at: Instant | null,
): boolean {
  if (at === null) return true
  return (startsAt === null || startsAt <= at) && (endsAt === null || at < endsAt)
}
