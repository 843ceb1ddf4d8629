import type { Instant } from '../instant.ts'
import type { Terms } from '../entitlement.ts'
import type { BilledItem } from './fact.ts'
import { billsOf } from './bills.ts'
import { type PaidPeriod, isWithin } from './periods.ts'
import type { Policy } from './policy.ts'
import type { Register, ToldSubscription } from './register.ts'

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
  const current = currentOf(item, periods)
  const before = current === null ? null : lastGiven(periods, current)
  const isReturned = current === null ? isAllReturned(register) : isTaken(current, item, policy)
  const { startsAt, state } = subscription
  const timing = { startsAt, trial: state === 'trialing' }
  if (isReturned && current !== null && before !== null && wasReturnedWithin(current, before)) {
    const end = { endsAt: before.endsAt, graceEndsAt: null }
    const held = isDisputed(register, before)
    return { timing: { ...timing, ...end }, held, period: before, hasAmount: true, isReturned: false }
  }
  return {
    timing: { ...timing, ...endOf(subscription, item, current, before, policy) },
    held: isStopped(subscription, current) || isDisputed(register, current),
    ...amountsOf(subscription, current, before, policy),
    isReturned,
  }
}

function endOf(
  { state, endsAt: decided, toldAt }: ToldSubscription,
  { period }: BilledItem,
  current: PaidPeriod | null,
  before: PaidPeriod | null,
  { graceMs }: Policy,
): Pick<Terms, 'endsAt' | 'graceEndsAt'> {
  const isByPeriod = period !== null || state === 'overdue' || state === 'unpaid'
  if (state === 'ended' || state === 'paused' || current === null || !isByPeriod) {
    return { endsAt: decided, graceEndsAt: null }
  }
  if (current.state === 'late' || current.endsAt === null) {
    const since = current.lateSince ?? current.startsAt ?? toldAt
    return inGrace(Math.max(since, before?.endsAt ?? -Infinity), since + graceMs)
  }
  if (decided !== null && decided <= current.endsAt) return { endsAt: decided, graceEndsAt: null }
  return inGrace(current.endsAt, current.endsAt + graceMs)
}

/** Stopped by somebody, or by the provider once it has given up on a payment. */
function isStopped({ state }: ToldSubscription, current: PaidPeriod | null): boolean {
  return state === 'paused' || (state === 'unpaid' && (current === null || current.state === 'late'))
}

function inGrace(endsAt: Instant, graceEndsAt: Instant): Pick<Terms, 'endsAt' | 'graceEndsAt'> {
  return { endsAt, graceEndsAt: graceEndsAt > endsAt ? graceEndsAt : null }
}

/** The newest period of an item: as the snapshot tells it, or a later one that a payment has already told of. */
function currentOf({ id, period }: BilledItem, periods: readonly PaidPeriod[]): PaidPeriod | null {
  if (period === null) return periods.at(-1) ?? null
  const known = periods.findLast(({ names, startsAt, endsAt }) =>
    period.startsAt === null
      ? endsAt === period.endsAt || names.includes(period.endsAt - 1)
      : startsAt === period.startsAt,
  )
  // A year and a month beside it can begin at the same moment: each ends by its own item.
  const told = known && period.startsAt !== null ? { ...known, endsAt: period.endsAt } : known
  const isNext = (later: PaidPeriod) =>
    told?.endsAt !== null &&
    (later.startsAt ?? 0) >= (told?.endsAt ?? Infinity) &&
    later.state === 'paid' &&
    later.bills.some(
      ({ covers }) =>
        covers?.type === 'period' && covers.lines.some(({ item }) => item === null || item === id),
    )
  return periods.findLast(isNext) ?? told ?? null
}

/** The last period before another one whose amount was given: as long as that one, where several ended then. */
function lastGiven(periods: readonly PaidPeriod[], current: PaidPeriod): PaidPeriod | null {
  const start = current.startsAt
  if (start === null) return null
  const isGiven = ({ state }: PaidPeriod) => state === 'paid' || state === 'presumed'
  const before = periods.filter(
    (one) => one !== current && isGiven(one) && one.endsAt !== null && one.endsAt <= start,
  )
  const lengthOf = ({ startsAt, endsAt }: PaidPeriod) =>
    startsAt === null || endsAt === null ? null : endsAt - startsAt
  const length = lengthOf(current)
  const farOff = (one: PaidPeriod) => Math.abs((lengthOf(one) ?? length ?? 0) - (length ?? 0))
  return before.toSorted((a, b) => (b.endsAt ?? 0) - (a.endsAt ?? 0) || farOff(a) - farOff(b))[0] ?? null
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

/** Of what has no periods one payment is all. */
function isAllReturned(register: Register): boolean {
  return billsOf(register).some(({ returned }) => returned === 'all')
}

/** A renewal can be paid, and given back, before it begins: what was paid before goes on until then. */
function wasReturnedWithin(current: PaidPeriod, before: PaidPeriod): boolean {
  const moments = current.bills.map(({ returnedAt }) => returnedAt)
  return moments.length > 0 && moments.every((at) => at !== null && at < (before.endsAt ?? 0))
}

/** Late and not paid, a period gives nothing; what is left of the last that was given may be used meanwhile. */
function amountsOf(
  { state, tellsPayments }: ToldSubscription,
  period: PaidPeriod | null,
  paidBefore: PaidPeriod | null,
  { amounts }: Policy,
): Pick<Entitled, 'period' | 'hasAmount'> {
  if (period === null) return { period, hasAmount: state !== 'overdue' && state !== 'unpaid' }
  const isAwaited = period.state === 'presumed' && amounts === 'on_payment' && tellsPayments && !period.trial
  if (period.state !== 'late' && !isAwaited) return { period, hasAmount: true }
  return paidBefore === null ? { period, hasAmount: false } : { period: paidBefore, hasAmount: true }
}

/** An open dispute holds what its payment covers, and all where it is not known which that is. */
export function isDisputed({ holds, payments }: Register, period: PaidPeriod | null): boolean {
  return Object.values(holds).some(({ held, payment = null, paidAt = null }) => {
    if (!held) return false
    if (period === null || (payment === null && paidAt === null)) return true
    if (payment === null) return isWithin(period, paidAt)
    if (period.bills.some(({ payments: ids }) => ids.includes(payment))) return true
    const known = payments[payment]
    const { covers = null } = (known?.bill ? payments[known.bill] : known) ?? {}
    return covers === null && period.state !== 'paid' && isWithin(period, known?.paidAt ?? null)
  })
}
