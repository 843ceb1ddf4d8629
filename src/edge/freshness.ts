import type { Snapshot } from '../domain/user/snapshot.ts'
import type { FeatureKey, Seq } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'

/** How old the confirmation of a snapshot may be for what. All in milliseconds. */
export interface Freshness {
  /** Memory asks KV again after this long. */
  readonly memoryMaxAgeMs: number
  readonly allowMaxAgeMs: number
  /** For a "yes" that says how much: the value of a config feature. */
  readonly valueMaxAgeMs: number
  readonly denyMaxAgeMs: number
  /** For a "yes" while the ledger does not answer. */
  readonly staleIfErrorMs: number
  readonly checkTimeoutMs: number
}

/** What an answer says, for how old it may be: yes, yes with a value, or no. */
export type AnswerKind = 'yes' | 'value' | 'no'

/** What a caller asks of the copy that answers. */
export interface Demand {
  /** `true` when only the user's object may answer. */
  readonly strong: boolean
  readonly maxAgeMs: number
  readonly minVersion: Seq
  readonly minCatalogVersion: number
  /** All that is asked for; absent of all features. A strong question costs what it asks for. */
  readonly features?: readonly FeatureKey[]
}

/** What a caller gets who asks for nothing. */
export const NO_DEMAND: Demand = { strong: false, maxAgeMs: Infinity, minVersion: 0, minCatalogVersion: 0 }

/**
 * Whether a copy may give an answer without asking the user's object: a "yes" of some age, one with a value of another if
 * that is set so, a "no" only fresh.
 * The age counts from the moment the object confirmed the copy, so that ages of caches do not add up.
 */
export function mayAnswer(
  { confirmedAt, version }: Snapshot,
  kind: AnswerKind,
  { strong, maxAgeMs, minVersion }: Demand,
  freshness: Freshness,
  now: Instant,
): boolean {
  const ageMs = now - confirmedAt
  return !strong && version >= minVersion && ageMs <= maxAgeMs && ageMs < boundOf(kind, freshness)
}

function boundOf(kind: AnswerKind, { allowMaxAgeMs, valueMaxAgeMs, denyMaxAgeMs }: Freshness): number {
  switch (kind) {
    case 'yes':
      return allowMaxAgeMs
    case 'value':
      return valueMaxAgeMs
    case 'no':
      return denyMaxAgeMs
  }
}

/** Whether a copy may give its "yes" because the object does not answer. A demand is met or refused, never bent. */
export function mayAnswerDegraded(
  { confirmedAt, version }: Snapshot,
  kind: AnswerKind,
  { strong, maxAgeMs, minVersion }: Demand,
  { staleIfErrorMs }: Freshness,
  now: Instant,
): boolean {
  const ageMs = now - confirmedAt
  return !strong && kind !== 'no' && version >= minVersion && ageMs <= maxAgeMs && ageMs < staleIfErrorMs
}

/** Whether the catalog, confirmed at that moment, may answer alone: a caller who asks for the user is told of the user. */
export function mayAnswerAlone(
  confirmedAt: Instant,
  { strong, maxAgeMs, minVersion }: Demand,
  now: Instant,
): boolean {
  return !strong && minVersion === 0 && now - confirmedAt <= maxAgeMs
}

/** Whether it is time to have a copy confirmed again before it grows too old to give its "yes". */
export function isAgeing({ confirmedAt }: Snapshot, { allowMaxAgeMs }: Freshness, now: Instant): boolean {
  return now - confirmedAt > allowMaxAgeMs / 2
}
