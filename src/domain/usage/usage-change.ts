import type { Terms } from '../entitlements/entitlement.ts'
import type { EntitlementId, FeatureKey, Seq } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import type { Take } from './take.ts'

/** What a command on metered features changes. The form of the data is stored in entries. */
export type UsageChange =
  | { readonly type: 'usage_consumed'; readonly data: ConsumedData }
  | { readonly type: 'consumption_reversed'; readonly data: ReversedData }
  | { readonly type: 'usage_reserved'; readonly data: ReservedData }
  | { readonly type: 'reservation_committed'; readonly data: CommittedData }
  | { readonly type: 'reservation_released'; readonly data: ReleasedData }

export interface ConsumedData {
  readonly feature: FeatureKey
  readonly amount: number
  /** From which lots it was taken, in this order. */
  readonly takes: readonly Take[]
  /** How much of it no lot had. */
  readonly overage: number
  /** What of what everybody has enters the ledger with this; absent where nothing does. */
  readonly everyone?: readonly EverybodysEntry[]
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
}

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
