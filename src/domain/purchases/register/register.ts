import type { Instant } from '../../values/instant.ts'
import type {
  CoveredLine,
  Covers,
  HoldFact,
  Item,
  Money,
  PurchaseFact,
  Replacement,
  ReversalFact,
  SourceFact,
  SubscriptionFact,
  Version,
} from './fact.ts'

/** What is known of one checkout source: the sum of its facts, whatever their order. `merged` keeps it bounded. */
export interface Register {
  /** By which rules it was absorbed; a register without them is of the version before. */
  readonly rules: 2
  /** The newest snapshot. */
  readonly subscription: SubscriptionRecord | null
  /** The newest that said that it goes on, where another is newer: its items are those that were paid for. */
  readonly inOrder: SubscriptionRecord | null
  /** The sets of items that were told, the newest first: what somebody has not mapped yet follows one that is. */
  readonly itemSets: readonly ItemSet[]
  /** The periods that were told, by `periodKey`. */
  readonly periods: ById<PeriodRecord>
  /** When the provider said that a period was late that it did not name. */
  readonly lateSince: readonly Instant[]
  readonly payments: ById<PaymentRecord>
  readonly reversals: ById<FactBody<ReversalFact>>
  readonly holds: ById<FactBody<HoldFact>>
  readonly lines: ById<Line>
  /** The newest that was told of what the source was changed for: what is told of it afterwards does not say it again. */
  readonly replacedBy: ReplacementRecord | null
  /** What the version before called its last period, so that what was used in it stays used. */
  readonly before: PeriodBefore | null
}

export type ById<T> = Readonly<Record<string, T>>

/** A fact without what only served to find its register. */
export type FactBody<F extends SourceFact> = Omit<F, 'type' | 'of' | 'ref' | 'aliases' | 'customer'>

export type SubscriptionRecord = FactBody<SubscriptionFact>

export interface Line extends Item, Omit<FactBody<PurchaseFact>, 'lines'> {}

export interface ReplacementRecord extends Replacement {
  readonly version: Version
}

export interface ItemSet {
  readonly version: Version
  readonly items: readonly Item[]
}

/** A period, by all that snapshots told of it. */
export interface PeriodRecord {
  readonly startsAt: Instant | null
  /** As the newest snapshot has it. */
  readonly endsAt: Instant
  readonly version: Version
  /** The last time that the provider said of it that it goes on, and when it first did. */
  readonly active: Version | null
  readonly activeSince: Instant | null
  /** The first time that the provider said of it that it is late, and since when. */
  readonly late: Version | null
  readonly lateSince: Instant | null
  readonly trial: boolean
}

/** A payment, by all that events told of it. */
export interface PaymentRecord {
  readonly paidAt: Instant | null
  readonly money: Money | null
  readonly bill: string | null
  readonly covers: Covers | null
}

export interface PeriodBefore {
  /** What takes and holds call it. */
  readonly name: Instant | null
  readonly startsAt: Instant | null
  readonly endsAt: Instant
}

export const EMPTY_REGISTER: Register = {
  rules: 2,
  subscription: null,
  inOrder: null,
  itemSets: [],
  periods: {},
  lateSince: [],
  payments: {},
  reversals: {},
  holds: {},
  lines: {},
  replacedBy: null,
  before: null,
}

/** Whether a provider says that a payment is late. */
export function isLate({ state }: SubscriptionRecord): boolean {
  return state === 'overdue' || state === 'unpaid'
}

/** A period is the same while its start is; where that is not told, while its end is. */
export function periodKey({ startsAt, endsAt }: Pick<PeriodRecord, 'startsAt' | 'endsAt'>): string {
  return startsAt === null ? `to ${endsAt}` : `from ${startsAt}`
}

/** The lines of the periods that a payment covers; none where it covers something else, or nobody said what. */
export function coveredLines({ covers }: PaymentRecord): readonly CoveredLine[] {
  return covers?.type === 'period' ? covers.lines : []
}
