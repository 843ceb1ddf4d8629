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

export function snapshotToStored(epoch: number, snapshot: Snapshot): StoredSnapshot {
  return { schema: SCHEMA, epoch, snapshot }
}

/** The snapshot, or `null` when it is of another form, epoch or user. */
export function storedToSnapshot(stored: unknown, epoch: number, userId: UserId): Snapshot | null {
  if (typeof stored !== 'object' || stored === null) return null
  const { schema, epoch: storedEpoch, snapshot } = stored as Partial<StoredSnapshot>
  if (schema !== SCHEMA || storedEpoch !== epoch || snapshot?.userId !== userId) return null
  const isWhole = Number.isSafeInteger(snapshot.version) && Number.isSafeInteger(snapshot.confirmedAt)
  return isWhole && typeof snapshot.features === 'object' ? snapshot : null
}
