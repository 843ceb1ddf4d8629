import type { Snapshot } from '../domain/user/snapshot.ts'

/** A snapshot that may answer instead of the user's object, and where it was found. */
export interface Copy {
  readonly snapshot: Snapshot
  readonly source: 'memory' | 'kv'
}

/** What one request finds of one user: a copy, and what the ledger says, which is asked once, when somebody needs it. */
export class LookUp {
  readonly copy: Copy | null
  readonly #ask: () => Promise<Snapshot>
  #newest: Promise<Snapshot> | null = null

  constructor(copy: Copy | null, ask: () => Promise<Snapshot>) {
    this.copy = copy
    this.#ask = ask
  }

  newest(): Promise<Snapshot> {
    this.#newest ??= this.#ask()
    return this.#newest
  }

  /** What the ledger says is known: nobody asks. */
  isTold(newest: Snapshot): void {
    this.#newest = Promise.resolve(newest)
  }
}
