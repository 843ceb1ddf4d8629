import type { Snapshot } from '../domain/user/snapshot.ts'
import type { Seq, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import { BoundedMemory } from '../platform/bounded-memory.ts'
import type { Freshness } from './freshness.ts'

/** An isolate has 128 MB for everything; this is the part that snapshots may take. */
const LIMITS = { entriesMax: 20_000, bytesMax: 48 * 1024 * 1024 }

/** What a character of a snapshot's text takes of the heap once it is parsed, as `npm run bench:memory` measures. */
const BYTES_PER_CHARACTER = 1.5

/** The part of users of whom nothing is recorded: whoever may check can name any number of them. */
const LIMITS_OF_NOTHING = { entriesMax: 2000, bytesMax: 2 * 1024 * 1024 }

/** The part of users of whom no more is known than that an object has spoken of a version that is remembered nowhere. */
const LIMITS_OF_VERSIONS = { entriesMax: 20_000, bytesMax: 4 * 1024 * 1024 }

interface Remembered {
  readonly snapshot: Snapshot
  /** When KV or the object was last asked for something newer. */
  readonly askedAt: Instant
  /** What it weighs. */
  readonly bytes: number
}

/**
 * The snapshots that an isolate remembers. It never goes back to a lower version of a user. That nothing is recorded of a
 * user is remembered apart, so that no number of such users takes the place of others.
 */
export class SnapshotMemory {
  readonly #memory = new BoundedMemory<Remembered>(LIMITS)
  readonly #ofNothing = new BoundedMemory<Remembered>(LIMITS_OF_NOTHING)
  readonly #leastVersions = new BoundedMemory<Seq>(LIMITS_OF_VERSIONS)
  readonly #freshness: Freshness

  /** A snapshot is of no use once its confirmation is too old for anything; of nothing, once it is too old for a "no". */
  constructor(freshness: Freshness) {
    this.#freshness = freshness
  }

  get(userId: UserId, now: Instant): Remembered | null {
    return this.#memory.get(userId, now) ?? this.#ofNothing.get(userId, now)
  }

  /** The version that an object has spoken of, and below which nothing answers; 0 where none is known. */
  leastVersion(userId: UserId, now: Instant): Seq {
    return this.#leastVersions.get(userId, now) ?? 0
  }

  /** Takes in what was found at `now`, and answers the newest that is known. */
  take(found: Snapshot, now: Instant): Snapshot {
    const known = this.get(found.userId, now)
    const snapshot = known === null ? found : newer(known.snapshot, found)
    const bytes =
      snapshot === known?.snapshot ? known.bytes : JSON.stringify(snapshot).length * BYTES_PER_CHARACTER
    this.#keep({ snapshot, askedAt: now, bytes })
    return snapshot
  }

  /**
   * Learns from a part of what an object says at `now` which version is the newest: a snapshot of it is confirmed anew, and
   * one of a lower version is forgotten.
   */
  learn({ userId, version, confirmedAt }: Snapshot, now: Instant): void {
    const known = this.get(userId, now)
    if (known !== null && known.snapshot.version >= version) {
      const isNewer = known.snapshot.version === version && known.snapshot.confirmedAt < confirmedAt
      if (isNewer) this.#keep({ ...known, snapshot: { ...known.snapshot, confirmedAt }, askedAt: now })
      return
    }
    this.#memory.delete(userId)
    this.#ofNothing.delete(userId)
    if (version === 0) return
    const until = confirmedAt + this.#freshness.staleIfErrorMs
    const least = Math.max(version, this.leastVersion(userId, now))
    this.#leastVersions.set(userId, least, { bytes: 2 * userId.length + 64, until })
  }

  #keep(remembered: Remembered): void {
    const { staleIfErrorMs, denyMaxAgeMs } = this.#freshness
    const { bytes } = remembered
    const { userId, version, confirmedAt } = remembered.snapshot
    if (version === 0) {
      this.#ofNothing.set(userId, remembered, { bytes, until: confirmedAt + denyMaxAgeMs })
      return
    }
    this.#ofNothing.delete(userId)
    this.#memory.set(userId, remembered, { bytes, until: confirmedAt + staleIfErrorMs })
    if (version >= this.leastVersion(userId, confirmedAt)) this.#leastVersions.delete(userId)
  }
}

function newer(a: Snapshot, b: Snapshot): Snapshot {
  if (a.version !== b.version) return a.version > b.version ? a : b
  return a.confirmedAt >= b.confirmedAt ? a : b
}
