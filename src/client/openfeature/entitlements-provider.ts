import type { EvaluationContext, JsonValue, ResolutionDetails } from '@openfeature/core'
import type { Ledger } from '../ledger.ts'
import type { LedgerUser } from '../user.ts'
import type { AccessListAnswer } from '../wire.ts'
import { type WantedValue, failure, failureFor, resolution } from './resolutions.ts'

type FeatureType = AccessListAnswer['features'][number]['type']

/** How long a list is waited for, in milliseconds, that says of which type a feature is. */
const TYPES_MS = 1500

const BOOLEAN: WantedValue<boolean> = (value) => typeof value === 'boolean'
const STRING: WantedValue<string> = (value) => typeof value === 'string'
const NUMBER: WantedValue<number> = (value) => typeof value === 'number'
/** A list and `null` are values too, of what is no boolean, text or number. */
const OBJECT = (value: unknown) => typeof value === 'object'

/**
 * Features as flags for OpenFeature on a server: `OpenFeature.setProvider(new EntitlementsProvider(ledger))`. The targeting key is
 * the `userId`; nothing else of a context is read. It never throws.
 *
 * Where the ledger does not answer, where there is no such feature, and of a config feature that the user may not use, what is
 * evaluated is the default of whoever asks: so OpenFeature works. Give `false`, or what somebody has who has paid nothing.
 */
export class EntitlementsProvider {
  readonly metadata = { name: 'entitlement-ledger' } as const
  readonly runsOn = 'server'
  readonly #ledger: Ledger
  /** A feature keeps its type for good. */
  readonly #types = new Map<string, FeatureType>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** A boolean feature, whether a metered one may be used, or a config feature whose value is `true` or `false`. */
  resolveBooleanEvaluation(key: string, fallback: boolean, context: EvaluationContext) {
    return this.#resolve(key, fallback, context, BOOLEAN)
  }

  resolveStringEvaluation(key: string, fallback: string, context: EvaluationContext) {
    return this.#resolve(key, fallback, context, STRING)
  }

  resolveNumberEvaluation(key: string, fallback: number, context: EvaluationContext) {
    return this.#resolve(key, fallback, context, NUMBER)
  }

  /** A config feature whose value is an object, a list or `null`. */
  resolveObjectEvaluation<T extends JsonValue>(key: string, fallback: T, context: EvaluationContext) {
    return this.#resolve(key, fallback, context, OBJECT as WantedValue<T>)
  }

  async #resolve<T>(
    key: string,
    fallback: T,
    { targetingKey }: EvaluationContext,
    isWanted: WantedValue<T>,
  ): Promise<ResolutionDetails<T>> {
    if (!targetingKey)
      return failure(fallback, 'TARGETING_KEY_MISSING', 'The targeting key is the id of a user')
    try {
      const user = this.#ledger.user(targetingKey)
      const remembered = user.remembered(key)
      const check = remembered ?? (await user.check(key))
      const { allowed, maxAmount } = check
      // Of a feature that may be used, and of a metered one, the check says all.
      const type = allowed || maxAmount !== undefined ? null : await this.#typeOf(key, user)
      return resolution(
        { check, isRemembered: remembered !== null, isConfig: type === 'config' },
        fallback,
        isWanted,
      )
    } catch (error) {
      return failureFor(error, fallback)
    }
  }

  /** Of which type a feature is; `undefined` where nobody says: what is not known as a config feature is a plain no. */
  async #typeOf(key: string, user: LedgerUser): Promise<FeatureType> {
    if (!this.#types.has(key)) {
      const list = await user.access({ all: true, timeoutMs: TYPES_MS }).catch(() => null)
      for (const { feature, type } of list?.features ?? [])
        if (type !== undefined) this.#types.set(feature, type)
    }
    return this.#types.get(key)
  }
}
