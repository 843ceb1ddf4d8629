import type { FeatureKey } from '../values/ids.ts'
import type { Rate } from './rate.ts'

/**
 * The kinds of feature: a yes, a yes with a value, or so much of something. A new one does not compile until `Allowance` and
 * all that decides by the type know it. The column `features.type` has no CHECK in `migrations/`.
 */
export type FeatureType = 'boolean' | 'config' | 'metered'

/** Whether a metered feature may be spent below zero. */
export type Overage = 'deny' | 'allow'

/** How several values of a config feature become one: see `combined-value.ts`. */
export type Combine = 'latest' | 'max' | 'min' | 'sum' | 'union'

/** What a feature spends instead of lots of its own. */
export interface Spends {
  readonly feature: FeatureKey
  readonly rate: Rate
  /** Whether a right to the feature itself is needed besides. */
  readonly requiresRight: boolean
}

/**
 * A thing that can be used. `key`, `type`, `overage`, `combine`, `held` and `windowMs` never change; an archived feature takes
 * no new entitlements, and one that is not enabled nobody may use. What is optional is only of a metered feature.
 */
export interface Feature {
  readonly key: FeatureKey
  readonly type: FeatureType
  readonly overage: Overage
  readonly combine: Combine
  readonly archived: boolean
  readonly enabled: boolean
  /** Whether what is taken of it is held by somebody until it is let go of. */
  readonly held?: true
  /** For how long what is taken counts; absent where the amount is no rolling limit. */
  readonly windowMs?: number
  readonly spends?: Spends
  /** How far below zero it may be spent where its overage is allowed; absent for as far as anybody likes. */
  readonly overageMax?: number
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
