import type { CheckAnswer } from '../wire.ts'
import type { SignedClaims } from './signed-claims.ts'

/**
 * What a ledger has signed about a user, verified. It knows no more than a yes: where `allows` says `false`, the right is not listed,
 * and the ledger may say yes.
 */
export class Passport {
  readonly ok = true
  readonly userId: string
  /** Of the user’s ledger. */
  readonly version: number
  readonly catalogVersion: number
  /** RFC 3339, exclusive: the ledger’s clock then. */
  readonly expiresAt: string
  readonly #claims: SignedClaims
  readonly #now: () => number
  readonly #skew: number

  constructor(claims: SignedClaims, now: () => number, skew: number) {
    this.userId = claims.sub
    this.version = claims.ver
    this.catalogVersion = claims.cat
    this.expiresAt = new Date(claims.exp * 1000).toISOString()
    this.#claims = claims
    this.#now = now
    this.#skew = skew
  }

  /** Whether the user may use a boolean or a config feature at a moment, in milliseconds since 1970; now when left out. */
  allows(feature: string, now?: number): boolean {
    return this.#timeOf(feature, now) !== undefined
  }

  /** The value of a config feature that is allowed at a moment; else `undefined`. */
  value(feature: string, now?: number): CheckAnswer['value'] {
    return this.#timeOf(feature, now)?.v
  }

  /** Advice, where the passport was asked for it: what was left of a metered feature. Only a consumption decides. */
  remaining(feature: string): number | null {
    return own(this.#claims.bal ?? {}, feature)?.remaining ?? null
  }

  /** The rule of a passport: listed, and from ≤ now < until. Another clock makes the passport last longer, and no right. */
  #timeOf(feature: string, now = this.#now()) {
    const seconds = now / 1000
    const { ent, iat, exp } = this.#claims
    if (!(iat <= seconds + this.#skew && seconds < exp + this.#skew)) return undefined
    const isThen = ({ f = 0, u = Infinity }) => f <= seconds && seconds < u
    return own(ent, feature)?.find(isThen)
  }
}

function own<T>(of: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined
}
