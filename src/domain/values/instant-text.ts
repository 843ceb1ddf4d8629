import type { Instant } from './instant.ts'

const DAY_MS = 86_400_000

/** The day that was named last, as `2026-01-31T`: what is told at one time is mostly of one day. */
let day = { startsAt: NaN, text: '' }

/** Returns a moment as `toISOString` does, in a fifth of its time: a check names one, and takes no longer than that besides. */
export function instantText(instant: Instant): string {
  const startsAt = Math.floor(instant / DAY_MS) * DAY_MS
  if (startsAt !== day.startsAt) day = { startsAt, text: new Date(startsAt).toISOString().slice(0, -13) }
  const ms = instant - startsAt
  const [hours, minutes, seconds] = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60]
  return `${day.text}${digits(hours)}:${digits(minutes)}:${digits(seconds)}.${ms % 1000 < 100 ? '0' : ''}${digits(ms % 1000)}Z`
}

/** At least two, of what is whole of a number. */
function digits(number: number): string {
  return number < 10 ? `0${Math.floor(number)}` : `${Math.floor(number)}`
}
