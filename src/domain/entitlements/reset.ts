import type { Instant } from '../values/instant.ts'

/** How often an allowance begins anew, counted from `anchor` in both directions, in UTC. */
export interface Reset {
  readonly every: 'day' | 'week' | 'month' | 'year'
  readonly anchor: Instant
  /** How much of what remained of one period goes over to the next one, and no further. */
  readonly rolloverMax: number
}

const DAY_MS = 86_400_000

/** Returns the latest boundary that is not after `now`. */
export function periodStart(reset: Reset, now: Instant): Instant {
  const guess = roughIndex(reset, now)
  // The guess counts whole months or days: it is at most one too high.
  return boundary(reset, guess) <= now ? boundary(reset, guess) : boundary(reset, guess - 1)
}

/** Returns the first boundary after `now`. */
export function nextPeriodStart(reset: Reset, now: Instant): Instant {
  const guess = roughIndex(reset, now)
  return boundary(reset, guess) > now ? boundary(reset, guess) : boundary(reset, guess + 1)
}

/** Returns the boundary `index` periods from the anchor. It keeps the anchor's day: 31 January, 28 February, 31 March. */
export function boundary({ every, anchor }: Pick<Reset, 'every' | 'anchor'>, index: number): Instant {
  switch (every) {
    case 'day':
      return anchor + index * DAY_MS
    case 'week':
      return anchor + index * 7 * DAY_MS
    case 'month':
      return monthsAfter(anchor, index)
    case 'year':
      return monthsAfter(anchor, 12 * index)
  }
}

function roughIndex({ every, anchor }: Reset, now: Instant): number {
  switch (every) {
    case 'day':
      return Math.floor((now - anchor) / DAY_MS)
    case 'week':
      return Math.floor((now - anchor) / (7 * DAY_MS))
    case 'month':
      return monthOf(now) - monthOf(anchor)
    case 'year':
      return new Date(now).getUTCFullYear() - new Date(anchor).getUTCFullYear()
  }
}

function monthOf(instant: Instant): number {
  const date = new Date(instant)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

function monthsAfter(anchor: Instant, months: number): Instant {
  const date = new Date(anchor)
  const firstOfMonth = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)
  const daysInMonth = new Date(
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0),
  ).getUTCDate()
  const timeOfDay = ((anchor % DAY_MS) + DAY_MS) % DAY_MS
  return firstOfMonth + (Math.min(date.getUTCDate(), daysInMonth) - 1) * DAY_MS + timeOfDay
}
