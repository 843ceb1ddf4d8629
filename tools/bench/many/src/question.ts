import type { Catalogs } from '../../../../src/ledger/object/catalogs.ts'

/** A database that was filled, and how much is in it. */
export interface Place {
  readonly d1: D1Database
  readonly users: number
  readonly catalogs: Catalogs
}

/** Something that is asked of the ledger. */
export interface Question {
  readonly name: string
  /** Where filters look at many rows: how many may be read, however many there are. */
  readonly most?: number
  /** Looks up what it needs, uncounted, and answers the question itself. */
  readonly arrange: (place: Place) => Promise<() => Promise<unknown>>
}
