import { decodeProtectedHeader, errors } from 'jose'
import type { Caller } from '../../app/caller.ts'
import { BoundedMemory } from '../../platform/bounded-memory.ts'
import { SampledLog } from '../../platform/sampled-log.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import type { Authenticator } from './authenticator.ts'
import { inlineKeySet, type KeySet, type KeySetDeps, RemoteKeySet } from './key-set.ts'
import { type Claims, TokenRefused, type TokenRules, tokenRules } from './token-rules.ts'
import { verifiedBy } from './verified-by.ts'

export interface TokenSettings {
  readonly issuer: string
  readonly audience: string
  readonly algorithms: readonly string[]
  /** Where the issuer's keys are; else they are `jwks`. */
  readonly jwksUrl: string | null
  readonly jwks: object | null
  readonly lifetimeMaxSeconds: number
}

/** How far the issuer's clock may be from ours. */
const CLOCK_TOLERANCE_SECONDS = 5

const REMEMBERED_MS_MAX = 60_000

/** What a remembered caller takes besides their token, roughly. */
const CALLER_BYTES = 512

/** Knows callers by a JWT of the configured issuer. Whom it refuses learns no reason: that is in the log. */
export class JwtAuthenticator implements Authenticator {
  readonly #settings: TokenSettings
  readonly #rules: TokenRules
  readonly #keys: KeySet
  readonly #log = new SampledLog()
  readonly #remembered = new BoundedMemory<Caller>({ entriesMax: 5000, bytesMax: 8 * 1024 * 1024 })

  constructor(settings: TokenSettings, deps: KeySetDeps) {
    const { jwksUrl, jwks, algorithms } = settings
    this.#settings = settings
    this.#rules = tokenRules(settings)
    this.#keys =
      jwksUrl === null ? inlineKeySet(jwks, algorithms) : new RemoteKeySet(jwksUrl, algorithms, deps)
  }

  remembered(authorization: string | undefined, now: number): Caller | null {
    return authorization === undefined ? null : this.#remembered.get(authorization, now)
  }

  async authenticate(authorization: string | undefined, now: number): Promise<Caller> {
    if (authorization === undefined) throw unauthenticated('Bearer', `There is no token: ${SEND}`)
    if (!/^bearer /i.test(authorization)) throw unauthenticated('Bearer', `The scheme is not Bearer: ${SEND}`)
    try {
      const { sub, scope, exp } = await this.#claimsOf(authorization.slice('bearer '.length), now)
      const caller = { issuer: this.#settings.issuer, subject: sub, scopes: scope }
      const until = Math.min(exp * 1000, now + REMEMBERED_MS_MAX)
      this.#remembered.set(authorization, caller, { bytes: 2 * authorization.length + CALLER_BYTES, until })
      return caller
    } catch (error) {
      if (!(error instanceof TokenRefused) && !(error instanceof errors.JOSEError)) throw error
      this.#log.log('info', 'token_refused', { reason: error.message }, now)
      throw unauthenticated('Bearer error="invalid_token"', whyRefused(authorization, error))
    }
  }

  check(): Promise<void> {
    return this.#keys.check()
  }

  async #claimsOf(token: string, now: number): Promise<Claims> {
    const { issuer, audience, algorithms, lifetimeMaxSeconds } = this.#settings
    this.#rules.checkForm(token)
    const options = {
      algorithms: [...algorithms],
      issuer,
      audience,
      requiredClaims: ['iss', 'aud', 'sub', 'exp', 'iat'],
      // Besides the age, this refuses a token that was made in the future.
      maxTokenAge: lifetimeMaxSeconds,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now),
    }
    const header = decodeProtectedHeader(token)
    const payload = await this.#keys.verify(header, now, (keys) => verifiedBy(keys, token, options))
    return this.#rules.claimsOf(payload)
  }
}

const SEND = 'send Authorization: Bearer <JWT>, as /docs says'

/** RFC 6750, 3: an error is named only to whom tried a token. */
function unauthenticated(challenge: string, detail: string): HttpProblem {
  return new HttpProblem('unauthenticated', { detail }, { 'WWW-Authenticate': challenge })
}

/** That a token has expired is found out after its signature: whom it is told had a right one. All else is for the log. */
function whyRefused(authorization: string, error: Error): string {
  if (authorization.split('.').length !== 3)
    return 'The token is no JWT: it has three parts with dots between'
  if (error instanceof errors.JWTExpired && error.claim === 'exp') {
    const at = new Date(Number(error.payload.exp) * 1000)
    const since = Number.isNaN(at.getTime()) ? '' : ` at ${at.toISOString()}`
    return `The token expired${since}: get a new one`
  }
  return 'The token is not accepted here: the log of the ledger says why'
}
