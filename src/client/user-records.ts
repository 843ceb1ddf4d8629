/** What a client knows of one user. */
export interface UserRecord {
  /** The version of the last change of the user’s rights: below it nothing answers. */
  rights: number
  /** Of metered features, the version of the last change of their lots: below it nothing answers of them. */
  readonly spent: Map<string, number>
  /** The highest version that was read, where what was read is remembered: no answer goes back behind it. */
  read: number
  /** What a memory keeps. */
  kept: unknown
}

/** As many as are remembered at once; who has been asked for longest ago goes first. */
const USERS_MAX = 1000

/** The records of the users of whom a client knows anything. */
export class UserRecords {
  readonly #records = new Map<string, UserRecord>()

  /** The record of a user; `null` where nothing is known. */
  get(userId: string): UserRecord | null {
    return this.#records.get(userId) ?? null
  }

  /** The record of a user, made now where there is none, as the last that goes. */
  use(userId: string): UserRecord {
    const record = this.#records.get(userId) ?? { rights: 0, spent: new Map(), read: 0, kept: null }
    this.#records.delete(userId)
    this.#records.set(userId, record)
    if (this.#records.size > USERS_MAX) {
      const [oldest = ''] = this.#records.keys()
      this.#records.delete(oldest)
    }
    return record
  }

  forget(userId: string): void {
    this.#records.delete(userId)
  }

  forgetAll(): void {
    this.#records.clear()
  }
}

/** The version that an answer about a feature has to know, or one about all of them where none is named. */
export function leastVersion(record: UserRecord | null, feature?: string): number {
  if (record === null) return 0
  const { rights, spent, read } = record
  const lots = feature === undefined ? Math.max(0, ...spent.values()) : (spent.get(feature) ?? 0)
  return Math.max(rights, lots, read)
}
