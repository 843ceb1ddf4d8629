import type { Snapshot } from '../domain/user/snapshot.ts'
import type { UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import { BoundedMemory } from '../platform/bounded-memory.ts'
import type { Freshness } from './freshness.ts'

/** An isolate has 128 MB for everything; this is the part that snapshots may take. */
const LIMITS = { entriesMax: 20_000, bytesMax: 32 * 1024 * 1024 }

/** The part of users of whom nothing is recorded: whoever may check can name any number of them. */
const LIMITS_OF_NOTHING = { entriesMax: 2000, bytesMax: 2 * 1024 * 1024 }

interface Remembered {
  readonly snapshot: Snapshot
  /** When KV or the object was last asked for something newer. */
  readonly askedAt: Instant
}

/**
 * The snapshots that an isolate remembers. It never goes back to a lower version of a user. That nothing is recorded of a
 * user is remembered apart, so that no number of such users takes the place of others.
 */
export class SnapshotMemory {
  readonly #memory = new BoundedMemory<Remembered>(LIMITS)
  readonly #ofNothing = new BoundedMemory<Remembered>(LIMITS_OF_NOTHING)
  readonly #freshness: Freshness

  /** A snapshot is of no use once its confirmation is too old for anything; of nothing, once it is too old for a "no". */
  constructor(freshness: Freshness) {
    this.#freshness = freshness
  }

  get(userId: UserId, now: Instant): Remembered | null {
    return this.#memory.get(userId, now) ?? this.#ofNothing.get(userId, now)
  }

  /** Takes in what was found at `now`, and answers the newest that is known. */
  take(found: Snapshot, now: Instant): Snapshot {
    const { staleIfErrorMs, denyMaxAgeMs } = this.#freshness
    const known = this.get(found.userId, now)?.snapshot
    const snapshot = known === undefined ? found : newer(known, found)
    const { userId, version, confirmedAt } = snapshot
    const bytes = JSON.stringify(snapshot).length * 2
    const remembered = { snapshot, askedAt: now }
    if (version === 0) {
      this.#ofNothing.set(userId, remembered, { bytes, until: confirmedAt + denyMaxAgeMs })
    } else {
      this.#ofNothing.delete(userId)
      this.#memory.set(userId, remembered, { bytes, until: confirmedAt + staleIfErrorMs })
    }
    return snapshot
  }
}

function newer(a: Snapshot, b: Snapshot): Snapshot {
  if (a.version !== b.version) return a.version > b.version ? a : b
  return a.confirmedAt >= b.confirmedAt ? a : b
}
