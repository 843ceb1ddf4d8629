import type { Instant } from '../values/instant.ts'
import { fromWallClock, toWallClock } from '../values/wall-clock.ts'

/** How often an allowance begins anew, counted from `anchor` in both directions. */
export interface Reset {
  readonly every: 'hour' | 'day' | 'week' | 'month' | 'year'
  readonly anchor: Instant
  /** How much of what remained of one period goes over to the next one, and no further. */
  readonly rolloverMax: number
  /**
   * The IANA name of the zone in which days and all that is longer are counted: each boundary is at the anchor's time of day by
   * the clocks there. Absent for UTC. Hours are counted as they pass, and are the same everywhere.
   */
  readonly timeZone?: string | undefined
}

/** From one boundary up to the next. */
interface CalendarPeriod {
  readonly start: Instant
  readonly next: Instant
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Returns the latest boundary that is not after `now`. */
export function periodStart(reset: Reset, now: Instant): Instant {
  if (isByWallClock(reset)) return periodByWallClock(reset, now).start
  const guess = roughIndex(reset, now)
  // The guess counts whole months or days: it is at most one too high.
  return boundary(reset, guess) <= now ? boundary(reset, guess) : boundary(reset, guess - 1)
}

/** Returns the first boundary after `now`. */
export function nextPeriodStart(reset: Reset, now: Instant): Instant {
  if (isByWallClock(reset)) return periodByWallClock(reset, now).next
  const guess = roughIndex(reset, now)
  return boundary(reset, guess) > now ? boundary(reset, guess) : boundary(reset, guess + 1)
}

type ByWallClock = Reset & { readonly timeZone: string }

/** Whether its boundaries follow from the rules of a zone, which may become others. */
export function isByWallClock(reset: Reset): reset is ByWallClock {
  return reset.timeZone !== undefined && reset.every !== 'hour'
}

/**
 * Returns the boundary `index` periods from the anchor, in UTC. It keeps the anchor's day: 31 January, 28 February, 31 March.
 */
export function boundary({ every, anchor }: Pick<Reset, 'every' | 'anchor'>, index: number): Instant {
  switch (every) {
    case 'hour':
      return anchor + index * HOUR_MS
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

/** The period found last of each reset: nearly all questions are about the same one, and clocks of zones are slow to ask. */
const found = new WeakMap<Reset, CalendarPeriod>()

/**
 * Returns the period of a moment by the clocks of a zone. Boundaries of two dates are one where the date between was skipped, and
 * where clocks were set back the guess is one too low.
 */
function periodByWallClock(reset: ByWallClock, now: Instant): CalendarPeriod {
  const known = found.get(reset)
  if (known !== undefined && known.start <= now && now < known.next) return known
  const { every, timeZone } = reset
  const onTheWall = { every, anchor: toWallClock(timeZone, reset.anchor) }
  const boundaryAt = (index: number) => fromWallClock(timeZone, boundary(onTheWall, index))
  let index = roughIndex(onTheWall, toWallClock(timeZone, now))
  let [start, next] = [boundaryAt(index), boundaryAt(index + 1)]
  while (start > now) [start, next, index] = [boundaryAt(index - 1), start, index - 1]
  while (next <= now) [start, next, index] = [next, boundaryAt(index + 2), index + 1]
  const period = { start, next }
  found.set(reset, period)
  return period
}

function roughIndex({ every, anchor }: Pick<Reset, 'every' | 'anchor'>, now: Instant): number {
  switch (every) {
    case 'hour':
      return Math.floor((now - anchor) / HOUR_MS)
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
