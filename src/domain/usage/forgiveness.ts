import type { Allowance } from '../entitlements/entitlement.ts'
import { isMetered } from '../entitlements/feature.ts'
import type { Instant } from '../values/instant.ts'
import { type Lot, balanceOf, forgivenAt, amountAt, isPaidAnew, usageAt } from './lot.ts'
import { usageIn } from './paid-usage.ts'

/** Whether what was spent of an amount that is taken back is owed: never, or all of it. */
export type SpentRefund = 'floor_at_zero' | 'allow_debt'

export interface TakingBack {
  readonly now: Instant
  readonly spent: SpentRefund
}

/**
 * Returns how far below zero a lot may be without that being owed, once its source gives `after` (`null`: nothing any more).
 * A source that gives more again lowers it by as much.
 */
export function forgivenAfter(lot: Lot | null, after: Allowance | null, { now, spent }: TakingBack): number {
  if (lot === null) return 0
  const allowance = after !== null && isMetered(after) ? after : null
  if (allowance !== null && isPaidAnew(lot.allowance, allowance)) {
    const inPeriod = usageIn(lot, allowance.period, now)
    return inPeriod === null ? 0 : forgivenOf({ ...inPeriod, gives: allowance.amount }, spent)
  }
  const { used, reserved } = balanceOf(lot, now)
  const gives = allowance === null ? 0 : allowance.amount + usageAt(lot, now).carried
  const amountBefore = amountAt(lot, now)
  return forgivenOf(
    { given: amountBefore, gives, used: used + reserved, forgiven: forgivenAt(lot, now) },
    spent,
  )
}

interface Change {
  /** How much the lot gave, and gives now. */
  readonly given: number
  readonly gives: number
  readonly used: number
  readonly forgiven: number
}

function forgivenOf({ given, gives, used, forgiven }: Change, spent: SpentRefund): number {
  if (gives >= given) return Math.max(0, forgiven - (gives - given))
  if (spent === 'allow_debt') return forgiven
  const unspent = Math.max(0, given - used)
  return forgiven + Math.max(0, given - gives - unspent)
}
