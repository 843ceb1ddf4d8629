/** What a client knows of one user. */
export interface UserRecord {
  /** The version of the last change of the user’s rights: below it nothing answers. */
  rights: number
  /** Of metered features, the version of the last change of their lots: below it nothing answers of them. */
  readonly spent: Map<string, number>
  /** Of features that were answered since, of which one the lots are that a check of it rests on: its own, or those that it spends. */
  readonly lots: Map<string, string>
  /** The highest version that was read, where what was read is remembered: no answer goes back behind it. */
  read: number
  /** What a memory keeps. */
  kept?: unknown
}

/** What was spent, held or given back. */
export interface LotChange {
  readonly feature: string
  readonly version: number
  readonly spends?: { readonly feature: string } | undefined
}

/** As many as are remembered at once; who has been asked for longest ago goes first. */
const USERS_MAX = 1000

/** The records of the users of whom a client knows anything. */
export class UserRecords {
  readonly #records = new Map<string, UserRecord>()

  /** The record of a user, where anything is known. */
  get(userId: string): UserRecord | undefined {
    return this.#records.get(userId)
  }

  /** The record of a user, made now where there is none, as the last that goes. */
  use(userId: string): UserRecord {
    const record = this.#records.get(userId) ?? {
      rights: 0,
      spent: new Map(),
      lots: new Map(),
      read: 0,
    }
    this.#records.delete(userId)
    this.#records.set(userId, record)
    if (this.#records.size > USERS_MAX) {
      const [oldest] = this.#records.keys()
      this.#records.delete(oldest as string)
    }
    return record
  }

  /** Takes note of a change of lots: whatever is asked afterwards that rests on them knows of it. */
  spend(userId: string, { feature, spends, version }: LotChange): void {
    const { spent } = this.use(userId)
    for (const one of [feature, spends?.feature ?? feature]) {
      if (version > (spent.get(one) ?? 0)) spent.set(one, version)
    }
  }

  forget(userId: string): void {
    this.#records.delete(userId)
  }

  clear(): void {
    this.#records.clear()
  }
}

/**
 * The version that an answer about a feature has to know; where nobody has told whose lots it rests on, and where none is named, the
 * newest of all.
 */
export function leastVersion(
  record: UserRecord | undefined,
  feature = '',
  lots = record?.lots.get(feature),
): number {
  if (!record) return 0
  const { rights, spent, read } = record
  const known = lots === undefined ? spent.values() : [spent.get(feature) ?? 0, spent.get(lots) ?? 0]
  return Math.max(rights, read, ...known)
}
