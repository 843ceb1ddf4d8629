import type { Refusal } from '../../../domain/user/refusal.ts'
import type { Submission } from '../../submission.ts'
import type { CommandDecision } from './command-decision.ts'

/** Which refusals look at entries that are too old for memory to hold. The version of the catalog is guarded. */
const RESTS_ON_ABSENCE: Readonly<Record<Refusal['code'], boolean>> = {
  entitlement_not_found: false,
  plan_exists: false,
  plan_not_found: false,
  plan_ended: false,
  product_unknown: true,
  product_archived: false,
  entitlement_exists: false,
  managed_by_source: false,
  entitlement_revoked: false,
  feature_unknown: false,
  feature_archived: false,
  value_missing: false,
  value_not_allowed: false,
  amount_missing: false,
  value_not_combinable: false,
  amount_not_allowed: false,
  amount_too_large: false,
  holder_missing: false,
  holder_exists: false,
  holder_not_found: false,
  too_many_holders: false,
  reset_not_allowed: false,
  period_impossible: false,
  too_many_entitlements: false,
  too_many_reservations: false,
  feature_not_metered: false,
  feature_disabled: false,
  insufficient_balance: false,
  consumption_not_found: true,
  reversal_exceeds_consumption: false,
  consumption_moved: false,
  reservation_not_found: true,
  reservation_already_committed: false,
  reservation_already_released: false,
  reservation_moved: false,
  // A renewal makes no entry, and one of an instance that was replaced may have moved the end.
  reservation_already_expired: true,
  reservation_has_no_holder: false,
  commit_exceeds_reservation: false,
}

/**
 * Whether a decision could be another if D1 were asked: because a receipt, a product or an earlier entry is there that memory
 * does not hold.
 */
export function restsOnAbsence(
  { outcome, hasUnaskedReference }: CommandDecision,
  { idempotency }: Submission,
): boolean {
  switch (outcome.type) {
    case 'refused':
      return RESTS_ON_ABSENCE[outcome.refusal.code]
    case 'precondition_failed':
      // It leaves no receipt whose key would abort the batch if the command has been answered before.
      return idempotency !== null
    case 'settled':
      return outcome.unknownProducts.length > 0 || hasUnaskedReference
    case 'planned':
      return hasUnaskedReference
    case 'done':
    case 'used':
    case 'possession':
      return false
  }
}
