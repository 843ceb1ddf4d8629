import type { Instant } from '../values/instant.ts'
import { type Lot, type PaidUsage, type Usage, usageAt } from './lot.ts'

/** A source comes back to the last paid period or to a late one, and so more than three are never asked for. */
const OTHERS_MAX = 3

/** Returns what was used of a lot in the period of a key, `null` where the lot remembers no such period. */
export function usageIn(lot: Lot, name: Instant | null, now: Instant): PaidUsage | null {
  const { others, ...current } = usageAt(lot, now)
  if (current.name === name) return { ...current, given: lot.allowance.amount }
  return others.find((one) => one.name === name) ?? null
}

/** Returns the usage of a lot once its source gives another paid period: what was used in that before, or nothing. */
export function usageInPeriod(lot: Lot, period: Instant | null, now: Instant): Usage {
  const { name, used, forgiven, others } = usageAt(lot, now)
  const isHeld = lot.holds.some((hold) => hold.period === name && now < hold.endsAt)
  const current = { name, used, forgiven, given: lot.allowance.amount }
  const all = used > 0 || forgiven > 0 || isHeld ? [current, ...others] : others
  const before = all.find((one) => one.name === period)
  return {
    period,
    name: period,
    carried: 0,
    used: before?.used ?? 0,
    forgiven: before?.forgiven ?? 0,
    others: all
      .filter((one) => one !== before)
      .toSorted((a, b) => (b.name ?? 0) - (a.name ?? 0))
      .slice(0, OTHERS_MAX),
  }
}

/** Returns the other periods with an amount added to the one of a key; unchanged where none has it. */
export function addToOtherPeriod(
  others: readonly PaidUsage[],
  name: Instant | null,
  amount: number,
): readonly PaidUsage[] {
  return others.map((one) => (one.name === name ? { ...one, used: Math.max(0, one.used + amount) } : one))
}
