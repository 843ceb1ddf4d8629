import type { Instant } from '../domain/instant.ts'
import type { Snapshot } from '../domain/snapshot.ts'
import { BoundedMemory } from './bounded-memory.ts'

/** An isolate has 128 MB for everything; this is the part that snapshots may take. */
const LIMITS = { entriesMax: 20_000, bytesMax: 32 * 1024 * 1024 }

interface Remembered {
  readonly snapshot: Snapshot
  /** When KV or the object was last asked for something newer. */
  readonly askedAt: Instant
}

/** The snapshots that an isolate remembers. It never goes back to a lower version of a user. */
export class SnapshotMemory {
  readonly #memory = new BoundedMemory<Remembered>(LIMITS)
  readonly #keepMs: number

  /** A snapshot is of no use once its confirmation is older than `keepMs`. */
  constructor(keepMs: number) {
    this.#keepMs = keepMs
  }

  get(userId: string, now: Instant): Remembered | null {
    return this.#memory.get(userId, now)
  }

  /** Takes in what was found at `now`, and answers the newest that is known. */
  take(found: Snapshot, now: Instant): Snapshot {
    const known = this.#memory.get(found.userId, now)?.snapshot
    const snapshot = known === undefined ? found : newer(known, found)
    this.#memory.set(
      found.userId,
      { snapshot, askedAt: now },
      { bytes: JSON.stringify(snapshot).length * 2, until: snapshot.confirmedAt + this.#keepMs },
    )
    return snapshot
  }
}

function newer(a: Snapshot, b: Snapshot): Snapshot {
  if (a.version !== b.version) return a.version > b.version ? a : b
  return a.confirmedAt >= b.confirmedAt ? a : b
}
