import type { Instant } from '../../values/instant.ts'
import { type PeriodBefore, type Register, type PeriodRecord, coveredLines } from '../register/register.ts'
import { SLACK_MS, type Span } from './span.ts'
import { spansByEnds } from './spans-by-ends.ts'

const NO_SNAPSHOT = { active: null, late: null, lateSince: null, trial: false } as const

/** The spans of a source, the earliest first: those that snapshots told, and those that only their payments did. */
export function spansOf(register: Register): readonly Span[] {
  const told = Object.values(register.periods)
  const snapshots = [...told.filter(({ startsAt }) => startsAt !== null).map(spanOfPeriod), ...spansByEnds(register)]
  const lines = Object.values(register.payments).flatMap(coveredLines)
  const ordered = nameFirstPeriodOfOrder(snapshots, register)
  const withPaid = lines.reduce<readonly Span[]>(
    (spans, { startsAt, endsAt }) => (endsAt === null ? spans : addPaidPeriod(spans, startsAt, endsAt)),
    ordered,
  )
  const billedAt = lines.flatMap(({ startsAt, endsAt }) => (endsAt === null ? [startsAt] : []))
  const withBilled = addBillMoments(inOrder(addPeriodOfBefore(withPaid, register.before)), billedAt)
  return inOrder(register.lateSince.toSorted((a, b) => a - b).reduce(markLate, withBilled))
}

function inOrder(spans: readonly Span[]): readonly Span[] {
  const orderOf = ({ startsAt, endsAt }: Span) => endsAt ?? startsAt ?? 0
  return spans.toSorted((a, b) => startOf(a) - startOf(b) || orderOf(a) - orderOf(b))
}

/** Where a start is not told, the period began some time before its end. */
function startOf({ startsAt, endsAt }: Span): number {
  return startsAt ?? (endsAt ?? 0) - SLACK_MS
}

function spanOfPeriod({ startsAt, endsAt, active, late, lateSince, trial }: PeriodRecord): Span {
  return { periodKeys: [startsAt], startsAt, endsAt, active, late, lateSince, trial }
}

/** What was used of the order of a subscription, before that was told, was used of its first period. */
function nameFirstPeriodOfOrder(spans: readonly Span[], { lines, reversals }: Register): readonly Span[] {
  const moments = Object.values(reversals).flatMap(({ reverses }) => {
    const line = reverses.type === 'order' ? lines[reverses.line] : undefined
    return line === undefined ? [] : [line.startsAt ?? 0]
  })
  const isFirst = ({ startsAt, endsAt }: Span) =>
    moments.some((at) => (startsAt === null || startsAt - SLACK_MS <= at) && (endsAt === null || at < endsAt))
  const first = spans.findIndex(isFirst)
  return spans.map((span, index) => (index === first ? { ...span, periodKeys: [...span.periodKeys, null] } : span))
}

/** A period that a payment names exactly, whether or not a snapshot has told it by now. */
function addPaidPeriod(spans: readonly Span[], startsAt: Instant, endsAt: Instant): readonly Span[] {
  if (spans.some((span) => span.startsAt === startsAt)) return spans
  return [...spans, { ...NO_SNAPSHOT, periodKeys: [startsAt], startsAt, endsAt }]
}

/** The last period of the version before goes on under its name in the one that overlaps it. */
function addPeriodOfBefore(spans: readonly Span[], before: PeriodBefore | null): readonly Span[] {
  if (before === null) return spans
  const { name, startsAt, endsAt } = before
  const isSame = (span: Span) =>
    span.endsAt === endsAt ||
    (span.startsAt !== null && span.startsAt < endsAt && (startsAt ?? -Infinity) < (span.endsAt ?? Infinity))
  const given = { wasGiven: true }
  if (!spans.some(isSame)) return [...spans, { ...NO_SNAPSHOT, periodKeys: [name], startsAt, endsAt, ...given }]
  return spans.map((span) => (isSame(span) ? { ...span, periodKeys: [...span.periodKeys, name], ...given } : span))
}

/**
 * Payments of which only the moment is told. Each pays for the period that it falls into; of a period whose start is not
 * told, the last alone. One that comes when all known periods are over is the first that is heard of the next.
 */
function addBillMoments(spans: readonly Span[], billedAt: readonly Instant[]): readonly Span[] {
  let sum = spans
  for (const at of [...new Set(billedAt)].toSorted((a, b) => a - b)) {
    const isIn = ({ startsAt, endsAt }: Span) =>
      (startsAt === null || startsAt - SLACK_MS <= at) && (endsAt === null || at < endsAt)
    const [span] = sum
      .filter(isIn)
      .toReversed()
      .toSorted((a, b) => distanceOf(a, at) - distanceOf(b, at))
    const isNext = sum.every(({ endsAt }) => endsAt !== null && at >= endsAt - SLACK_MS)
    if (isNext) {
      sum = [...sum, { ...NO_SNAPSHOT, periodKeys: [at], startsAt: at, endsAt: null }]
    } else if (span !== undefined) {
      const others =
        span.startsAt === null ? span.periodKeys.filter((name) => !billedAt.includes(name ?? NaN)) : span.periodKeys
      sum = sum.with(sum.indexOf(span), { ...span, periodKeys: [...others, at] })
    }
  }
  return sum
}

/** A period is billed when it begins: what falls into several is of the one that began next to it. */
function distanceOf({ startsAt }: Span, at: Instant): number {
  return startsAt === null ? Number.MAX_SAFE_INTEGER : Math.abs(at - startsAt)
}

/** Something is late, and it is not said what: the period that the moment falls into, else the next one. */
function markLate(spans: readonly Span[], at: Instant): readonly Span[] {
  const late = { at, rank: 0 }
  const index = spans.findLastIndex(({ startsAt, endsAt }) =>
    startsAt === null
      ? at < (endsAt ?? 0) - SLACK_MS
      : startsAt - SLACK_MS <= at && (endsAt === null || at < endsAt),
  )
  const span = spans[index]
  if (span !== undefined) {
    const isFirst = span.late === null
    return isFirst ? spans.with(index, { ...span, late, lateSince: at }) : spans
  }
  const startsAt = spans.at(-1)?.endsAt ?? null
  return [...spans, { ...NO_SNAPSHOT, periodKeys: [at], startsAt, endsAt: null, late, lateSince: at }]
}
