import type { CountedPlace } from './a-counted-place.ts'
import type { Counts } from './counts.ts'

/** One thing that is asked of the ledger, and what that asks of the platform. */
export interface Operation {
  readonly name: string
  /** How much the Worker has to compute: the price table says how long that takes. */
  readonly work: 'check' | 'hundred checks' | 'passport' | 'change' | 'webhook'
  /** Whether other Workers may ask the same without HTTP. */
  readonly isOverRpcToo?: boolean
  /** How many of its kind are done at once; the cost is that of one. */
  readonly atOnce?: number
  /** Variables of the deployment that it is asked of, where they differ. */
  readonly bindings?: Readonly<Record<string, string>>
  /** What it counts: all that is not named is 0. The rows that are read depend on how much a user has, and are bounded. */
  readonly counts: Partial<Omit<Counts, 'rowsRead'>>
  readonly rowsReadMax?: number
  /** Makes all that has to be there before, uncounted, and answers the operation itself. */
  readonly arrange: (place: CountedPlace) => Promise<() => Promise<unknown>>
}
