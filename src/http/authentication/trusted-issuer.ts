import type { ProtectedHeaderParameters } from 'jose'
import type { Caller } from '../../app/caller.ts'
import type { IssuerSettings } from './issuer-settings.ts'
import { inlineKeySet, type KeySet, type KeySetDeps, RemoteKeySet } from './key-set.ts'
import { jsonOf, type TokenForm } from './token-form.ts'
import { claimsOf, headerOf } from './token-rules.ts'
import { verifiedBy } from './verified-by.ts'

/** How far the issuer's clock may be from ours. */
const CLOCK_TOLERANCE_SECONDS = 5

/** An issuer, with the keys that its tokens are verified by, and no others. */
export class TrustedIssuer {
  readonly #settings: IssuerSettings
  readonly #keys: KeySet
  /** The header that was found right last, as it is written and what it says. */
  #header: { readonly text: string; readonly says: ProtectedHeaderParameters } | null = null

  constructor(settings: IssuerSettings, deps: KeySetDeps) {
    const { jwksUrl, jwks, algorithms } = settings
    this.#settings = settings
    this.#keys =
      jwksUrl === null ? inlineKeySet(jwks, algorithms) : new RemoteKeySet(jwksUrl, algorithms, deps)
  }

  /** Who sends a token, and in seconds until when. Throws `TokenRefused`, or jose's own error. */
  async verify({ text, header, payload }: TokenForm, now: number): Promise<{ caller: Caller; exp: number }> {
    const { issuer, audiences, audienceClaim, algorithms, lifetimeMaxSeconds } = this.#settings
    const found = this.#headerOf(header)
    // RFC 7519, 4.1.3: whoever is not named in an audience that is there has to refuse the token, whatever else is told.
    const isAudienceTold = audienceClaim === 'aud' || Object.hasOwn(payload, 'aud')
    const options = {
      algorithms: [...algorithms],
      issuer,
      ...(isAudienceTold ? { audience: [...audiences] } : {}),
      requiredClaims: ['iss', 'sub', 'exp', 'iat'],
      // Besides the age, this refuses a token that was made in the future.
      maxTokenAge: lifetimeMaxSeconds,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now),
    }
    const verified = await this.#keys.verify(found, now, (keys) => verifiedBy(keys, text, options))
    return claimsOf(verified, this.#settings)
  }

  /** Throws `TokenRefused` where a header is not as it must be. */
  #headerOf(text: string): ProtectedHeaderParameters {
    if (this.#header?.text !== text) {
      this.#header = { text, says: headerOf(jsonOf('header', text), this.#settings.algorithms) }
    }
    return this.#header.says
  }

  check(): Promise<void> {
    return this.#keys.check()
  }
}
