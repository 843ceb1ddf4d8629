import type { EntitlementId, FeatureKey, Seq } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import type { Json, JsonObject } from '../values/json.ts'
import type { Combine, Overage } from './feature.ts'
import type { Reset } from './reset.ts'

/**
 * Where a right comes from. `ref` is the provider's id of the purchase, the caller's own reference of a right by hand, or the
 * product that everybody has.
 */
export interface Source {
  readonly provider: string
  /** Which of the provider's accounts; empty where there is one. */
  readonly account: string
  readonly ref: string
  readonly product: string | null
}

/** What a right gives, by the type of its feature. */
export type Allowance =
  | { readonly type: 'boolean' }
  /** `combine` is the feature's own, which never changes; absent where the latest of several values counts. */
  | { readonly type: 'config'; readonly value: Json; readonly combine?: Exclude<Combine, 'latest'> }
  | MeteredAllowance

/** An amount that may be spent, once or anew in each period. */
export interface MeteredAllowance {
  readonly type: 'metered'
  readonly amount: number
  /** The feature's own, which never changes. */
  readonly overage: Overage
  readonly reset: Reset | null
  /**
   * The key of the paid period that gives the amount, `null` where no payment gives it anew. Of what everybody has: the start
   * of the period that the amount was recorded for, `null` where it is given once.
   */
  readonly period: Instant | null
}

/**
 * The right covers `[startsAt, endsAt)`, and then `[endsAt, graceEndsAt)` in grace.
 * A start of `null` has always begun; an end of `null` never comes.
 */
export interface Period {
  readonly startsAt: Instant | null
  readonly endsAt: Instant | null
  readonly graceEndsAt: Instant | null
}

/** What an update can change: not whose right it is, to which feature, and from which source. */
export interface Terms extends Period {
  readonly allowance: Allowance
  readonly trial: boolean
  /** Of several config rights the highest priority gives the value; of several lots it is spent first. */
  readonly priority: number
}

/** One source's right to one feature for one user. */
export interface Entitlement extends Terms {
  readonly id: EntitlementId
  readonly feature: FeatureKey
  readonly source: Source
  readonly createdAt: Instant
  readonly suspendedAt: Instant | null
  readonly revokedAt: Instant | null
  /** Held back by its source, as in a dispute. */
  readonly held: boolean
  /** No longer given by its source. It is kept for what was used of it and done to it by hand, and shown to nobody. */
  readonly withdrawn: boolean
  /** Once it is withdrawn: whether what was used of it counts in what its source gives instead. */
  readonly usageStays: boolean
  /** The `seq` of the last entry that touched it. */
  readonly version: Seq
  readonly metadata: Metadata | null
}

/** The caller's own data, kept in the erasable note of the entry at `seq`; `value` is `null` once that was erased. */
export interface Metadata {
  readonly seq: Seq
  readonly value: JsonObject | null
}

/** Whether it comes from a purchase, and not from a caller. */
export function isBought({ source }: { readonly source: Pick<Source, 'provider'> }): boolean {
  return source.provider !== 'api'
}

/** The provider of what everybody has without a row. */
export const EVERYONE = 'everyone'

/** Whether everybody has it by a product of the catalog: nobody gave it to the user. */
export function isEverybodys({ source }: { readonly source: Pick<Source, 'provider'> }): boolean {
  return source.provider === EVERYONE
}

/** Whether it follows from its source and the catalog, as what a purchase or a plan gives does: it names its product. */
export function isManaged({ source }: { readonly source: Pick<Source, 'provider' | 'product'> }): boolean {
  return isBought({ source }) || source.product !== null
}

/** Whether a plan gives it: by hand, and as its product says. */
export function isOfPlan(one: { readonly source: Pick<Source, 'provider' | 'product'> }): boolean {
  return isManaged(one) && !isBought(one)
}

/** Returns the terms of an entitlement, and nothing else of it. */
export function termsOf({ allowance, startsAt, endsAt, graceEndsAt, trial, priority }: Entitlement): Terms {
  return { allowance, startsAt, endsAt, graceEndsAt, trial, priority }
}

/** Returns the moment, exclusive, at which a period and its grace are over; `null` for never. */
export function lastMoment(period: Period): Instant | null {
  return period.graceEndsAt ?? period.endsAt
}
