import { errors } from 'jose'
import type { Caller } from '../../app/caller.ts'
import { BoundedMemory } from '../../platform/bounded-memory.ts'
import { SampledLog } from '../../platform/sampled-log.ts'
import { HttpProblem } from '../answers/http-problem.ts'
import type { Authenticator } from './authenticator.ts'
import type { IssuerSettings } from './issuer-settings.ts'
import type { KeySetDeps } from './key-set.ts'
import { tokenForm, TokenRefused } from './token-form.ts'
import { TrustedIssuer } from './trusted-issuer.ts'

const REMEMBERED_MS_MAX = 60_000

/** What a remembered caller takes besides their token, roughly. */
const CALLER_BYTES = 512

/** Knows callers by a JWT of a configured issuer. Whom it refuses learns no reason: that is in the log. */
export class JwtAuthenticator implements Authenticator {
  /** By the claim `iss`. */
  readonly #issuers: ReadonlyMap<unknown, TrustedIssuer>
  readonly #log = new SampledLog()
  readonly #remembered = new BoundedMemory<Caller>({ entriesMax: 5000, bytesMax: 8 * 1024 * 1024 })

  constructor(issuers: readonly IssuerSettings[], deps: KeySetDeps) {
    this.#issuers = new Map(issuers.map((settings) => [settings.issuer, new TrustedIssuer(settings, deps)]))
  }

  remembered(authorization: string | undefined, now: number): Caller | null {
    return authorization === undefined ? null : this.#remembered.get(authorization, now)
  }

  async authenticate(authorization: string | undefined, now: number): Promise<Caller> {
    if (authorization === undefined) throw unauthenticated('Bearer', `There is no token: ${SEND}`)
    if (!/^bearer /i.test(authorization)) throw unauthenticated('Bearer', `The scheme is not Bearer: ${SEND}`)
    try {
      const form = tokenForm(authorization.slice('bearer '.length))
      // Nothing is known of it yet: it chooses whose keys it has to stand against.
      const { iss } = form.payload as { readonly iss?: unknown }
      const issuer = this.#issuers.get(iss)
      if (issuer === undefined) throw new TokenRefused('payload.iss is none of the issuers')
      const { caller, exp } = await issuer.verify(form, now)
      const until = Math.min(exp * 1000, now + REMEMBERED_MS_MAX)
      this.#remembered.set(authorization, caller, { bytes: 2 * authorization.length + CALLER_BYTES, until })
      return caller
    } catch (error) {
      if (!(error instanceof TokenRefused) && !(error instanceof errors.JOSEError)) throw error
      this.#log.log('info', 'token_refused', { reason: error.message }, now)
      throw unauthenticated('Bearer error="invalid_token"', whyRefused(authorization, error))
    }
  }

  async check(): Promise<void> {
    for (const issuer of this.#issuers.values()) await issuer.check()
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
