import type { Access } from './access.ts'
import type { Instant } from '../values/instant.ts'

/**
 * Every "no" the ledger can say to a well-formed command, in order of precedence: where two apply, the
 * first listed is given. A member carries what the caller needs to act.
 */
export type Refusal =
  | { readonly code: 'entitlement_not_found'; readonly entitlementId: string }
  | { readonly code: 'entitlement_exists'; readonly entitlementId: string }
  | { readonly code: 'managed_by_source'; readonly entitlementId: string; readonly provider: string }
  | { readonly code: 'entitlement_revoked'; readonly entitlementId: string }
  | { readonly code: 'feature_unknown'; readonly feature: string }
  | { readonly code: 'feature_archived'; readonly feature: string }
  | { readonly code: 'value_missing'; readonly feature: string }
  | { readonly code: 'value_not_allowed'; readonly feature: string }
  | { readonly code: 'amount_missing'; readonly feature: string }
  | { readonly code: 'amount_not_allowed'; readonly feature: string }
  | { readonly code: 'amount_too_large'; readonly feature: string }
  | { readonly code: 'period_impossible'; readonly rule: string }
  | { readonly code: 'too_many_entitlements'; readonly limit: number }
  | { readonly code: 'too_many_reservations'; readonly limit: number }
  | { readonly code: 'feature_not_metered'; readonly feature: string }
  | {
      readonly code: 'insufficient_balance'
      readonly feature: string
      readonly amount: number
      /** What a check would answer. */
      readonly access: Access
    }
  | { readonly code: 'consumption_not_found'; readonly consumption: number }
  | {
      readonly code: 'reversal_exceeds_consumption'
      readonly consumption: number
      readonly consumed: number
      readonly reversed: number
    }
  /** Its source is another user's by now, and what was used of it with it. */
  | { readonly code: 'consumption_moved'; readonly consumption: number }
  | { readonly code: 'reservation_not_found'; readonly reservation: number }
  | {
      readonly code: 'reservation_already_committed' | 'reservation_already_released'
      readonly reservation: number
      /** The `seq` of the entry that did it. */
      readonly by: number
    }
  /** Its source is another user's by now, and the hold with it. */
  | { readonly code: 'reservation_moved'; readonly reservation: number }
  | {
      readonly code: 'reservation_already_expired'
      readonly reservation: number
      readonly expiredAt: Instant
    }
  | { readonly code: 'commit_exceeds_reservation'; readonly reservation: number; readonly reserved: number }
