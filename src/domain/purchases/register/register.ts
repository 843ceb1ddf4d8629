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

/** What is known of one checkout source: the sum of its facts, in whatever order they came. `mergeRegisters` bounds it. */
export interface Register {
  /** The form of the register; a stored one without it is a `RegisterBefore`. */
  readonly rules: 2
  /** The newest snapshot; `null` where the source is an order, or none has come yet. */
  readonly subscription: SubscriptionRecord | null
  /** The newest snapshot that was active or trialing, where a newer one is not: its items are those that were paid for. */
  readonly inOrder: SubscriptionRecord | null
  /** The sets of items that snapshots had, the newest first: an item of an unknown price keeps what it was before. */
  readonly itemSets: readonly ItemSet[]
  /** The periods that snapshots named, by `periodKey`. */
  readonly periods: ById<PeriodRecord>
  /** When the provider said that a payment was late and named no period. */
  readonly lateSince: readonly Instant[]
  readonly payments: ById<PaymentRecord>
  readonly reversals: ById<FactBody<ReversalFact>>
  readonly holds: ById<FactBody<HoldFact>>
  readonly lines: ById<Line>
  /** What the source was changed for, as the newest event that said so has it; later events do not repeat it. */
  readonly replacedBy: ReplacementRecord | null
  /** The last period as a `RegisterBefore` had it, under whose key usage was recorded. */
  readonly before: PeriodBefore | null
}

export type ById<T> = Readonly<Record<string, T>>

/** A fact without its type and the ids by which its source was found. */
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

/** A billing period, by all snapshots that named it. */
export interface PeriodRecord {
  readonly startsAt: Instant | null
  /** As the newest snapshot has it. */
  readonly endsAt: Instant
  readonly version: Version
  /** The last snapshot that was active or trialing in it, and when the first one was. */
  readonly active: Version | null
  readonly activeSince: Instant | null
  /** The first snapshot that said it was late, and since when. */
  readonly late: Version | null
  readonly lateSince: Instant | null
  readonly trial: boolean
}

/** A payment, by all events that spoke of it. */
export interface PaymentRecord {
  readonly paidAt: Instant | null
  readonly money: Money | null
  readonly bill: string | null
  readonly covers: Covers | null
}

/** A period as it stands in a `RegisterBefore`. */
export interface PeriodBefore {
  /** The key of the period in lots, takes and holds. */
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

/** Whether a snapshot says that a payment is late. */
export function isLate({ state }: SubscriptionRecord): boolean {
  return state === 'overdue' || state === 'unpaid'
}

/** Returns the key of a period in its register: by its start, else by its end. */
export function periodKey({ startsAt, endsAt }: Pick<PeriodRecord, 'startsAt' | 'endsAt'>): string {
  return startsAt === null ? `to ${endsAt}` : `from ${startsAt}`
}

/** Returns the lines of the periods that a payment covers; none where it covers something else, or it is unknown what. */
export function coveredLines({ covers }: PaymentRecord): readonly CoveredLine[] {
  return covers?.type === 'period' ? covers.lines : []
}
