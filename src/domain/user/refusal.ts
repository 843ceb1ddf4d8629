import type { AllowanceRefusal } from '../entitlements/allowance.ts'
import type { PlanRefusal } from '../purchases/plans/plan-command.ts'
import type { UsageRefusal } from '../usage/usage-refusal.ts'
import type { EntitlementId, FeatureKey } from '../values/ids.ts'

/** Every "no" that the ledger says to a well-formed command. */
export type Refusal = EntitlementRefusal | PlanRefusal | UsageRefusal

/**
 * Why a command on entitlements changes nothing, in order of precedence: where two apply, the first listed is given. A
 * member carries what the caller needs to act.
 */
export type EntitlementRefusal =
  | { readonly code: 'entitlement_not_found'; readonly entitlementId: EntitlementId }
  | { readonly code: 'entitlement_exists'; readonly entitlementId: EntitlementId }
  | { readonly code: 'managed_by_source'; readonly entitlementId: EntitlementId; readonly provider: string }
  | { readonly code: 'entitlement_revoked'; readonly entitlementId: EntitlementId }
  | { readonly code: 'feature_unknown'; readonly feature: FeatureKey }
  | { readonly code: 'feature_archived'; readonly feature: FeatureKey }
  | AllowanceRefusal
  | { readonly code: 'amount_too_large'; readonly feature: FeatureKey }
  | { readonly code: 'period_impossible'; readonly rule: string }
  | { readonly code: 'too_many_entitlements'; readonly limit: number }

/** What the catalog says, it says of every user. */
const OF_CATALOG: readonly Refusal['code'][] = [
  'feature_unknown',
  'feature_not_metered',
  'feature_disabled',
  'holder_missing',
]

/** Whether a consumption that was refused would be refused to any user, whatever they have. */
export function isOfCatalog({ code }: Refusal): boolean {
  return OF_CATALOG.includes(code)
}
