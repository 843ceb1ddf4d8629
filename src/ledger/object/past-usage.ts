import type { Entry } from '../../domain/user/entry.ts'
import {
  type Past,
  type PastBySeq,
  type Resolution,
  isUsageEntry,
  resolutionIn,
  resolutionsBy,
} from '../../domain/user/past.ts'
import type { UserState } from '../../domain/user/user-state.ts'
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

  /** Keeps an entry that others may name later, and what it makes of those that it names, by the state before it. */
  take(entry: Entry, before: Pick<UserState, 'holdings'>): void {
    if (isUsageEntry(entry)) this.#bySeq.set(entry.seq, { entry, resolution: null })
    for (const { seq, resolution } of resolutionsBy(entry, (one) => resolutionIn(before, this.#bySeq, one))) {
      const known = this.#bySeq.get(seq)
      if (known !== undefined) this.#bySeq.set(seq, { ...known, resolution })
      this.#resolved.set(seq, resolution)
    }
  }

  rows(userId: UserId): readonly ResolutionRow[] {
    return [...this.#resolved].map(([seq, resolution]) => resolutionToRow(userId, seq, resolution))
  }
}
