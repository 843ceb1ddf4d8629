import type { Allowance, Terms } from './entitlement.ts'

/** Returns the terms of a right that has always begun and never ends. */
export function lastingTerms(allowance: Allowance, priority: number): Terms {
  return { allowance, startsAt: null, endsAt: null, graceEndsAt: null, trial: false, priority }
}
