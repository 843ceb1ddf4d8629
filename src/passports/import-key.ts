import type { KeyOfPassports } from './passport-settings.ts'

/** RFC 7518, 3.4. WebCrypto writes a signature as JWS has it: both numbers side by side. */
export const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** Imports a key to sign with, or to verify with where it has no private half. Throws where it is none on its curve, or of a pair. */
export function importKey({ x, y, d }: KeyOfPassports): Promise<CryptoKey> {
  const known = { kty: 'EC', crv: 'P-256', x, y }
  return d === null
    ? crypto.subtle.importKey('jwk', known, ES256, false, ['verify'])
    : crypto.subtle.importKey('jwk', { ...known, d }, ES256, false, ['sign'])
}
