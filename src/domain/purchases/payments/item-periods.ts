import { type Instant, earlier } from '../../values/instant.ts'
import type { BilledItem } from '../register/fact.ts'
import type { PaidPeriod } from './periods.ts'

/** The periods of one item that decide what may be used of it. */
export interface ItemPeriods {
  readonly current: PaidPeriod | null
  /** The last before it that was not late. */
  readonly before: PaidPeriod | null
  /** Where the current one is late: since when nothing was paid. */
  readonly lateSince: Instant | null
}

export function itemPeriods(item: BilledItem, periods: readonly PaidPeriod[]): ItemPeriods {
  const current = currentOf(item, periods)
  if (current === null) return { current, before: null, lateSince: null }
  const past = periodsBefore(periods, current)
  const lastInOrder = past.findIndex(({ state }) => state !== 'late')
  const late = lastInOrder === -1 ? past : past.slice(0, lastInOrder)
  return {
    current,
    before: past[lastInOrder] ?? null,
    // Periods that pass while the first one is not paid give no grace of their own.
    lateSince: late.reduce((since, one) => earlier(since, one.lateSince), current.lateSince),
  }
}

/** The newest period of an item: as the snapshot tells it, or a later one that a payment has already told of. */
function currentOf({ id, period }: BilledItem, periods: readonly PaidPeriod[]): PaidPeriod | null {
  if (period === null) return periods.at(-1) ?? null
  const known = periods.findLast(({ periodKeys, startsAt, endsAt }) =>
    period.startsAt === null
      ? endsAt === period.endsAt || periodKeys.includes(period.endsAt - 1)
      : startsAt === period.startsAt,
  )
  if (known === undefined || known.endsAt === null) return known ?? null
  // A year and a month beside it can begin at the same moment: each ends by its own item.
  const end = period.startsAt === null ? known.endsAt : period.endsAt
  const isNext = ({ startsAt, state, bills }: PaidPeriod) =>
    (startsAt ?? 0) >= end &&
    state === 'paid' &&
    bills.some((bill) => bill.items === null || bill.items.has(id))
  return periods.findLast(isNext) ?? { ...known, endsAt: end }
}

/** Those that were over when a period began, the last first: of the same length, or a trial. */
function periodsBefore(periods: readonly PaidPeriod[], { startsAt, ...current }: PaidPeriod): readonly PaidPeriod[] {
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

/** Of a year and a month that began at the same moment the month was over then, as its payment tells. */
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
