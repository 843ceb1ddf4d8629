import type { Instant } from '../../values/instant.ts'
import { type PeriodBefore, type Register, type PeriodRecord, coveredLines } from '../register/register.ts'
import { SLACK_MS, type Span } from './span.ts'
import { spansByEnds } from './spans-by-ends.ts'

const NO_SNAPSHOT = { active: null, late: null, lateSince: null, trial: false } as const

/** Returns the spans of a subscription, the earliest first: those that snapshots name, and those that only payments name. */
export function spansOf(register: Register): readonly Span[] {
  const records = Object.values(register.periods)
  const snapshots = [
    ...records.filter(({ startsAt }) => startsAt !== null).map(spanOfPeriod),
    ...spansByEnds(register),
  ]
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

/** A span without a start is ordered as if it began just before its end. */
function startOf({ startsAt, endsAt }: Span): number {
  return startsAt ?? (endsAt ?? 0) - SLACK_MS
}

function spanOfPeriod({ startsAt, endsAt, active, late, lateSince, trial }: PeriodRecord): Span {
  return { periodKeys: [startsAt], startsAt, endsAt, active, late, lateSince, trial }
}

/**
 * Some providers send the order of a subscription before the subscription: what is used until then is recorded under no key,
 * `null`. Here the first period that the order falls into gets that key as well.
 */
function nameFirstPeriodOfOrder(spans: readonly Span[], { lines, reversals }: Register): readonly Span[] {
  const moments = Object.values(reversals).flatMap(({ reverses }) => {
    const line = reverses.type === 'order' ? lines[reverses.line] : undefined
    return line === undefined ? [] : [line.startsAt ?? 0]
  })
  const isFirst = ({ startsAt, endsAt }: Span) =>
    moments.some((at) => (startsAt === null || startsAt - SLACK_MS <= at) && (endsAt === null || at < endsAt))
  const first = spans.findIndex(isFirst)
  return spans.map((span, index) =>
    index === first ? { ...span, periodKeys: [...span.periodKeys, null] } : span,
  )
}

/** Adds a period that a payment names by start and end, unless one with that start is there. */
function addPaidPeriod(spans: readonly Span[], startsAt: Instant, endsAt: Instant): readonly Span[] {
  if (spans.some((span) => span.startsAt === startsAt)) return spans
  return [...spans, { ...NO_SNAPSHOT, periodKeys: [startsAt], startsAt, endsAt }]
}

/** Adds the last period that the release before recorded: its key goes to the span that overlaps it, else it is a span. */
function addPeriodOfBefore(spans: readonly Span[], before: PeriodBefore | null): readonly Span[] {
  if (before === null) return spans
  const { name, startsAt, endsAt } = before
  const isSame = (span: Span) =>
    span.endsAt === endsAt ||
    (span.startsAt !== null && span.startsAt < endsAt && (startsAt ?? -Infinity) < (span.endsAt ?? Infinity))
  if (!spans.some(isSame))
    return [...spans, { ...NO_SNAPSHOT, periodKeys: [name], startsAt, endsAt, wasGiven: true }]
  return spans.map((span) =>
    isSame(span) ? { ...span, periodKeys: [...span.periodKeys, name], wasGiven: true } : span,
  )
}

/**
 * Adds payments of which only the moment is known. Each is for the span that it falls into, of several for the one that
 * began nearest to it; a span without a start keeps the key of its last payment alone. A payment after the end of all spans
 * begins a new one.
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
    if (isAfterAll(sum, at)) {
      sum = [...sum, { ...NO_SNAPSHOT, periodKeys: [at], startsAt: at, endsAt: null }]
    } else if (span !== undefined) {
      const others =
        span.startsAt === null
          ? span.periodKeys.filter((name) => !billedAt.includes(name ?? NaN))
          : span.periodKeys
      sum = sum.with(sum.indexOf(span), { ...span, periodKeys: [...others, at] })
    }
  }
  return sum
}

/** Whether a moment is one of a period that follows all spans. */
function isAfterAll(spans: readonly Span[], at: Instant): boolean {
  return spans.every(({ endsAt }) => endsAt !== null && at >= endsAt - SLACK_MS)
}

/** How far a payment lies from the start of a span, as a period is billed when it begins; any known start is nearer than none. */
function distanceOf({ startsAt }: Span, at: Instant): number {
  return startsAt === null ? Number.MAX_SAFE_INTEGER : Math.abs(at - startsAt)
}

/**
 * Marks as late, where the provider names no period, the span that the moment falls into, or a new one after the last. What
 * was late before all spans was so in a period that has left the register, and says nothing of those that are left.
 */
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
  if (!isAfterAll(spans, at)) return spans
  const startsAt = spans.at(-1)?.endsAt ?? null
  return [...spans, { ...NO_SNAPSHOT, periodKeys: [at], startsAt, endsAt: null, late, lateSince: at }]
}
