import type { Duration } from './product.ts'

/** The fewest and the most days that so many of them have. */
const MONTH_DAYS = { fewest: 28, most: 31 }

/**
 * Whether what was bought once could last less than before: for some purchase, so that a month that becomes thirty days
 * does. Without a duration it lasts for ever.
 */
export function lastsLess(before: Duration | undefined, after: Duration | undefined): boolean {
  if (after === undefined) return false
  if (before === undefined) return true
  if ((before.stacks ?? false) && !(after.stacks ?? false)) return true
  if (before.every === 'day' && after.every === 'day') return after.count < before.count
  if (before.every === 'day') return monthsOf(after) * MONTH_DAYS.fewest < before.count
  if (after.every === 'day') return after.count < monthsOf(before) * MONTH_DAYS.most
  return monthsOf(after) < monthsOf(before)
}

function monthsOf({ every, count }: Duration): number {
  return every === 'year' ? 12 * count : count
}
