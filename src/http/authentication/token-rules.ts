import type { JWTPayload, ProtectedHeaderParameters } from 'jose'
import type { Caller } from '../../app/caller.ts'
import { isUserId } from '../../contract/is-user-id.ts'
import { claimAt } from './claim-at.ts'
import type { IssuerSettings } from './issuer-settings.ts'
import { scopesOf } from './scopes-of.ts'
import { TokenRefused } from './token-form.ts'

/** What a token says of who sends it, and in seconds until when. */
interface Claims {
  readonly caller: Caller
  readonly exp: number
}

/** With the user’s own id as many as a check may name. */
const LISTED_USERS_MAX = 4

/** What a header says that counts here. By plain code, as all that an isolate needs for its first check: a library of schemas takes longer to start than to read. */
export function headerOf(header: unknown, algorithms: readonly string[]): ProtectedHeaderParameters {
  if (!isObject(header)) throw new TokenRefused('header is no object')
  const { typ, kid } = header
  const alg = algorithms.find((known) => known === header['alg'])
  if (alg === undefined) throw new TokenRefused('header.alg is not configured')
  // RFC 7515, 4.1.9: a media type, in any case, which may leave out `application/`.
  if (typ !== undefined && !(typeof typ === 'string' && /^(application\/)?(at\+)?jwt$/i.test(typ))) {
    throw new TokenRefused('header.typ is of another kind')
  }
  if (kid !== undefined && typeof kid !== 'string') throw new TokenRefused('header.kid is not a text')
  // Each would change how the rest is to be read. Keys and addresses of keys (`jwk`, `jku`, `x5u`) are ignored.
  for (const name of ['crit', 'b64', 'zip', 'cty']) {
    if (header[name] !== undefined) throw new TokenRefused(`header.${name} is not understood`)
  }
  return kid === undefined ? { alg } : { alg, kid }
}

/** The claims of a token whose signature, issuer, times and `aud`, where it is there, were found right by jose. */
export function claimsOf(payload: JWTPayload, settings: IssuerSettings): Claims {
  const { aud, exp, iat, nbf } = payload
  const { lifetimeMaxSeconds } = settings
  const refuse = (claim: string, reason: string): never => {
    throw new TokenRefused(`payload.${claim} ${reason}`)
  }
  // A list will do if we are on it: issuers add an audience of their own (Auth0: its /userinfo) to every token.
  if (aud !== undefined && ![aud].flat().every((one) => typeof one === 'string')) {
    refuse('aud', 'is not a list of texts')
  }
  checkTold(payload, settings)
  if (!isSeconds(exp)) return refuse('exp', 'is not a number')
  if (!isSeconds(iat)) return refuse('iat', 'is not a number')
  if (nbf !== undefined && !isSeconds(nbf)) refuse('nbf', 'is not a number')
  if (exp <= iat) refuse('exp', 'is not after iat')
  if (exp - iat > lifetimeMaxSeconds) refuse('exp', 'is too far from iat')
  return { exp, caller: callerOf(payload, settings) }
}

/** That a token is for us, where another claim than `aud` tells it, and of the kind that is wanted. */
function checkTold(payload: JWTPayload, { audienceClaim, audiences, require }: IssuerSettings): void {
  if (audienceClaim !== 'aud' && !audiences.some((one) => one === claimAt(payload, audienceClaim))) {
    throw new TokenRefused(`payload.${audienceClaim} is none of the audiences`)
  }
  for (const [claim, text] of require) {
    if (claimAt(payload, claim) !== text) throw new TokenRefused(`payload.${claim} is not what is required`)
  }
}

function callerOf(payload: JWTPayload, settings: IssuerSettings): Caller {
  const { userClaim, speaksForUser, alsoClaims, usersPrefix } = settings
  const subject = idIn(payload, 'sub', settings) ?? missing('sub')
  const user = userClaim === 'sub' ? subject : idIn(payload, userClaim, settings)
  const others = alsoClaims.flatMap((claim) => idsIn(payload, claim, settings))
  return {
    issuer: settings.issuer,
    subject: user ?? subject,
    scopes: scopesOf(payload, settings),
    users: speaksForUser ? [...(user === null ? [] : [user]), ...others] : [],
    usersPrefix,
  }
}

/** The users whom a claim names besides, one or a list of them. */
function idsIn(payload: JWTPayload, claim: string, settings: IssuerSettings): readonly string[] {
  const told = claimAt(payload, claim)
  if (told === undefined || told === null) return []
  if (!Array.isArray(told)) return [userId(claim, told, settings)]
  if (told.length > LISTED_USERS_MAX) throw new TokenRefused(`payload.${claim} lists too many users`)
  return told.map((one) => userId(claim, one, settings))
}

/** The user whom a claim names, `null` where it names none. */
function idIn(payload: JWTPayload, claim: string, settings: IssuerSettings): string | null {
  const told = claimAt(payload, claim)
  return told === undefined || told === null ? null : userId(claim, told, settings)
}

/** The id that an issuer's word for a user stands for. */
function userId(claim: string, told: unknown, { usersPrefix, foreignPrefixes }: IssuerSettings): string {
  const id = typeof told === 'string' && told !== '' ? `${usersPrefix}${told}` : null
  if (!isUserId(id)) throw new TokenRefused(`payload.${claim} is not the id of a user`)
  if (foreignPrefixes.some((prefix) => id.startsWith(prefix))) {
    throw new TokenRefused(`payload.${claim} is under the prefix of another issuer`)
  }
  return id
}

function missing(claim: string): never {
  throw new TokenRefused(`payload.${claim} is missing`)
}

/** A NumericDate (RFC 7519, 2): seconds, which may have a fraction. */
function isSeconds(value: unknown): value is number {
  return Number.isFinite(value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
