import type { Terms } from '../entitlements/entitlement.ts'
import type { Rate } from '../entitlements/rate.ts'
import type { EntitlementId, FeatureKey, Seq } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import type { Counting } from './counting.ts'
import type { Take } from './take.ts'

/** What a command on metered features changes. The form of the data is stored in entries. */
export type UsageChange =
  | { readonly type: 'usage_consumed'; readonly data: ConsumedData }
  | { readonly type: 'consumption_reversed'; readonly data: ReversedData }
  | { readonly type: 'usage_reserved'; readonly data: ReservedData }
  | { readonly type: 'reservation_committed'; readonly data: CommittedData }
  | { readonly type: 'reservation_released'; readonly data: ReleasedData }

/**
 * What nobody asked for: that leases have lapsed. One entry closes all that have by the moment at which something else is decided,
 * as each of them may bear on what the others leave. The form of the data is stored in entries.
 */
export interface LapseChange {
  readonly type: 'leases_lapsed'
  readonly data: { readonly leases: readonly LapsedLease[] }
}

export interface ConsumedData {
  readonly feature: FeatureKey
  readonly amount: number
  /** From which lots it was taken, in this order; none where the feature counts it. */
  readonly takes: readonly Take[]
  /** How much of it no lot had. */
  readonly overage: number
  /** What of what everybody has enters the ledger with this; absent where nothing does. */
  readonly everyone?: readonly EverybodysEntry[]
  /** How the feature that it is taken of counts it; absent where its lots do. */
  readonly counted?: Counting
  /** What it cost of another feature, by the rate that was in force; absent where it was taken of its own. */
  readonly spends?: SpentOfAnother
  /** Whether the note names who holds it, or used it. */
  readonly hasHolder?: true
}

/** So much of another feature than the one that was asked for. */
export interface CostOfAnother {
  readonly feature: FeatureKey
  readonly cost: number
}

/** What something cost of the feature that it spends. */
export interface SpentOfAnother extends CostOfAnother {
  readonly rate: Rate
}

/** What everybody has of the feature, as it was decided with: its first use in a period, or the first of a higher amount. */
export interface EverybodysEntry {
  readonly entitlementId: EntitlementId
  readonly product: string
  readonly catalogVersion: number
  /** The period of the allowance is the one that it is recorded for. */
  readonly terms: Terms
}

interface ReversedData {
  readonly consumption: Seq
  readonly feature: FeatureKey
  readonly amount: number
  /** To the lots that it was taken from. */
  readonly returns: readonly Take[]
  readonly counted?: Counting
  /** When it was taken; only of what counts within a window. */
  readonly takenAt?: Instant
  /** What comes back of the feature that it was spent of; absent where that is its own. */
  readonly spends?: CostOfAnother
  /** How much of it no lot had had; absent where they had all of the consumption, and of what was recorded before there was this. */
  readonly overage?: number
}

/** With a holder it is a lease: its end can be moved, which is no entry, and an entry says when it has lapsed. */
export interface ReservedData extends ConsumedData {
  readonly endsAt: Instant
}

/** A reservation that was spent, wholly or in part; the rest is free. It can be reversed like a consumption. */
interface CommittedData extends ConsumedData {
  readonly reservation: Seq
}

interface ReleasedData {
  readonly reservation: Seq
  readonly feature: FeatureKey
  readonly amount: number
}

/** A lease that nobody renewed. */
export interface LapsedLease extends ReleasedData {
  readonly lapsedAt: Instant
}

/** Returns of which feature something is taken, and how much: of its own, or of the one that it spends. */
export function chargeOf({
  feature,
  amount,
  spends,
}: Pick<ConsumedData, 'feature' | 'amount'> & { readonly spends?: CostOfAnother }) {
  return spends === undefined ? { feature, amount } : { feature: spends.feature, amount: spends.cost }
}
