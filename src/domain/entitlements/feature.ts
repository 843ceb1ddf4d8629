import type { FeatureKey } from '../values/ids.ts'

/**
 * The kinds of feature: a yes, a yes with a value, or so much of something. A new one does not compile until `Allowance` and
 * all that decides by the type know it. The column `features.type` has no CHECK in `migrations/`.
 */
export type FeatureType = 'boolean' | 'config' | 'metered'

/** Whether a metered feature may be spent below zero. */
export type Overage = 'deny' | 'allow'

/** How several values of a config feature become one: see `combined-value.ts`. */
export type Combine = 'latest' | 'max' | 'min' | 'sum' | 'union'

/**
 * A thing that can be used. `key`, `type`, `overage` and `combine` never change; an archived feature takes no new entitlements,
 * and one that is not enabled nobody may use.
 */
export interface Feature {
  readonly key: FeatureKey
  readonly type: FeatureType
  readonly overage: Overage
  readonly combine: Combine
  readonly archived: boolean
  readonly enabled: boolean
}

/** Whether a feature, or what a right gives of it, is spent from lots. */
export function isMetered<Typed extends { readonly type: FeatureType }>(
  typed: Typed,
): typed is Typed & { readonly type: 'metered' } {
  const type: FeatureType = typed.type
  switch (type) {
    case 'metered':
      return true
    case 'boolean':
    case 'config':
      return false
  }
}
