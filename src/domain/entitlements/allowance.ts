import type { FeatureKey } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import type { Json } from '../values/json.ts'
import { type Result, err, ok } from '../values/result.ts'
import type { Allowance } from './entitlement.ts'
import type { Combine, Feature } from './feature.ts'
import { isCombinable } from './is-combinable.ts'
import type { Reset } from './reset.ts'

/** What a right shall give; what nobody asked for is `undefined` or `null`, so that no caller forgets a member. */
export interface AllowanceRequest {
  readonly value: Json | undefined
  readonly amount: number | undefined
  /** `null` when the amount is given once. */
  readonly reset: Reset | null
  /** The start of the paid period that the amount is given for, `null` where it is not given by paid periods. */
  readonly period: Instant | null
}

/** What of a feature decides what a right to it can give. */
type FeatureOfAllowance = Pick<
  Feature,
  'key' | 'type' | 'overage' | 'combine' | 'held' | 'windowMs' | 'spends'
>

/** A request for the right alone. */
export const NOTHING_MORE: AllowanceRequest = {
  value: undefined,
  amount: undefined,
  reset: null,
  period: null,
}

/** Why a feature cannot be given like that, in order of precedence: where two apply, the first listed is given. */
export type AllowanceRefusal =
  | { readonly code: 'value_not_allowed'; readonly feature: FeatureKey }
  | { readonly code: 'amount_not_allowed'; readonly feature: FeatureKey }
  | { readonly code: 'value_missing'; readonly feature: FeatureKey }
  | { readonly code: 'amount_missing'; readonly feature: FeatureKey }
  | { readonly code: 'reset_not_allowed'; readonly feature: FeatureKey }
  | ValueRefusal

/** A value that the feature cannot combine with others. */
export interface ValueRefusal {
  readonly code: 'value_not_combinable'
  readonly feature: FeatureKey
  readonly combine: Combine
}

/**
 * Returns what a right to a feature gives. A config feature needs a value that it can combine with others, a metered one an
 * amount; no type takes another's. What is held, or counts within a window, is a limit and given once. Of a feature that spends
 * another's lots, and needs a right besides, no amount is needed.
 */
export function allowanceFor(
  { key: feature, type, overage, combine, held, windowMs, spends }: FeatureOfAllowance,
  { value, amount: asked, reset, period }: AllowanceRequest,
): Result<Allowance, AllowanceRefusal> {
  if (type !== 'config' && value !== undefined) return err({ code: 'value_not_allowed', feature })
  const amount = asked ?? (spends?.requiresRight === true && type === 'metered' ? 0 : undefined)
  const isOfLot = amount !== undefined || reset !== null
  if (type !== 'metered' && isOfLot) return err({ code: 'amount_not_allowed', feature })
  switch (type) {
    case 'boolean':
      return ok({ type })
    case 'config':
      if (value === undefined) return err({ code: 'value_missing', feature })
      if (!isCombinable(value, combine)) return err({ code: 'value_not_combinable', feature, combine })
      return ok(combine === 'latest' ? { type, value } : { type, value, combine })
    case 'metered':
      if (amount === undefined) return err({ code: 'amount_missing', feature })
      if (reset !== null && (held ?? windowMs) !== undefined)
        return err({ code: 'reset_not_allowed', feature })
      return ok({ type, amount, overage, reset, period })
  }
}
