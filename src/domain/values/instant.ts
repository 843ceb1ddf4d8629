/** A moment: whole milliseconds since the epoch, UTC. The domain is handed one; it never asks. */
export type Instant = number

/** The earlier of two moments, where `null` is "never". */
export function earlier(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null) return b
  if (b === null) return a
  return Math.min(a, b)
}
