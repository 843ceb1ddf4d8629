import type { Caller } from '../../app/caller.ts'
import { ProblemError } from '../../app/problems/problem-error.ts'
import { errorText } from '../../platform/log.ts'
import { SampledLog } from '../../platform/sampled-log.ts'

export type CallKind = 'reads' | 'writes'

/**
 * What one caller may ask, so that their flood is not the others'. The platform counts, at each of its locations by itself and
 * only roughly (https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/): a bound on load, no quota.
 */
export class RateLimits {
  readonly #limits: Readonly<Record<CallKind, RateLimit | undefined>>
  /** Of both: the platform does not tell it. */
  readonly #periodSeconds: number
  readonly #log = new SampledLog()

  constructor(limits: Readonly<Record<CallKind, RateLimit | undefined>>, periodSeconds: number) {
    this.#limits = limits
    this.#periodSeconds = periodSeconds
  }

  /** Counts a request. Throws `rate_limited`. Where the platform does not count, it lets in: a bound is no reason for an outage. */
  async count(kind: CallKind, { issuer, subject }: Caller, now: number): Promise<void> {
    // No subject has a space in it.
    const key = `${issuer} ${subject}`
    try {
      const outcome = await this.#limits[kind]?.limit({ key })
      if (outcome?.success !== false) return
    } catch (error) {
      this.#log.log('warn', 'rate_limit_failed', { reason: errorText(error) }, now)
      return
    }
    throw new ProblemError('rate_limited', {}, { retryAfterSeconds: this.#periodSeconds })
  }
}
