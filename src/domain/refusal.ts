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
  | { readonly code: 'period_impossible'; readonly rule: string }
  | { readonly code: 'too_many_entitlements'; readonly limit: number }
