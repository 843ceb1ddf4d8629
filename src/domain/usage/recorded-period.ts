import { type Reset, isByWallClock, nextPeriodStart, periodStart } from '../entitlements/reset.ts'
import type { Instant } from '../values/instant.ts'

// The rules of a time zone may have become others since a period was recorded by its start. What was recorded stands: it is the
// period that begins nearest to it by the rules of today. docs/decisions/022-whose-clock.md

/** Returns when a recorded period begins by the rules of today; of all but a reset in a zone that is when it was recorded to. */
export function startOfRecorded(reset: Reset | null, recorded: Instant | null): Instant | null {
  if (reset === null || recorded === null || !isByWallClock(reset)) return recorded
  const [start, next] = [periodStart(reset, recorded), nextPeriodStart(reset, recorded)]
  return recorded - start <= next - recorded ? start : next
}

/** Whether a recorded period is that of a moment, of which `start` is the start. What began by record does not begin once more. */
export function goesOn(reset: Reset | null, recorded: Instant | null, start: Instant | null): boolean {
  const begun = startOfRecorded(reset, recorded)
  if (reset === null || !isByWallClock(reset) || begun === null || start === null) return begun === start
  return begun >= start
}
