import type { Feature } from '../entitlements/feature.ts'
import type { Instant } from '../values/instant.ts'
import { type RollingWindow, inParts, liveAt, nextLeaving, takenWithin } from './rolling-window.ts'

/**
 * How a feature counts what is taken of it as a whole, and not lot by lot: until it is let go of, or for as long as a window
 * lasts. It is stored in entries.
 */
export type Counting = 'held' | { readonly windowMs: number }

/** What is taken of such a feature. It is stored in snapshots. */
export interface Count {
  /** By those who hold it. */
  readonly held: number
  readonly window: RollingWindow | null
  /** What reservations hold of it. */
  readonly holds: readonly CountedHold[]
}

interface CountedHold {
  readonly amount: number
  /** Exclusive. */
  readonly endsAt: Instant
}

/** Returns how a feature counts; `null` where each lot does. */
export function countingOf({ held, windowMs }: Pick<Feature, 'held' | 'windowMs'>): Counting | null {
  if (held === true) return 'held'
  return windowMs === undefined ? null : { windowMs }
}

/** Returns a count without what has left its window. */
export function lastingCount(count: Count, now: Instant): Count {
  const { window } = count
  return window === null ? count : { ...count, window: { ...window, takes: liveAt(window, now) } }
}

/** Returns a count with what was taken in the same part of its window as one: it counts nothing too short, nor longer by a part. */
export function shortCount(count: Count): Count {
  const { window } = count
  return window === null ? count : { ...count, window: { ...window, takes: inParts(window) } }
}

/** Returns what is used and reserved by a count, and when time alone changes that; `null` for never. */
export function countAt({ held, window, holds }: Count, now: Instant) {
  const open = holds.filter(({ endsAt }) => now < endsAt)
  const moments = [
    ...open.map(({ endsAt }) => endsAt),
    ...(window === null ? [] : [nextLeaving(window, now) ?? Infinity]),
  ]
  const next = moments.reduce((first, at) => Math.min(first, at), Infinity)
  return {
    used: held + (window === null ? 0 : takenWithin(window, now)),
    reserved: open.reduce((sum, { amount }) => sum + amount, 0),
    nextChangeAt: next === Infinity ? null : next,
  }
}
