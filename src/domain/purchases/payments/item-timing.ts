import type { Terms } from '../../entitlements/entitlement.ts'
import type { Instant } from '../../values/instant.ts'
import { type AmountsOf, amountsOf } from './amounts-of.ts'
import { billsOf } from './bills.ts'
import { isDisputed } from './is-disputed.ts'
import { type End, itemEnd } from './item-end.ts'
import type { BilledItem } from '../register/fact.ts'
import { itemPeriods } from './item-periods.ts'
import type { PaidPeriod } from './periods.ts'
import type { Policy } from './policy.ts'
import type { Register, SubscriptionRecord } from '../register/register.ts'
import { isRefunded } from './is-refunded.ts'

/** When an item of a subscription may be used, and by which paid period its amounts are given. */
export interface ItemTiming extends AmountsOf {
  readonly timing: Pick<Terms, 'startsAt' | 'endsAt' | 'graceEndsAt' | 'trial'>
  readonly held: boolean
  /** Whether a refund took it. */
  readonly isReturned: boolean
}

/**
 * What was paid of one item decides when it may be used: to the end of what was paid, and never cut off by a later
 * bill; where nobody said that the period was paid, in grace from when the provider first said that it is late.
 */
export function itemTiming(
  register: Register,
  subscription: SubscriptionRecord,
  item: BilledItem,
  periods: readonly PaidPeriod[],
  policy: Policy,
): ItemTiming | null {
  if (subscription.state === 'none') return null
  const known = itemPeriods(item, periods)
  const { current, before } = known
  const isReturned =
    (current !== null && isRefunded(current, item, policy)) || isReturnedAtOnce(register, item)
  const { startsAt, state } = subscription
  const timing = { startsAt, trial: state === 'trialing' }
  if (isReturned && current !== null && before !== null && wasReturnedWithin(current, before)) {
    const end = { endsAt: before.endsAt, graceEndsAt: null }
    const held = isDisputed(register, before)
    return { timing: { ...timing, ...end }, held, period: before, hasAmount: true, isReturned: false }
  }
  const end = itemEnd(subscription, item, known, policy)
  return {
    timing: { ...timing, startsAt: isAllGrace(startsAt, end) ? null : startsAt, ...end },
    held: isStopped(subscription, current) || isDisputed(register, current),
    ...amountsOf(register, subscription, item, known, policy),
    isReturned,
  }
}

/** Late from its first moment it was never paid: it has a time in grace, and none before it that could begin. */
function isAllGrace(startsAt: Instant | null, { endsAt, graceEndsAt }: End): boolean {
  return (
    startsAt !== null &&
    endsAt !== null &&
    graceEndsAt !== null &&
    endsAt <= startsAt &&
    startsAt < graceEndsAt
  )
}

/** Stopped by somebody, or by the provider once it has given up on a payment. */
function isStopped({ state }: SubscriptionRecord, current: PaidPeriod | null): boolean {
  return state === 'paused' || (state === 'unpaid' && (current === null || current.state === 'late'))
}

/** What has no periods was paid at once. */
function isReturnedAtOnce(register: Register, { period }: BilledItem): boolean {
  if (period !== null || Object.keys(register.periods).length > 0) return false
  return billsOf(register).some(({ returned, covers }) => returned === 'all' && covers?.type !== 'period')
}

/** A renewal can be paid, and given back, before it begins: what was paid before goes on until then. */
function wasReturnedWithin(current: PaidPeriod, before: PaidPeriod): boolean {
  const moments = current.bills.map(({ returnedAt }) => returnedAt)
  return moments.length > 0 && moments.every((at) => at !== null && at < (before.endsAt ?? 0))
}
