import { type Instant, earlier } from '../../values/instant.ts'
import type { Version } from '../register/fact.ts'
import { compareVersions } from '../register/merge-registers.ts'
import { type Register, type PeriodRecord, coveredLines } from '../register/register.ts'
import { SLACK_MS, type Span } from './span.ts'

/**
 * By how many lengths of the running period its end may move and still be the end of the same interval. A change of the
 * billing day moves it by one length at most, and lengths of one interval differ: a month of 31 days after February.
 */
const OTHER_INTERVAL = 1.25

/** A period of which only the end is known, and when a provider first said that end. */
interface PeriodEnd extends PeriodRecord {
  readonly since: Instant
}

/**
 * Returns the spans of a subscription whose provider says only when a period ends, in the order in which ends were said:
 *
 * - a new end that is said before the last one is over moves that end, as nothing was renewed;
 * - one that is said after it is the end of the next period, which begins where the last ended;
 * - one before it that is much later, and whose change was billed, begins a period of a longer interval at that moment.
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

/** Returns the last span with its start where a longer period takes its place; `null` where its end was only moved. */
function endedEarly({ since, endsAt }: PeriodEnd, last: Span, register: Register): Span | null {
  const startsAt = last.startsAt ?? beginOf(since, register)
  if (startsAt === null || last.endsAt === null || !isBilled(since, register)) return null
  const isLonger = endsAt - last.endsAt > OTHER_INTERVAL * (last.endsAt - startsAt)
  return isLonger ? { ...last, startsAt } : null
}

/** Whether a payment for a change was made at about that moment. */
function isBilled(at: Instant, { payments }: Register): boolean {
  return Object.values(payments).some(
    ({ covers, paidAt }) => covers?.type === 'change' && paidAt !== null && Math.abs(paidAt - at) < SLACK_MS,
  )
}

/** Returns the newest start before a moment that a payment names, else the start of the subscription, else `null`. */
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
