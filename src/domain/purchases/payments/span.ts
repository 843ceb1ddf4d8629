import type { Instant } from '../../values/instant.ts'
import type { Version } from '../register/fact.ts'

/** The time of one period, by all that was told of it. */
export interface Span {
  /**
   * What takes and holds may call it: its start or, where that is not told, its last moment or its payment. The first is
   * its own, and no two periods share one.
   */
  readonly periodKeys: readonly (Instant | null)[]
  readonly startsAt: Instant | null
  readonly endsAt: Instant | null
  readonly active: Version | null
  readonly late: Version | null
  readonly lateSince: Instant | null
  readonly trial: boolean
  /** Whether the version before gave its amount, which it keeps. */
  readonly wasGiven?: boolean
}

/** How far the clocks of a bill and of its period may be apart: shorter than any period that is billed by a day. */
export const SLACK_MS = 3_600_000
