import type { Flavoured } from './flavour.ts'

/** A moment: whole milliseconds since the epoch, UTC. The domain is handed one and never reads a clock. */
export type Instant = Flavoured<number, 'Instant'>

/** Returns the earlier of two moments, where `null` is "never". */
export function earlier(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null) return b
  if (b === null) return a
  return Math.min(a, b)
}
