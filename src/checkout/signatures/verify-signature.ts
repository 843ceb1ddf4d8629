import type { Instant } from '../../domain/values/instant.ts'
import { concatBytes } from '../../platform/concat-bytes.ts'
import type { SignatureScheme } from './signature-scheme.ts'

/** `stale`: signed more than the tolerance before or after now, by its own timestamp: the clock of one end may be wrong. */
export type SignatureRefusal = 'missing' | 'malformed' | 'stale' | 'mismatch'

/** Whether a body is the one that was signed. */
type BodyCheck = (body: Uint8Array) => Promise<boolean>

/** How far the moment of signing may be from ours, before or after. */
const TOLERANCE_MS = 300_000

/** More than any provider sends. */
const SIGNATURES_MAX = 5

const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/**
 * Says whether a delivery comes from who knows one of the secrets: any secret with any signature will do, as both
 * ends have two while a secret is changed. What the headers alone rule out is refused before a byte of the body is
 * read; else the answer is how to check that.
 */
export async function verifyHeaders(
  scheme: SignatureScheme,
  delivery: { readonly headers: Headers; readonly secrets: readonly string[]; readonly now: Instant },
): Promise<SignatureRefusal | BodyCheck> {
  const { headers, secrets, now } = delivery
  const presented = scheme.read(headers)
  if (presented === 'missing' && scheme.secretHeader !== undefined) {
    return verifySecret(headers.get(scheme.secretHeader) ?? '', secrets)
  }
  if (typeof presented === 'string') return presented

  const { timestamp, prefix } = presented
  const signatures = presented.signatures.map(scheme.decode).filter((signature) => signature !== null)
  if (signatures.length === 0 || signatures.length > SIGNATURES_MAX) return 'malformed'
  if (timestamp !== null && Math.abs(now - timestamp * 1000) > TOLERANCE_MS) return 'stale'
  const keys = secrets.flatMap(scheme.keysOf)
  return (body) => anyMatches(keys, signatures, concatBytes([new TextEncoder().encode(prefix), body]))
}

/** A pass over the body for each key, however many signatures are presented. */
async function anyMatches(
  keys: readonly Uint8Array[],
  signatures: readonly Uint8Array[],
  signed: Uint8Array,
): Promise<boolean> {
  for (const bytes of keys) {
    const key = await crypto.subtle.importKey('raw', bytes, HMAC, false, ['sign'])
    const right = new Uint8Array(await crypto.subtle.sign(HMAC.name, key, signed))
    if (signatures.some((signature) => areSameBytes(signature, right))) return true
  }
  return false
}

/** In a time that tells nothing of where they differ. */
function areSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length
  for (const [index, byte] of right.entries()) difference |= byte ^ (left[index] ?? 0)
  return difference === 0
}

/** Nothing is signed where the secret itself is shown: with it, any body is right. */
async function verifySecret(
  shown: string,
  secrets: readonly string[],
): Promise<SignatureRefusal | BodyCheck> {
  if (shown === '') return 'missing'
  for (const secret of secrets) {
    if (await isSame(withoutScheme(shown), withoutScheme(secret))) return () => Promise.resolve(true)
  }
  return 'mismatch'
}

/** RFC 9110, 11.1: the name of the scheme is in any case. Some write it into the dashboard, some only the token. */
function withoutScheme(value: string): string {
  return value.replace(/^Bearer +/i, '')
}

/** In a time that tells nothing of either: what is compared are signatures by a key that nobody knows. */
async function isSame(left: string, right: string): Promise<boolean> {
  const encoder = new TextEncoder()
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  const key = await crypto.subtle.importKey('raw', bytes, HMAC, false, ['sign', 'verify'])
  const signature = await crypto.subtle.sign(HMAC.name, key, encoder.encode(left))
  return crypto.subtle.verify(HMAC.name, key, signature, encoder.encode(right))
}
