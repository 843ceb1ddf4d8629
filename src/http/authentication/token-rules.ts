import { base64url, type JWTPayload } from 'jose'
import * as z from 'zod'
import { SCOPES } from '../../contract/scopes.ts'
import { userId } from '../../contract/user-id.ts'

const TOKEN_LENGTH_MAX = 8192
const SCOPE_LENGTH_MAX = 2048

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

export type Claims = z.output<ReturnType<typeof claimsSchema>>

/** What is asked of a token beyond what jose asks. */
export function tokenRules(settings: {
  readonly algorithms: readonly string[]
  readonly lifetimeMaxSeconds: number
}): TokenRules {
  const header = headerSchema(settings.algorithms)
  const claims = claimsSchema(settings.lifetimeMaxSeconds)
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
        parsed('header', header, jsonOf('header', first))
        headerFoundRight = first
      }
      jsonOf('payload', second)
    },
    claimsOf: (payload) => parsed('payload', claims, payload),
  }
}

function headerSchema(algorithms: readonly string[]) {
  return z.object({
    alg: z.enum(algorithms),
    // RFC 7515, 4.1.9: a media type, in any case, which may leave out `application/`.
    typ: z
      .string()
      .regex(/^(application\/)?(at\+)?jwt$/i, 'is of another kind')
      .optional(),
    kid: z.string().optional(),
    // Each would change how the rest is to be read. Keys and addresses of keys (`jwk`, `jku`, `x5u`) are ignored.
    crit: z.never().optional(),
    b64: z.never().optional(),
    zip: z.never().optional(),
    cty: z.never().optional(),
  })
}

function claimsSchema(lifetimeMaxSeconds: number) {
  return z
    .object({
      iss: z.string(),
      // A list will do if we are on it: issuers add an audience of their own (Auth0: its /userinfo) to every token.
      aud: z.union([z.string(), z.array(z.string())]),
      sub: userId,
      exp: z.int(),
      iat: z.int(),
      nbf: z.int().optional(),
      // RFC 6749, 3.3; or empty, as Keycloak writes a token without scopes. Scopes of other services say nothing
      // here: a user's own token with `openid profile` is one without scopes.
      scope: z
        .string()
        .max(SCOPE_LENGTH_MAX)
        .regex(/^([!#-[\]-~]+( [!#-[\]-~]+)*)?$/, 'is not a list separated by spaces')
        .transform((list) => new Set(list.split(' ').filter((scope) => isOurs(scope))))
        .default(new Set<string>()),
    })
    .refine(({ exp, iat }) => exp > iat, { path: ['exp'], message: 'is not after iat' })
    .refine(({ exp, iat }) => exp - iat <= lifetimeMaxSeconds, {
      path: ['exp'],
      message: 'is too far from iat',
    })
}

function isOurs(scope: string): boolean {
  return SCOPES.some((ours) => ours === scope)
}

function parsed<Schema extends z.ZodType>(part: string, schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const reasons = result.error.issues.map(({ path, message }) => `${[part, ...path].join('.')} ${message}`)
  throw new TokenRefused(reasons.join('; '))
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
