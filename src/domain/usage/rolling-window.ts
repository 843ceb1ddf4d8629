import type { Instant } from '../values/instant.ts'

/** What was taken of a feature within its rolling window: each take with its moment, oldest first. It is stored in rows and snapshots. */
export interface RollingWindow {
  readonly ms: number
  readonly takes: readonly WindowTake[]
}

export interface WindowTake {
  readonly at: Instant
  readonly amount: number
}

/** So many takes are known one by one, the newest; those of one millisecond are one. */
const TAKES_MAX = 1000

/** Into so many parts a window is cut, where there were more, for those before. */
const PARTS = 60

/** A window in which nothing was taken. */
export function emptyWindow(ms: number): RollingWindow {
  return { ms, takes: [] }
}

/** Returns how much counts at a moment: what was taken later than one window before it. */
export function takenWithin({ ms, takes }: RollingWindow, now: Instant): number {
  return takes.reduce((sum, { at, amount }) => (now < at + ms ? sum + amount : sum), 0)
}

/** Returns when the next take leaves the window; `null` for none. */
export function nextLeaving({ ms, takes }: RollingWindow, now: Instant): Instant | null {
  const first = takes.find(({ at }) => now < at + ms)
  return first === undefined ? null : first.at + ms
}

/** Returns the window after a take; what left it before is forgotten. */
export function withTake(window: RollingWindow, at: Instant, amount: number): RollingWindow {
  const live = liveAt(window, at)
  const last = live.at(-1)
  const takes =
    last?.at === at ? [...live.slice(0, -1), { at, amount: last.amount + amount }] : [...live, { at, amount }]
  // Whatever is put together is older than the newest thousand: it has left once no more than these are within the window.
  const beyond = takes.slice(0, -TAKES_MAX)
  return { ...window, takes: [...inParts({ ms: window.ms, takes: beyond }), ...takes.slice(-TAKES_MAX)] }
}

/** Returns the window after something of a take is given back; what has left it gives nothing back. */
export function withoutTake(window: RollingWindow, at: Instant, amount: number, now: Instant): RollingWindow {
  const takes = liveAt(window, now)
  if (at + window.ms <= now) return { ...window, takes }
  // What was put together counts from the last of its moments.
  const place = takes.findIndex((take) => at <= take.at)
  return {
    ...window,
    takes: takes.flatMap((take, index) => (index === place ? reduced(take, amount) : [take])),
  }
}

function reduced({ at, amount: taken }: WindowTake, amount: number): readonly WindowTake[] {
  return taken > amount ? [{ at, amount: taken - amount }] : []
}

/** Returns what of a window still counts at a moment. */
export function liveAt({ ms, takes }: RollingWindow, now: Instant): readonly WindowTake[] {
  return takes.filter(({ at }) => now < at + ms)
}

/**
 * Returns takes with those of the same sixtieth of the window as one. It counts from its last moment, and so too long by less
 * than one part: never is more allowed than the limit, and never anything refused longer than that.
 */
export function inParts({ ms, takes }: RollingWindow): readonly WindowTake[] {
  const parts = Map.groupBy(takes, ({ at }) => Math.floor((at * PARTS) / ms))
  return [...parts.values()].map((some) => ({
    at: some.at(-1)?.at ?? 0,
    amount: some.reduce((sum, { amount }) => sum + amount, 0),
  }))
}
