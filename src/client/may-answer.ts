import { type Moment, msSince } from './clock.ts'
import type { RememberedAnswer, RememberedList } from './remembered-list.ts'
import type { CheckAsked } from './wire.ts'

/** What most ask for. */
export const NOTHING_ASKED: CheckAsked = {}

/** How long what is remembered may be used, in milliseconds. */
export interface MemoryBounds {
  /** A yes, since it was asked for. */
  readonly yesMs: number
  /** A no, since the ledger confirmed it. */
  readonly noMs: number
  /** Anything, since the ledger confirmed it: its own `ALLOW_MAX_AGE_SECONDS`. */
  readonly maxAgeMs: number
  /** A yes while the ledger does not answer, since the ledger confirmed it; 0 never. */
  readonly lastKnownMs: number
}

/** What is asked of a remembered answer: by the caller, and because of what the client has done or read. */
export interface MemoryDemand {
  readonly asked: CheckAsked
  readonly leastVersion: number
}

/** Whether a remembered answer may be given without asking the ledger. An age that nobody knows is no age: then never. */
export function mayAnswer(
  list: RememberedList,
  answer: RememberedAnswer,
  demand: MemoryDemand,
  { yesMs, noMs, maxAgeMs }: MemoryBounds,
  now: Moment,
): boolean {
  const { check, changesAtMs } = answer
  const sinceSentMs = msSince(list.sentAt, now)
  const ageMs = list.ageWhenSentMs + sinceSentMs
  const isFresh = check.allowed ? sinceSentMs < yesMs && ageMs < maxAgeMs : ageMs < noMs
  return isFresh && ageMs < changesAtMs && meets(list, answer, demand, ageMs)
}

/**
 * Whether a remembered yes may be given because the ledger does not answer. A demand is met or refused, never bent; and of
 * what is used up nobody knows how much is left.
 */
export function mayAnswerDegraded(
  list: RememberedList,
  answer: RememberedAnswer,
  demand: MemoryDemand,
  { lastKnownMs }: MemoryBounds,
  now: Moment,
): boolean {
  const { check, changesAtMs } = answer
  const ageMs = list.ageWhenSentMs + msSince(list.sentAt, now)
  const isLasting = check.allowed && check.balance === undefined
  return isLasting && ageMs < lastKnownMs && ageMs < changesAtMs && meets(list, answer, demand, ageMs)
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
