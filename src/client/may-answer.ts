import { type Moment, msSince } from './clock.ts'
import type { MemoryBounds } from './memory-bounds.ts'
import type { RememberedAnswer, RememberedList } from './remembered-list.ts'
import type { CheckAsked } from './wire.ts'

/** What most ask for. */
export const NOTHING_ASKED: CheckAsked = {}

/** What is asked of a remembered answer: by the caller, and because of what the client has done or read. */
export interface MemoryDemand {
  readonly asked: CheckAsked
  readonly leastVersion: number
}

/** How a remembered answer stands at a moment. An age that nobody knows is no age: then all of it is false. */
export interface AnswerStanding {
  /** Since the ledger confirmed it. */
  readonly ageMs: number
  /** Whether nobody has to be asked, unless time has changed the answer. */
  readonly isFresh: boolean
  /** Whether it is a yes that stays one while nobody answers: of what is used up nobody knows how much is left. */
  readonly isLasting: boolean
}

export function standingAt(
  now: Moment,
  list: RememberedList,
  { check }: RememberedAnswer,
  { yesMs, noMs, maxAgeMs }: MemoryBounds,
): AnswerStanding {
  const sinceSentMs = msSince(list.sentAt, now)
  const ageMs = list.ageWhenSentMs + sinceSentMs
  const isFresh = check.allowed ? sinceSentMs < yesMs && ageMs < maxAgeMs : ageMs < noMs
  return { ageMs, isFresh, isLasting: check.allowed && check.balance === undefined }
}

/** Whether a remembered answer may be given without asking the ledger. */
export function mayAnswer(
  list: RememberedList,
  answer: RememberedAnswer,
  demand: MemoryDemand,
  bounds: MemoryBounds,
  now: Moment,
): boolean {
  const { ageMs, isFresh } = standingAt(now, list, answer, bounds)
  return isFresh && ageMs < answer.changesAtMs && meets(list, answer, demand, ageMs)
}

/** Whether a remembered yes may be given because the ledger does not answer. A demand is met or refused, never bent. */
export function mayAnswerDegraded(
  list: RememberedList,
  answer: RememberedAnswer,
  demand: MemoryDemand,
  bounds: MemoryBounds,
  now: Moment,
): boolean {
  const { ageMs, isLasting } = standingAt(now, list, answer, bounds)
  const isWithin = ageMs < Math.min(bounds.lastKnownMs, answer.changesAtMs)
  return isLasting && isWithin && meets(list, answer, demand, ageMs)
}

/** A list asks for one of whatever is metered, and more of it is another question. */
function meets(
  { version, catalogVersion }: RememberedList,
  { check }: RememberedAnswer,
  { asked, leastVersion }: MemoryDemand,
  ageMs: number,
): boolean {
  if (version < leastVersion) return false
  if (asked === NOTHING_ASKED) return true
  const { consistency, maxAge = Infinity, minVersion = 0, minCatalogVersion = 0, amount = 1 } = asked
  return (
    consistency !== 'strong' &&
    (amount === 1 || (check.balance ?? check.maxAmount) === undefined) &&
    ageMs <= maxAge * 1000 &&
    version >= minVersion &&
    (catalogVersion ?? 0) >= minCatalogVersion
  )
}
