import type { Allowance } from '../entitlements/entitlement.ts'
import { isMetered } from '../entitlements/feature.ts'
import type { Instant } from '../values/instant.ts'
import { type Lot, balanceOf, forgivenAt, amountAt, isPaidAnew, usageAt } from './lot.ts'
import { usageIn } from './paid-usage.ts'

/** What becomes of what was spent and is taken back: nothing is owed, or all of it. */
export type SpentRefund = 'floor_at_zero' | 'allow_debt'

export interface TakingBack {
  readonly now: Instant
  readonly spent: SpentRefund
}

/**
 * How far below zero a lot may be, once its source gives `after` of it (`null`: nothing any more), without that
 * being owed. What the source gives back later takes it down again.
 */
export function forgivenAfter(lot: Lot | null, after: Allowance | null, { now, spent }: TakingBack): number {
  if (lot === null) return 0
  const allowance = after !== null && isMetered(after) ? after : null
  if (allowance !== null && isPaidAnew(lot.allowance, allowance)) {
    const again = usageIn(lot, allowance.period, now)
    return again === null ? 0 : forgivenOf({ ...again, gives: allowance.amount }, spent)
  }
  const { used, reserved } = balanceOf(lot, now)
  const gives = allowance === null ? 0 : allowance.amount + usageAt(lot, now).carried
  const given = amountAt(lot, now)
  return forgivenOf({ given, gives, used: used + reserved, forgiven: forgivenAt(lot, now) }, spent)
}

interface Change {
  /** How much there was, and is now, before anything was spent. */
  readonly given: number
  readonly gives: number
  readonly used: number
  readonly forgiven: number
}

function forgivenOf({ given, gives, used, forgiven }: Change, spent: SpentRefund): number {
  if (gives >= given) return Math.max(0, forgiven - (gives - given))
  if (spent === 'allow_debt') return forgiven
  const left = Math.max(0, given - used)
  return forgiven + Math.max(0, given - gives - left)
}
