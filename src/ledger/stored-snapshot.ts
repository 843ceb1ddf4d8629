import { shortCount } from '../domain/usage/counting.ts'
import type { Snapshot } from '../domain/user/snapshot.ts'
import type { UserId } from '../domain/values/ids.ts'

/** The form of what lies in KV. A reader takes any other for a miss. */
const SCHEMA = 1

/** Where a user's snapshot lies in KV. A restored ledger starts a new epoch, and so finds none of the old ones. */
export function snapshotKey(epoch: number, userId: UserId): string {
  return `snapshot:${SCHEMA}:${epoch}:${userId}`
}

export interface StoredSnapshot {
  readonly schema: number
  readonly epoch: number
  readonly snapshot: Snapshot
}

/**
 * Windows are put together in parts: a thousand takes are 2 KB instead of 32. What a copy then says no to for up to a part of the
 * window too long, it says no to as every copy: until the object is asked.
 */
export function snapshotToStored(epoch: number, snapshot: Snapshot): StoredSnapshot {
  const { counts } = snapshot
  if (counts === undefined) return { schema: SCHEMA, epoch, snapshot }
  const short = Object.entries(counts).map(([feature, count]) => [feature, shortCount(count)] as const)
  return { schema: SCHEMA, epoch, snapshot: { ...snapshot, counts: Object.fromEntries(short) } }
}

/** The snapshot, or `null` when it is of another form, epoch or user. */
export function storedToSnapshot(stored: unknown, epoch: number, userId: UserId): Snapshot | null {
  if (typeof stored !== 'object' || stored === null) return null
  const { schema, epoch: storedEpoch, snapshot } = stored as Partial<StoredSnapshot>
  if (schema !== SCHEMA || storedEpoch !== epoch || snapshot?.userId !== userId) return null
  const isWhole = Number.isSafeInteger(snapshot.version) && Number.isSafeInteger(snapshot.confirmedAt)
  return isWhole && typeof snapshot.features === 'object' ? snapshot : null
}
