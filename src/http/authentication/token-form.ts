import { base64url } from 'jose'

const TOKEN_LENGTH_MAX = 8192

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

/** A token that is written as it must be. Nothing is said of its signature. */
export interface TokenForm {
  readonly text: string
  /** As it is written: an issuer writes one header for all tokens of a key. */
  readonly header: string
  /** No more than a claim until the signature is found right. */
  readonly payload: object
}

/** Throws `TokenRefused` unless a token is written as it must be; its header is read by `jsonOf` where it is a new one. */
export function tokenForm(text: string): TokenForm {
  if (text.length > TOKEN_LENGTH_MAX) throw new TokenRefused('longer than 8 KiB')
  const parts = text.split('.')
  const [header, payload] = parts
  if (
    header === undefined ||
    parts.length !== 3 ||
    parts.some((part) => part === '' || !CANONICAL.test(part))
  ) {
    throw new TokenRefused('not three parts of canonical base64url')
  }
  const claims = jsonOf('payload', payload)
  if (typeof claims !== 'object' || claims === null) throw new TokenRefused('payload is no object')
  return { text, header, payload: claims }
}

/** What a part of a token says. Throws `TokenRefused` unless it is JSON that names no member twice. */
export function jsonOf(part: 'header' | 'payload', encoded: string | undefined): unknown {
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
