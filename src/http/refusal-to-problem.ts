import type { ProblemCode, ProblemFacts } from '../contract/problems.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { ProductRefusal } from '../ledger/across-users/put-product.ts'

/** Puts a refusal into words. No default branch: a new refusal fails to compile until it has some. */
export function refusalToProblem(refusal: Refusal | ProductRefusal): {
  readonly code: ProblemCode
  readonly facts: ProblemFacts
} {
  const { code } = refusal
  switch (code) {
    case 'entitlement_not_found':
      return { code, facts: { detail: `Cannot find entitlement "${refusal.entitlementId}"` } }
    case 'entitlement_exists': {
      const { entitlementId } = refusal
      return { code, facts: { detail: `Cannot create what exists: it is "${entitlementId}"`, entitlementId } }
    }
    case 'managed_by_source':
      return { code, facts: { detail: `Cannot update what was bought from ${refusal.provider}` } }
    case 'entitlement_revoked':
      return { code, facts: { detail: `Cannot change "${refusal.entitlementId}": it was revoked` } }
    case 'feature_unknown':
      return {
        code,
        facts: {
          detail: `Cannot give "${refusal.feature}": create the feature, then send this with a new key`,
        },
      }
    case 'feature_archived':
      return { code, facts: { detail: `Cannot give "${refusal.feature}": it is archived` } }
    case 'value_missing':
      return { code, facts: { detail: `Cannot give "${refusal.feature}" without a value` } }
    case 'value_not_allowed':
      return { code, facts: { detail: `Cannot give "${refusal.feature}" a value` } }
    case 'period_impossible':
      return { code, facts: { detail: `Cannot have that period: ${refusal.rule}` } }
    case 'too_many_entitlements':
      return { code, facts: { detail: `Cannot have more than ${refusal.limit} live entitlements` } }
    case 'reference_taken': {
      const { reference, productId } = refusal
      const detail = `Cannot take "${reference.ref}" of ${reference.provider}: it stands for "${productId}"`
      return { code, facts: { detail, productId } }
    }
    case 'would_revoke': {
      const { sources } = refusal
      const detail = `Cannot take that away from ${sources} purchases, unless confirm is true`
      return { code, facts: { detail, sources } }
    }
  }
}
