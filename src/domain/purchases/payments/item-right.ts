import type { Terms } from '../../entitlements/entitlement.ts'
import type { Instant } from '../../values/instant.ts'
import type { BilledItem } from '../register/fact.ts'
import type { Register, SubscriptionRecord } from '../register/register.ts'
import { type AmountsOf, amountsOf } from './amounts-of.ts'
import { billsOf } from './bills.ts'
import { isDisputed } from './is-disputed.ts'
import { isRefunded } from './is-refunded.ts'
import { type End, itemEnd } from './item-end.ts'
import { itemPeriods } from './item-periods.ts'
import type { PaidPeriod } from './paid-periods.ts'
import type { Policy } from './policy.ts'

/** When one item of a subscription may be used, and by which paid period its amounts are given. */
export interface ItemRight extends AmountsOf {
  readonly timing: Pick<Terms, 'startsAt' | 'endsAt' | 'graceEndsAt' | 'trial'>
  readonly held: boolean
  /** Whether a refund took the item. */
  readonly isReturned: boolean
}

/**
 * Returns the right to one item by what was paid of it, `null` while its subscription has not begun. `itemEnd` says when it
 * ends, `amountsOf` what it gives; a refund of a renewal before that begins leaves the period before as it is.
 */
export function itemRight(
  register: Register,
  subscription: SubscriptionRecord,
  item: BilledItem,
  periods: readonly PaidPeriod[],
  policy: Policy,
): ItemRight | null {
  if (subscription.state === 'none') return null
  const itsPeriods = itemPeriods(item, periods)
  const { current, before } = itsPeriods
  const isReturned =
    (current !== null && isRefunded(current, item, policy)) || isReturnedAtOnce(register, item)
  const { startsAt, state } = subscription
  const timing = { startsAt, trial: state === 'trialing' }
  if (isReturned && current !== null && before !== null && wasReturnedWithin(current, before)) {
    const end = { endsAt: before.endsAt, graceEndsAt: null }
    const held = isDisputed(register, before)
    return { timing: { ...timing, ...end }, held, period: before, hasAmount: true, isReturned: false }
  }
  const end = itemEnd(subscription, item, itsPeriods, policy)
  return {
    timing: { ...timing, startsAt: isAllGrace(startsAt, end) ? null : startsAt, ...end },
    held: isStopped(subscription, current) || isDisputed(register, current),
    ...amountsOf(register, subscription, item, itsPeriods, policy),
    isReturned,
  }
}

/** Whether a late first period leaves nothing but grace: then there is no start, as it would come after the end. */
function isAllGrace(startsAt: Instant | null, { endsAt, graceEndsAt }: End): boolean {
  return (
    startsAt !== null &&
    endsAt !== null &&
    graceEndsAt !== null &&
    endsAt <= startsAt &&
    startsAt < graceEndsAt
  )
}

/** Whether it was paused, or its provider has given up on the payment of the current period. */
function isStopped({ state }: SubscriptionRecord, current: PaidPeriod | null): boolean {
  return state === 'paused' || (state === 'unpaid' && (current === null || current.state === 'late'))
}

/** Whether what has no billing periods was refunded whole. */
function isReturnedAtOnce(register: Register, { period }: BilledItem): boolean {
  if (period !== null || Object.keys(register.periods).length > 0) return false
  return billsOf(register).some(({ returned, covers }) => returned === 'all' && covers?.type !== 'period')
}

/** Whether a renewal was paid and refunded before it began: the period before goes on to its end. */
function wasReturnedWithin(current: PaidPeriod, before: PaidPeriod): boolean {
  const moments = current.bills.map(({ returnedAt }) => returnedAt)
  return moments.length > 0 && moments.every((at) => at !== null && at < (before.endsAt ?? 0))
}
