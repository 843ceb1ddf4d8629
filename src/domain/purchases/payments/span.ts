import type { Instant } from '../../values/instant.ts'
import type { Version } from '../register/fact.ts'

/**
 * When one billing period of a subscription is, by all that snapshots and payments say; whether it was paid is no part of
 * it. `spansOf` makes the spans of a register, `periodsOf` adds their bills, `itemPeriods` picks those of one item.
 */
export interface Span {
  /**
   * The keys under which usage may be recorded for it: its start or, where no provider says that, its last moment or the
   * moment of its payment. The first is its own; no two periods have one in common.
   */
  readonly periodKeys: readonly (Instant | null)[]
  readonly startsAt: Instant | null
  readonly endsAt: Instant | null
  /** The last version that said that it goes on, and the first that said that it is late. */
  readonly active: Version | null
  readonly late: Version | null
  readonly lateSince: Instant | null
  readonly trial: boolean
  /** Whether its amount was given by the release before periods were recorded: it stays given. */
  readonly wasGiven?: boolean
}

/** How far the moments of a bill and of its period may lie apart; shorter than any billing period, which is a day at least. */
export const SLACK_MS = 3_600_000
