import { base64url } from 'jose'
import { refuse } from './passport-refusal.ts'
import { type SignedClaims, claimsOf, isObject } from './signed-claims.ts'

/** A passport that is written as it must be. Nothing is said of its signature. */
export interface PassportForm {
  readonly text: string
  /** By which of the keys it says it is signed: a name to look up, and nothing else. */
  readonly kid: string
  readonly claims: SignedClaims
}

/** A ledger makes none of more than 3,500 bytes. */
const LENGTH_MAX = 4096

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads a passport: first of what kind it is, then what it says. */
export function passportForm(text: string): PassportForm {
  const parts = text.length > LENGTH_MAX ? [] : text.split('.')
  const [header = '', payload = '', signature = ''] = parts
  if (parts.length !== 3) refuse('malformed')
  const kid = kidOf(jsonOf(header))
  bytesOf(signature)
  return { text, kid, claims: claimsOf(jsonOf(payload)) }
}

/**
 * The name of the key. All else that could stand in a header tells where a key is to be found (`jku`, `jwk`, `x5u`, `x5c`) or how
 * the rest is to be read (`crit`, `b64`, `zip`, `cty`), which is for nobody to tell who sends a passport: RFC 8725, 3.
 */
function kidOf(header: unknown): string {
  if (!isObject(header)) return refuse('malformed')
  const { typ, alg, kid, ...others } = header
  if (typ !== 'entitlements+jwt') refuse('wrong_type')
  if (alg !== 'ES256') refuse('wrong_algorithm')
  if (typeof kid !== 'string' || Object.keys(others).length > 0) return refuse('malformed')
  return kid
}

/**
 * What a part says, frozen: whoever verifies the same passport gets the same. It is written as `JSON.stringify` writes it, as a ledger
 * does, and so has no member twice, of which readers would not agree which one counts (RFC 7519, 4).
 */
function jsonOf(part: string): unknown {
  const bytes = bytesOf(part)
  try {
    const json = utf8.decode(bytes)
    const value: unknown = JSON.parse(json, (_name, member: unknown) => Object.freeze(member))
    if (JSON.stringify(value) === json) return value
  } catch {
    // Said below.
  }
  return refuse('malformed')
}

/** Of base64url that has one writing only (RFC 4648, 3.5): else a passport had several, by bits that no decoder looks at. */
function bytesOf(part: string): Uint8Array {
  const bytes = decoded(part)
  return bytes !== null && base64url.encode(bytes) === part ? bytes : refuse('malformed')
}

function decoded(part: string): Uint8Array | null {
  try {
    return base64url.decode(part)
  } catch {
    return null
  }
}
