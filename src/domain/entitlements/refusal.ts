import type { EntitlementId, FeatureKey, Seq } from '../values/ids.ts'
import type { Access } from './access.ts'
import type { Instant } from '../values/instant.ts'

/**
 * Every "no" the ledger can say to a well-formed command, in order of precedence: where two apply, the
 * first listed is given. A member carries what the caller needs to act.
 */
export type Refusal =
  | { readonly code: 'entitlement_not_found'; readonly entitlementId: EntitlementId }
  | { readonly code: 'entitlement_exists'; readonly entitlementId: EntitlementId }
  | { readonly code: 'managed_by_source'; readonly entitlementId: EntitlementId; readonly provider: string }
  | { readonly code: 'entitlement_revoked'; readonly entitlementId: EntitlementId }
  | { readonly code: 'feature_unknown'; readonly feature: FeatureKey }
  | { readonly code: 'feature_archived'; readonly feature: FeatureKey }
  | { readonly code: 'value_missing'; readonly feature: FeatureKey }
  | { readonly code: 'value_not_allowed'; readonly feature: FeatureKey }
  | { readonly code: 'amount_missing'; readonly feature: FeatureKey }
  | { readonly code: 'amount_not_allowed'; readonly feature: FeatureKey }
  | { readonly code: 'amount_too_large'; readonly feature: FeatureKey }
  | { readonly code: 'period_impossible'; readonly rule: string }
  | { readonly code: 'too_many_entitlements'; readonly limit: number }
  | { readonly code: 'too_many_reservations'; readonly limit: number }
  | { readonly code: 'feature_not_metered'; readonly feature: FeatureKey }
  | {
      readonly code: 'insufficient_balance'
      readonly feature: FeatureKey
      readonly amount: number
      /** What a check would answer. */
      readonly access: Access
    }
  | { readonly code: 'consumption_not_found'; readonly consumption: Seq }
  | {
      readonly code: 'reversal_exceeds_consumption'
      readonly consumption: Seq
      readonly consumed: number
      readonly reversed: number
    }
  /** Its source is another user's by now, and what was used of it with it. */
  | { readonly code: 'consumption_moved'; readonly consumption: Seq }
  | { readonly code: 'reservation_not_found'; readonly reservation: Seq }
  | {
      readonly code: 'reservation_already_committed' | 'reservation_already_released'
      readonly reservation: Seq
      /** The `seq` of the entry that did it. */
      readonly by: Seq
    }
  /** Its source is another user's by now, and the hold with it. */
  | { readonly code: 'reservation_moved'; readonly reservation: Seq }
  | {
      readonly code: 'reservation_already_expired'
      readonly reservation: Seq
      readonly expiredAt: Instant
    }
  | { readonly code: 'commit_exceeds_reservation'; readonly reservation: Seq; readonly reserved: number }
