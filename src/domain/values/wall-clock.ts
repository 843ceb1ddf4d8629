import type { Instant } from './instant.ts'

/**
 * What the clock on a wall somewhere shows, date and time, as the moment at which it is that late in UTC. What it showed at which
 * moment is for the zone data of the platform to say, which `Intl` reads: docs/decisions/022-whose-clock.md.
 */
export type WallClock = number

const SECOND_MS = 1000
const DAY_MS = 86_400_000

/** Returns what the clocks of a zone, by its IANA name, show at a moment. Throws `RangeError` for a zone that there is not. */
export function toWallClock(timeZone: string, at: Instant): WallClock {
  return at + offsetAt(timeZone, at)
}

/**
 * Returns the moment at which the clocks of a zone show a date and time. What they show twice, as they are set back, is the
 * earlier moment. What they never show, as they are set forward, is the moment at which they would show it had they not been set:
 * 02:30 is 03:30. So do `compatible` of Temporal and RFC 5545, 3.3.5.
 */
export function fromWallClock(timeZone: string, shown: WallClock): Instant {
  // No zone is a day away from UTC, and none changes its clocks twice in two days: these are by the offsets before and after.
  const before = shown - offsetAt(timeZone, shown - DAY_MS)
  const after = shown - offsetAt(timeZone, shown + DAY_MS)
  if (before === after) return before
  const moments = [before, after].filter((at) => toWallClock(timeZone, at) === shown)
  return moments.length === 0 ? before : Math.min(...moments)
}

/** The offset alone is read from what is formatted, in a form that CLDR keeps: `1/1/1971, GMT-00:44:30`. */
const OFFSET = /GMT(?:(?<sign>[+-])(?<hours>\d\d):(?<minutes>\d\d)(?::(?<seconds>\d\d))?)?$/

/** Returns by how much the clocks of a zone are ahead of UTC at a moment, in milliseconds. */
function offsetAt(timeZone: string, at: Instant): number {
  const text = formatOf(timeZone).format(at)
  const parts = OFFSET.exec(text)?.groups
  if (parts === undefined) throw new Error(`Cannot read the offset of ${timeZone} in "${text}"`)
  const { sign, hours = 0, minutes = 0, seconds = 0 } = parts
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * SECOND_MS
}

/** Made once for each zone, as that takes as long as hundreds of readings. There are about 600 names. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  // `Intl` does not mind the case of letters: else there would be names without end.
  const name = timeZone.toLowerCase()
  let format = formats.get(name)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    formats.set(name, format)
  }
  return format
}
