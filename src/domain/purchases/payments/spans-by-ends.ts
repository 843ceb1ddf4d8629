import { type Instant, earlier } from '../../values/instant.ts'
import type { Version } from '../register/fact.ts'
import { compareVersions } from '../register/merge-registers.ts'
import { type Register, type PeriodRecord, coveredLines } from '../register/register.ts'
import { SLACK_MS, type Span } from './span.ts'

/**
 * An end that is moved by more than so many of the running interval is that of another interval. Days of the month by which
 * somebody is billed can be moved by one interval at most, and a month is longer than February.
 */
const OTHER_INTERVAL = 1.25

/** An end, and when it was first told. */
interface PeriodEnd extends PeriodRecord {
  readonly since: Instant
}

/**
 * Periods of which only the end is told. An end that is told before the last one has come moves that one: nothing was
 * renewed. An end that is told once it has come is the next, which began then. So did one in place of the last, where the
 * end is that of a longer interval and the change was billed.
 */
export function spansByEnds(register: Register): readonly Span[] {
  const ends = Object.values(register.periods)
    .filter(({ startsAt }) => startsAt === null)
    .map((period) => ({ ...period, since: period.activeSince ?? period.lateSince ?? period.version.at }))
    .toSorted((a, b) => a.since - b.since || a.endsAt - b.endsAt)
  const spans: Span[] = []
  for (const end of ends) {
    const last = spans.at(-1)
    if (last === undefined || last.endsAt === null || end.since >= last.endsAt - SLACK_MS) {
      spans.push(spanOf(end, last?.endsAt ?? null))
      continue
    }
    const replaced = endedEarly(end, last, register)
    if (replaced === null) spans.splice(-1, 1, withEndMoved(end, last))
    else spans.splice(-1, 1, replaced, spanOf(end, end.since))
  }
  return spans
}

function spanOf({ endsAt, active, late, lateSince, trial }: PeriodEnd, startsAt: Instant | null): Span {
  return { periodKeys: [endsAt - 1], startsAt, endsAt, active, late, lateSince, trial }
}

function withEndMoved({ endsAt, active, late, lateSince, trial }: PeriodEnd, last: Span): Span {
  return {
    ...last,
    periodKeys: [...last.periodKeys, endsAt - 1],
    endsAt,
    active: laterOf(last.active, active),
    late: last.late ?? late,
    lateSince: earlier(last.lateSince, lateSince),
    trial: last.trial && trial,
  }
}

/** The last period with its start, where a longer one was paid for and begins in its place; `null` where its end was moved. */
function endedEarly({ since, endsAt }: PeriodEnd, last: Span, register: Register): Span | null {
  const startsAt = last.startsAt ?? beginOf(since, register)
  if (startsAt === null || last.endsAt === null || !isBilled(since, register)) return null
  const isLonger = endsAt - last.endsAt > OTHER_INTERVAL * (last.endsAt - startsAt)
  return isLonger ? { ...last, startsAt } : null
}

/** Whether the difference of a change was paid at about that moment. */
function isBilled(at: Instant, { payments }: Register): boolean {
  return Object.values(payments).some(
    ({ covers, paidAt }) => covers?.type === 'change' && paidAt !== null && Math.abs(paidAt - at) < SLACK_MS,
  )
}

/** When the first period began that is known, by its payment or else by its source. */
function beginOf(before: Instant, { payments, subscription }: Register): Instant | null {
  const moments = Object.values(payments)
    .flatMap(coveredLines)
    .map(({ startsAt }) => startsAt)
    .filter((at) => at < before)
  if (moments.length > 0) return Math.max(...moments)
  const startsAt = subscription?.startsAt ?? null
  return startsAt !== null && startsAt < before ? startsAt : null
}

function laterOf(a: Version | null, b: Version | null): Version | null {
  if (a === null || b === null) return a ?? b
  return compareVersions(a, b) >= 0 ? a : b
}
