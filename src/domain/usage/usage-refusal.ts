import type { Access } from '../entitlements/access.ts'
import type { FeatureKey, Seq } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'

/**
 * Why a command on metered features changes nothing. Of each group the first that applies is given; a command can meet the
 * refusals of one group only. A member carries what the caller needs to act.
 */
export type UsageRefusal = SpendRefusal | HolderRefusal | ReverseRefusal | ReservationRefusal

/** To consume or to reserve. */
type SpendRefusal =
  | { readonly code: 'too_many_reservations'; readonly limit: number }
  | { readonly code: 'feature_unknown'; readonly feature: FeatureKey }
  | { readonly code: 'feature_not_metered'; readonly feature: FeatureKey }
  | {
      readonly code: 'feature_disabled'
      readonly feature: FeatureKey
      /** What a check would answer. */
      readonly access: Access
    }
  | {
      readonly code: 'insufficient_balance'
      readonly feature: FeatureKey
      readonly amount: number
      /** What a check would answer. */
      readonly access: Access
    }
  | { readonly code: 'amount_too_large'; readonly feature: FeatureKey }
  /** What is held is held by somebody. */
  | { readonly code: 'holder_missing'; readonly feature: FeatureKey }

/** To take for a holder, or to let go of what they have. Who they are is in no refusal: receipts keep what it says. */
type HolderRefusal =
  | {
      readonly code: 'holder_exists'
      readonly feature: FeatureKey
      readonly has: 'holding' | 'lease'
      /** Of the entry that recorded what they have. */
      readonly seq: Seq
      /** How much that is. */
      readonly amount: number
    }
  | { readonly code: 'holder_not_found'; readonly feature: FeatureKey }
  | { readonly code: 'too_many_holders'; readonly limit: number }

/** To reverse a consumption. */
type ReverseRefusal =
  | { readonly code: 'consumption_not_found'; readonly consumption: Seq }
  | {
      readonly code: 'reversal_exceeds_consumption'
      readonly consumption: Seq
      readonly consumed: number
      readonly reversed: number
    }
  /** Its source is another user's by now, and what was used of it with it. */
  | { readonly code: 'consumption_moved'; readonly consumption: Seq }

/** To renew, commit or release a reservation. */
type ReservationRefusal =
  | { readonly code: 'reservation_not_found'; readonly reservation: Seq }
  | {
      readonly code: 'reservation_already_committed' | 'reservation_already_released'
      readonly reservation: Seq
      /** The `seq` of the entry that did it. */
      readonly by: Seq
    }
  /** Its source is another user's by now, and the hold with it. */
  | { readonly code: 'reservation_moved'; readonly reservation: Seq }
  | { readonly code: 'reservation_already_expired'; readonly reservation: Seq; readonly expiredAt: Instant }
  | { readonly code: 'reservation_has_no_holder'; readonly reservation: Seq }
  | { readonly code: 'commit_exceeds_reservation'; readonly reservation: Seq; readonly reserved: number }
