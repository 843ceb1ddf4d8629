import type { Instant } from '../values/instant.ts'
import { type Lot, type PaidUsage, type Usage, usageAt } from './lot.ts'

/** A source gives one period, and comes back to at most the last that was paid or the one that was late. */
const OTHERS_MAX = 3

/** What was used in one period of a lot, be it the one at hand or another that was paid for. */
export function usageIn(lot: Lot, name: Instant | null, now: Instant): PaidUsage | null {
  const { others, ...current } = usageAt(lot, now)
  if (current.name === name) return { ...current, given: lot.allowance.amount }
  return others.find((one) => one.name === name) ?? null
}

/** What was used once the source gives another period that was paid for: of one that it gave before, what was used then. */
export function usageInPeriod(lot: Lot, period: Instant | null, now: Instant): Usage {
  const { name, used, forgiven, others } = usageAt(lot, now)
  const isHeld = lot.holds.some((hold) => hold.period === name && now < hold.endsAt)
  const left = { name, used, forgiven, given: lot.allowance.amount }
  const known = used > 0 || forgiven > 0 || isHeld ? [left, ...others] : others
  const again = known.find((one) => one.name === period)
  return {
    period,
    name: period,
    carried: 0,
    used: again?.used ?? 0,
    forgiven: again?.forgiven ?? 0,
    others: known
      .filter((one) => one !== again)
      .toSorted((a, b) => (b.name ?? 0) - (a.name ?? 0))
      .slice(0, OTHERS_MAX),
  }
}

/** Adds what was taken in a period that is not the one at hand; of one that nobody remembers nothing is added any more. */
export function addToOtherPeriod(
  others: readonly PaidUsage[],
  name: Instant | null,
  amount: number,
): readonly PaidUsage[] {
  return others.map((one) => (one.name === name ? { ...one, used: Math.max(0, one.used + amount) } : one))
}
