import type { Allowance } from '../entitlement.ts'
import type { Instant } from '../instant.ts'
import { type Lot, balanceOf, forgivenAt, givenAt, isPaidAnew, usageAt } from './lot.ts'

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
  const { carried } = usageAt(lot, now)
  const forgiven = forgivenAt(lot, now)
  const { used, reserved } = balanceOf(lot, now)
  if (after?.type === 'metered' && isPaidAnew(lot.allowance, after)) return 0
  const given = givenAt(lot, now)
  const gives = after?.type === 'metered' ? after.amount + carried : 0
  if (gives >= given) return Math.max(0, forgiven - (gives - given))
  if (spent === 'allow_debt') return forgiven
  const left = Math.max(0, given - used - reserved)
  return forgiven + Math.max(0, given - gives - left)
}
