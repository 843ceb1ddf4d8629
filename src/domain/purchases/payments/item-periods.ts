import { type Instant, earlier } from '../../values/instant.ts'
import type { BilledItem } from '../register/fact.ts'
import type { PaidPeriod } from './paid-periods.ts'

/** Of all periods of a subscription, those that decide what may be used of one item. */
export interface ItemPeriods {
  readonly current: PaidPeriod | null
  /** The last one before it that was not late, `null` where there is none. */
  readonly before: PaidPeriod | null
  /** Where the current one is late: since when no payment was made. */
  readonly lateSince: Instant | null
}

/** Returns the period of an item that runs or comes, and what went before it. */
export function itemPeriods(item: BilledItem, periods: readonly PaidPeriod[]): ItemPeriods {
  const current = currentOf(item, periods)
  if (current === null) return { current, before: null, lateSince: null }
  const past = periodsBefore(periods, current)
  const lastInOrder = past.findIndex(({ state }) => state !== 'late')
  const late = lastInOrder === -1 ? past : past.slice(0, lastInOrder)
  return {
    current,
    before: past[lastInOrder] ?? null,
    // Grace is counted from the first late period: those that follow it unpaid begin no new one.
    lateSince: late.reduce((since, one) => earlier(since, one.lateSince), current.lateSince),
  }
}

/** Returns the period that the snapshot gives the item, or a later one that a payment already names. */
function currentOf({ id, period }: BilledItem, periods: readonly PaidPeriod[]): PaidPeriod | null {
  if (period === null) return periods.at(-1) ?? null
  const current = periods.findLast(({ periodKeys, startsAt, endsAt }) =>
    period.startsAt === null
      ? endsAt === period.endsAt || periodKeys.includes(period.endsAt - 1)
      : startsAt === period.startsAt,
  )
  if (current === undefined || current.endsAt === null) return current ?? null
  // A yearly and a monthly item can begin at the same moment and then share a span: each ends by its own item.
  const end = period.startsAt === null ? current.endsAt : period.endsAt
  const isNext = ({ startsAt, state, bills }: PaidPeriod) =>
    (startsAt ?? 0) >= end &&
    state === 'paid' &&
    bills.some((bill) => bill.items === null || bill.items.has(id))
  return periods.findLast(isNext) ?? { ...current, endsAt: end }
}

/** Returns the periods that were over when one began, the last first: trials, and those of about the same length. */
function periodsBefore(
  periods: readonly PaidPeriod[],
  { startsAt, ...current }: PaidPeriod,
): readonly PaidPeriod[] {
  if (startsAt === null) return []
  const length = lengthOf({ startsAt, ...current })
  const isAlike = (one: PaidPeriod) => {
    const theirs = lengthOf(one)
    return one.trial || length === null || theirs === null || (theirs > length / 2 && theirs < length * 2)
  }
  return periods
    .map((one) => withOwnEnd(one, startsAt))
    .filter((one) => one.endsAt !== null && one.endsAt <= startsAt && isAlike(one))
    .toSorted((a, b) => (b.endsAt ?? 0) - (a.endsAt ?? 0))
}

/** Where a year and a month share a span, the month's own end as its payment says it, if it was over at that moment. */
function withOwnEnd(period: PaidPeriod, moment: Instant): PaidPeriod {
  const { periodKeys, endsAt, bills } = period
  if (endsAt === null || endsAt <= moment) return period
  const ends = bills
    .flatMap(({ covers }) => (covers?.type === 'period' ? covers.lines : []))
    .filter((line) => periodKeys.includes(line.startsAt))
    .flatMap((line) => (line.endsAt === null || line.endsAt > moment ? [] : [line.endsAt]))
  return ends.length === 0 ? period : { ...period, endsAt: Math.max(...ends) }
}

function lengthOf({ startsAt, endsAt }: Pick<PaidPeriod, 'startsAt' | 'endsAt'>): number | null {
  return startsAt === null || endsAt === null ? null : endsAt - startsAt
}
