import { shortCount } from '../usage/counting.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Returns a snapshot with windows put together in parts, for copies: a thousand takes are 2 KB then instead of 32. What a copy
 * says no to for up to a part of the window too long, it says no to as any copy does: until the object is asked.
 */
export function shortSnapshot(snapshot: Snapshot): Snapshot {
  const { counts } = snapshot
  if (counts === undefined) return snapshot
  const short = Object.entries(counts).map(([feature, count]) => [feature, shortCount(count)] as const)
  return { ...snapshot, counts: Object.fromEntries(short) }
}
