import type { Terms } from '../entitlement.ts'
import type { Instant } from '../instant.ts'
import { billsOf } from './bills.ts'
import { isDisputed } from './disputed.ts'
import type { BilledItem } from './fact.ts'
import { type ItemPeriods, itemPeriods } from './item-periods.ts'
import type { PaidPeriod } from './periods.ts'
import type { Policy } from './policy.ts'
import { type Register, type ToldSubscription, isLate } from './register.ts'

/** When an item of a subscription may be used, and by which paid period its amounts are given. */
export interface Entitled {
  readonly timing: Pick<Terms, 'startsAt' | 'endsAt' | 'graceEndsAt' | 'trial'>
  readonly held: boolean
  /** Its amounts are of this period; `null` where no period is known. */
  readonly period: PaidPeriod | null
  /** Whether the amount of that period is there: of one that is late and was never preceded by a paid one it is not. */
  readonly hasAmount: boolean
  /** Whether a refund took it. */
  readonly isReturned: boolean
}

type End = Pick<Terms, 'endsAt' | 'graceEndsAt'>

/**
 * What was paid of one item decides when it may be used: to the end of what was paid, and never cut off by a later
 * bill; where nobody said that the period was paid, in grace from when the provider first said that it is late.
 */
export function entitled(
  register: Register,
  subscription: ToldSubscription,
  item: BilledItem,
  periods: readonly PaidPeriod[],
  policy: Policy,
): Entitled | null {
  if (subscription.state === 'none') return null
  const known = itemPeriods(item, periods)
  const { current, before } = known
  const isReturned = (current !== null && isTaken(current, item, policy)) || isReturnedAtOnce(register, item)
  const { startsAt, state } = subscription
  const timing = { startsAt, trial: state === 'trialing' }
  if (isReturned && current !== null && before !== null && wasReturnedWithin(current, before)) {
    const end = { endsAt: before.endsAt, graceEndsAt: null }
    const held = isDisputed(register, before)
    return { timing: { ...timing, ...end }, held, period: before, hasAmount: true, isReturned: false }
  }
  return {
    timing: { ...timing, ...endOf(subscription, item, known, policy) },
    held: isStopped(subscription, current) || isDisputed(register, current),
    ...amountsOf(register, subscription, known, policy),
    isReturned,
  }
}

function endOf(
  subscription: ToldSubscription,
  { period }: BilledItem,
  { current, before, lateSince }: ItemPeriods,
  { graceMs }: Policy,
): End {
  const { state, endsAt: decided, toldAt } = subscription
  const isByPeriod = period !== null || isLate(subscription)
  if (state === 'ended' || state === 'paused' || !isByPeriod) return { endsAt: decided, graceEndsAt: null }
  const end = current === null ? (period?.endsAt ?? null) : current.endsAt
  if (end === null || current?.state === 'late') {
    const since = lateSince ?? current?.startsAt ?? toldAt
    return inGrace(Math.max(since, before?.endsAt ?? -Infinity), since + graceMs)
  }
  if (decided !== null && decided <= end) return { endsAt: decided, graceEndsAt: null }
  return inGrace(end, end + graceMs)
}

function inGrace(endsAt: Instant, graceEndsAt: Instant): End {
  return { endsAt, graceEndsAt: graceEndsAt > endsAt ? graceEndsAt : null }
}

/** Stopped by somebody, or by the provider once it has given up on a payment. */
function isStopped({ state }: ToldSubscription, current: PaidPeriod | null): boolean {
  return state === 'paused' || (state === 'unpaid' && (current === null || current.state === 'late'))
}

/** Whether an item of a period was given back: with all of the period, by its own line, or by policy with a part of it. */
function isTaken({ state, bills }: PaidPeriod, { id }: BilledItem, { partialRefund }: Policy): boolean {
  if (state === 'returned') return true
  const isRevoking = partialRefund === 'revoke'
  return bills.some(
    ({ returned, itemsReturned, itemsReturnedInPart }) =>
      itemsReturned.has(id) || (isRevoking && (returned === 'part' || itemsReturnedInPart.has(id))),
  )
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

/** Late and not paid, a period gives nothing; what is left of the last that was given may be used meanwhile. */
function amountsOf(
  register: Register,
  subscription: ToldSubscription,
  { current, before }: ItemPeriods,
  policy: Policy,
): Pick<Entitled, 'period' | 'hasAmount'> {
  if (current === null) return { period: null, hasAmount: !isLate(subscription) }
  if (hasAmount(current, subscription, policy)) return { period: current, hasAmount: true }
  const isLeft = before !== null && hasAmount(before, subscription, policy) && !isDisputed(register, before)
  return isLeft ? { period: before, hasAmount: true } : { period: current, hasAmount: false }
}

/** Whether a period gives its amount: once it is paid or, by policy, while the provider says that it goes on. */
function hasAmount(
  { state, trial, wasGiven = false }: PaidPeriod,
  { tellsPayments }: ToldSubscription,
  { amounts }: Policy,
): boolean {
  if (wasGiven) return true
  if (state === 'presumed') return trial || !tellsPayments || amounts === 'on_active'
  return state === 'paid'
}
