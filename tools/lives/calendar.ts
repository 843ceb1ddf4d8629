import { DAY, type Interval, type Moment } from './life.ts'

/** When the period `count` after the one that starts at `anchor` starts; a month without that day ends on its last. */
export function boundary(anchor: Moment, interval: Interval, count: number): Moment {
  if (interval === 'week') return anchor + count * 7 * DAY
  const months = interval === 'year' ? 12 * count : count
  const date = new Date(anchor)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months]
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay)) + (anchor % DAY)
}
