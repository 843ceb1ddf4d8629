import type { BilledItem } from '../register/fact.ts'
import { type Register, type SubscriptionRecord, isLate } from '../register/register.ts'
import { isDisputed } from './is-disputed.ts'
import { isRefunded } from './is-refunded.ts'
import type { ItemPeriods } from './item-periods.ts'
import type { PaidPeriod } from './paid-periods.ts'
import type { Policy } from './policy.ts'

/** By which paid period the metered amounts of an item are given. */
export interface AmountsOf {
  /** `null` where no period is known. */
  readonly period: PaidPeriod | null
  /** Whether the amount of that period is given; of a late one that follows no paid one it is not. */
  readonly hasAmount: boolean
}

/**
 * Returns the period that gives the amounts of an item: the current one or, while that is not paid, the one before, whose
 * remaining amount may be used meanwhile unless it is disputed or was refunded.
 */
export function amountsOf(
  register: Register,
  subscription: SubscriptionRecord,
  item: BilledItem,
  { current, before }: ItemPeriods,
  policy: Policy,
): AmountsOf {
  if (current === null) return { period: null, hasAmount: !isLate(subscription) }
  if (hasAmount(current, subscription, policy)) return { period: current, hasAmount: true }
  const isLeft =
    before !== null &&
    hasAmount(before, subscription, policy) &&
    !isDisputed(register, before) &&
    !isRefunded(before, item, policy)
  return isLeft ? { period: before, hasAmount: true } : { period: current, hasAmount: false }
}

/** Whether a period gives its amount: once it is paid or, by policy, while the provider says that it goes on. */
function hasAmount(
  { state, trial, wasGiven = false }: PaidPeriod,
  { tellsPayments }: SubscriptionRecord,
  { amounts }: Policy,
): boolean {
  if (wasGiven) return true
  if (state === 'presumed') return trial || !tellsPayments || amounts === 'on_active'
  return state === 'paid'
}
