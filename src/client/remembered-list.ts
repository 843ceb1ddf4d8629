import type { Moment } from './clock.ts'
import type { Reply } from './door.ts'
import type { AccessListAnswer, CheckAnswer } from './wire.ts'

/** `Date` says the second alone. */
const DATE_PRECISION_MS = 1000

export interface RememberedAnswer {
  readonly check: CheckAnswer
  /** The age of the list at which time changes the answer; `Infinity` where it never does. */
  readonly changesAtMs: number
}

/** A user’s whole list of access, as it was answered. */
export class RememberedList {
  readonly version: number
  readonly catalogVersion: number | null
  readonly sentAt: Moment
  /**
   * How old it was at most when it was asked for: what that was by the ledger’s own clock when it answered, as if no time had
   * passed until then. `NaN` where the answer did not say when it was given.
   */
  readonly ageWhenSentMs: number
  readonly #answers: ReadonlyMap<string, RememberedAnswer>
  /** Of a feature that is in no catalog, and of which nothing is recorded: a list of all does not have it. */
  readonly #unknown: Omit<CheckAnswer, 'feature'>

  constructor({ body, at }: Reply, sentAt: Moment) {
    const { userId, features, ...freshness } = body as AccessListAnswer
    const asOf = Date.parse(freshness.asOf)
    this.version = freshness.version
    this.catalogVersion = freshness.catalogVersion
    this.sentAt = sentAt
    this.ageWhenSentMs = Math.max(0, at - asOf + DATE_PRECISION_MS)
    this.#answers = new Map(
      features.map(({ type: _type, ...access }) => {
        const { feature, nextChangeAt } = access
        const changesAtMs = nextChangeAt === null ? Infinity : Date.parse(nextChangeAt) - asOf
        return [feature, { check: frozen({ userId, ...access, ...freshness }), changesAtMs }]
      }),
    )
    this.#unknown = {
      userId,
      allowed: false,
      reason: 'unknown_feature',
      entitlements: [],
      nextChangeAt: null,
      ...freshness,
    }
  }

  of(feature: string): RememberedAnswer {
    return this.#answers.get(feature) ?? { check: { ...this.#unknown, feature }, changesAtMs: Infinity }
  }
}

/** Whoever is answered from memory gets the same one, so that nothing in it may be changed. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
  return value
}
