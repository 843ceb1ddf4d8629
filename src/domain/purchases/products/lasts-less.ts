import type { Duration } from './product.ts'

/** How many days a month has. */
const MONTH_DAYS = { fewest: 28, most: 31 }

/**
 * Whether some purchase would last less with the second duration: a month that becomes thirty days does, as a month can
 * have 31. `undefined` lasts for ever.
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
