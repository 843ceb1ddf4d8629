import type { Instant } from '../../values/instant.ts'
import { type Bill, billsOf } from './bills.ts'
import { compareVersions } from '../register/merge-registers.ts'
import type { Register } from '../register/register.ts'
import { SLACK_MS, type Span } from './span.ts'
import { spansOf } from './spans.ts'

/** A period of a subscription, and what is known of its payment. */
export interface PaidPeriod extends Span {
  /**
   * - `paid`: by a payment of which something was not given back.
   * - `presumed`: no payment is known, and the provider says or said that it goes on.
   * - `late`: the provider said that it is late, and nobody said that it was paid.
   * - `returned`: paid, and all of it given back.
   */
  readonly state: 'paid' | 'presumed' | 'late' | 'returned'
  readonly bills: readonly Bill[]
}

/** The periods of a source, the earliest first. */
export function periodsOf(register: Register): readonly PaidPeriod[] {
  const bills = billsOf(register)
  const spans = spansOf(register)
  return spans.map((span) => {
    const named = bills.filter((bill) => coversSpan(bill, span))
    const known =
      named.length === 0 && beginsInsideAnother(register, span, spans)
        ? bills.filter((bill) => isPaymentOfChange(bill, span))
        : named
    // What nobody said of what it pays for is taken for the period that it was paid in, unless another payment is known.
    const payers =
      known.length > 0 ? known : bills.filter((bill) => bill.covers === null && isWithin(span, bill.paidAt))
    return { ...span, bills: payers, state: isReversed(register, span) ? 'returned' : stateOf(span, payers) }
  })
}

function coversSpan({ covers }: Bill, { periodKeys }: Span): boolean {
  return covers?.type === 'period' && covers.lines.some(({ startsAt }) => periodKeys.includes(startsAt))
}

/**
 * Whether it began before one before it was over, which no snapshot tells any more: a change to another interval begins
 * a period of its own.
 */
function beginsInsideAnother({ subscription }: Register, { startsAt }: Span, spans: readonly Span[]): boolean {
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

/** The payment of such a change is not told apart from that of one within a period, and is made when the new one begins. */
function isPaymentOfChange({ covers, paidAt }: Bill, { startsAt }: Span): boolean {
  return (
    covers?.type === 'change' &&
    startsAt !== null &&
    paidAt !== null &&
    Math.abs(paidAt - startsAt) < SLACK_MS
  )
}

/** A shop of one's own says of what it takes back only when that was paid. */
function isReversed({ reversals }: Register, span: Span): boolean {
  return Object.values(reversals).some(
    ({ undone, reverses, paidAt }) =>
      !undone && reverses.type === 'everything' && paidAt !== null && isWithin(span, paidAt),
  )
}

function stateOf({ active, late }: Span, bills: readonly Bill[]): PaidPeriod['state'] {
  if (bills.length > 0) return bills.every(({ returned }) => returned === 'all') ? 'returned' : 'paid'
  // Who goes on again after it was late has paid, or was let off.
  const isLate = late !== null && (active === null || compareVersions(active, late) < 0)
  return isLate ? 'late' : 'presumed'
}

/** Whether a moment falls into a period; one without a moment falls into every one. */
export function isWithin(
  { startsAt, endsAt }: Pick<Span, 'startsAt' | 'endsAt'>,
  at: Instant | null,
): boolean {
  if (at === null) return true
  return (startsAt === null || startsAt <= at) && (endsAt === null || at < endsAt)
}
