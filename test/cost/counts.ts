/** What an operation asks of the platform, by what is billed. */
export interface Counts {
  /** Of the Worker. */
  readonly requests: number
  readonly kvReads: number
  /** Puts, deletes and lists, which cost the same. */
  readonly kvWrites: number
  /** Calls of a user's object, and alarms that went off. */
  readonly objectCalls: number
  /** Questions to D1, alone or as a batch: not billed themselves, but an object is awake for each that it asks. */
  readonly d1Calls: number
  readonly objectD1Calls: number
  readonly rowsRead: number
  readonly rowsWritten: number
  /** An object's storage holds nothing but its alarm. */
  readonly alarmsSet: number
  readonly alarmsTakenBack: number
}

export const NO_COUNTS: Counts = {
  requests: 0,
  kvReads: 0,
  kvWrites: 0,
  objectCalls: 0,
  d1Calls: 0,
  objectD1Calls: 0,
  rowsRead: 0,
  rowsWritten: 0,
  alarmsSet: 0,
  alarmsTakenBack: 0,
}

/** Adds up what is asked. */
export class Meter {
  #counts = NO_COUNTS

  get counts(): Counts {
    return this.#counts
  }

  reset(): void {
    this.#counts = NO_COUNTS
  }

  add(kind: keyof Counts, count = 1): void {
    this.#counts = { ...this.#counts, [kind]: this.#counts[kind] + count }
  }
}
