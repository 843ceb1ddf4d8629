import { type Moment, msSince } from './clock.ts'
import type { MemoryBounds } from './memory-bounds.ts'
import type { RememberedAnswer, RememberedList } from './remembered-list.ts'
import type { CheckAnswer, CheckAsked } from './wire.ts'

/** What most ask for. */
export const NOTHING_ASKED: CheckAsked = {}

/** What is asked of a remembered answer: by the caller, and because of what the client has done or read. */
export interface MemoryDemand {
  readonly asked: CheckAsked
  readonly leastVersion: number
}

/** How long ago the ledger confirmed a list, at most. An age that nobody knows is `NaN`, and less than nothing. */
export function ageAt(list: RememberedList, now: Moment): number {
  return list.ageWhenSentMs + msSince(list.sentAt, now)
}

/** Whether nobody has to be asked at an age, unless time has changed the answer by then. */
export function isFresh(
  list: RememberedList,
  { allowed }: CheckAnswer,
  ageMs: number,
  { yesMs, noMs, maxAgeMs }: MemoryBounds,
): boolean {
  return allowed ? ageMs - list.ageWhenSentMs < yesMs && ageMs < maxAgeMs : ageMs < noMs
}

/** Whether it is a yes that may stay one while nobody answers: of what is used up nobody knows how much is left. */
export function isLasting({ allowed, balance }: CheckAnswer): boolean {
  return allowed && balance === undefined
}

/** Whether a remembered answer may be given without asking the ledger. */
export function mayAnswer(
  list: RememberedList,
  answer: RememberedAnswer,
  demand: MemoryDemand,
  bounds: MemoryBounds,
  now: Moment,
): boolean {
  const ageMs = ageAt(list, now)
  const isGood = ageMs < answer.changesAtMs && isFresh(list, answer.check, ageMs, bounds)
  return isGood && meets(list, answer, demand, ageMs)
}

/** Whether a remembered yes may be given because the ledger does not answer. A demand is met or refused, never bent. */
export function mayAnswerDegraded(
  list: RememberedList,
  answer: RememberedAnswer,
  demand: MemoryDemand,
  { lastKnownMs }: MemoryBounds,
  now: Moment,
): boolean {
  const ageMs = ageAt(list, now)
  const isGood = ageMs < Math.min(lastKnownMs, answer.changesAtMs) && isLasting(answer.check)
  return isGood && meets(list, answer, demand, ageMs)
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
