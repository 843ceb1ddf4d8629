import type { Entry } from '../../domain/user/entry.ts'
import {
  type Past,
  type PastBySeq,
  type Resolution,
  isUsageEntry,
  resolutionBy,
} from '../../domain/user/past.ts'
import type { UserId } from '../../domain/values/ids.ts'
import { type ResolutionRow, resolutionToRow } from '../store/usage/usage-rows.ts'

/** The consumptions and reservations that a group may ask for, and what it makes of them. */
export class PastUsage {
  readonly #bySeq: Map<number, Past>
  readonly #resolved = new Map<number, Resolution>()

  constructor(known: PastBySeq) {
    this.#bySeq = new Map(known)
  }

  get bySeq(): PastBySeq {
    return this.#bySeq
  }

  /** Keeps an entry that others may name later, and what it makes of the one that it names. */
  take(entry: Entry): void {
    if (isUsageEntry(entry)) this.#bySeq.set(entry.seq, { entry, resolution: null })
    const resolved = resolutionBy(entry, (seq) => this.#bySeq.get(seq)?.resolution ?? null)
    if (resolved === null) return
    const { seq, resolution } = resolved
    const known = this.#bySeq.get(seq)
    if (known !== undefined) this.#bySeq.set(seq, { ...known, resolution })
    this.#resolved.set(seq, resolution)
  }

  rows(userId: UserId): readonly ResolutionRow[] {
    return [...this.#resolved].map(([seq, resolution]) => resolutionToRow(userId, seq, resolution))
  }
}
