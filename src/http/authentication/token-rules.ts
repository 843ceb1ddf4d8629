import { base64url, type JWTPayload } from 'jose'
import { isUserId } from '../../contract/is-user-id.ts'
import { SCOPES } from '../../contract/scopes.ts'

const TOKEN_LENGTH_MAX = 8192
const SCOPE_LENGTH_MAX = 2048

/** RFC 6749, 3.3; or empty, as Keycloak writes a token without scopes. */
const SCOPE_LIST = /^([!#-[\]-~]+( [!#-[\]-~]+)*)?$/

/**
 * Base64url with one writing for one value (RFC 4648, 3.5): the bits of the last character that belong to no byte are
 * zero. Else a token had several writings, by bits that no decoder looks at.
 */
const CANONICAL = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$/

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Says why a token is refused, for the log alone: the reason never holds a part of the token. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
}

export interface TokenRules {
  /** Throws `TokenRefused` unless the token is written as it must be. Says nothing of its signature. */
  checkForm(token: string): void
  /** The claims of a token whose signature, issuer, audience and times were found right. */
  claimsOf(payload: JWTPayload): Claims
}

export interface Claims {
  readonly sub: string
  /** The scopes that mean something here. */
  readonly scope: ReadonlySet<string>
  /** In seconds. */
  readonly exp: number
}

/** What is asked of a token beyond what jose asks. */
export function tokenRules(settings: {
  readonly algorithms: readonly string[]
  readonly lifetimeMaxSeconds: number
}): TokenRules {
  // An issuer writes one header for all tokens of a key.
  let headerFoundRight: string | undefined
  return {
    checkForm(token) {
      if (token.length > TOKEN_LENGTH_MAX) throw new TokenRefused('longer than 8 KiB')
      const parts = token.split('.')
      const [first, second] = parts
      if (parts.length !== 3 || parts.some((part) => part === '' || !CANONICAL.test(part))) {
        throw new TokenRefused('not three parts of canonical base64url')
      }
      if (first !== headerFoundRight) {
        checkHeader(jsonOf('header', first), settings.algorithms)
        headerFoundRight = first
      }
      jsonOf('payload', second)
    },
    claimsOf: (payload) => claimsIn(payload, settings.lifetimeMaxSeconds),
  }
}

/** By plain code, as all that an isolate needs for its first check: a library of schemas takes longer to start than to read. */
function checkHeader(header: unknown, algorithms: readonly string[]): void {
  if (!isObject(header)) throw new TokenRefused('header is no object')
  const { alg, typ, kid } = header
  if (!algorithms.some((known) => known === alg)) throw new TokenRefused('header.alg is not configured')
  // RFC 7515, 4.1.9: a media type, in any case, which may leave out `application/`.
  if (typ !== undefined && !(typeof typ === 'string' && /^(application\/)?(at\+)?jwt$/i.test(typ))) {
    throw new TokenRefused('header.typ is of another kind')
  }
  if (kid !== undefined && typeof kid !== 'string') throw new TokenRefused('header.kid is not a text')
  // Each would change how the rest is to be read. Keys and addresses of keys (`jwk`, `jku`, `x5u`) are ignored.
  for (const name of ['crit', 'b64', 'zip', 'cty']) {
    if (header[name] !== undefined) throw new TokenRefused(`header.${name} is not understood`)
  }
}

function claimsIn(payload: JWTPayload, lifetimeMaxSeconds: number): Claims {
  const { iss, aud, sub, exp, iat, nbf, scope = '' } = payload
  const refuse = (claim: string, reason: string): never => {
    throw new TokenRefused(`payload.${claim} ${reason}`)
  }
  if (typeof iss !== 'string') refuse('iss', 'is not a text')
  // A list will do if we are on it: issuers add an audience of their own (Auth0: its /userinfo) to every token.
  if (![aud].flat().every((one) => typeof one === 'string')) refuse('aud', 'is not a list of texts')
  if (!isUserId(sub)) return refuse('sub', 'is not the id of a user')
  if (!isSeconds(exp)) return refuse('exp', 'is not a number')
  if (!isSeconds(iat)) return refuse('iat', 'is not a number')
  if (nbf !== undefined && !isSeconds(nbf)) refuse('nbf', 'is not a number')
  if (exp <= iat) refuse('exp', 'is not after iat')
  if (exp - iat > lifetimeMaxSeconds) refuse('exp', 'is too far from iat')
  if (typeof scope !== 'string' || scope.length > SCOPE_LENGTH_MAX || !SCOPE_LIST.test(scope)) {
    return refuse('scope', 'is not a list separated by spaces')
  }
  // Scopes of other services say nothing here: a user's own token with `openid profile` is one without scopes.
  return { sub, exp, scope: new Set(scope.split(' ').filter(isOurs)) }
}

/** A NumericDate (RFC 7519, 2): seconds, which may have a fraction. */
function isSeconds(value: unknown): value is number {
  return Number.isFinite(value)
}

function isOurs(scope: string): boolean {
  return SCOPES.some((ours) => ours === scope)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function jsonOf(part: string, encoded: string | undefined): unknown {
  let json: string
  let value: unknown
  try {
    json = utf8.decode(base64url.decode(encoded ?? ''))
    value = JSON.parse(json)
    // Most issuers write it so, and then nothing is written twice.
    if (JSON.stringify(value) === json) return value
  } catch {
    throw new TokenRefused(`${part} not JSON in UTF-8`)
  }
  // Parsers disagree on which of two equal names counts (RFC 7519, 4), so somebody may have read the other one.
  if (membersWritten(json) !== membersKept(value)) throw new TokenRefused(`${part} names a member twice`)
  return value
}

function membersWritten(json: string): number {
  const texts = json.matchAll(/"(?:[^"\\]|\\.)*"\s*(:?)/g)
  return [...texts].filter(([, colon]) => colon === ':').length
}

function membersKept(value: unknown): number {
  let count = 0
  // The list grows while it is walked: recursion would let a caller choose how deep the stack gets.
  const values = [value]
  for (const outer of values) {
    if (typeof outer !== 'object' || outer === null) continue
    const inner = Object.values(outer)
    if (!Array.isArray(outer)) count += inner.length
    values.push(...inner)
  }
  return count
}
