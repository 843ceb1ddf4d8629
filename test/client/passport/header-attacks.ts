import type { PassportReason } from '../../../src/client/passport/passport-refusal.ts'
import { KEY } from './a-passport.ts'

/**
 * What a header may not say, whoever has signed it: in words, as what it says besides or instead (`undefined` where it does not say it), and
 * why it is not taken. RFC 8725, 2 and 3: each of these was taken by some verifier once.
 */
export const HEADER_ATTACKS: readonly (readonly [string, object, PassportReason])[] = [
  ['nothing of its kind', { typ: undefined }, 'wrong_type'],
  ['that it is an access token', { typ: 'at+jwt' }, 'wrong_type'],
  ['that it is a JWT', { typ: 'JWT' }, 'wrong_type'],
  ['that it is good for longer', { typ: 'entitlements-offline+jwt' }, 'wrong_type'],
  ['its kind otherwise', { typ: 'application/entitlements+jwt' }, 'wrong_type'],
  ['no algorithm', { alg: undefined }, 'wrong_algorithm'],
  ['none', { alg: 'none' }, 'wrong_algorithm'],
  ['None', { alg: 'None' }, 'wrong_algorithm'],
  ['HS256', { alg: 'HS256' }, 'wrong_algorithm'],
  ['RS256', { alg: 'RS256' }, 'wrong_algorithm'],
  ['ES384', { alg: 'ES384' }, 'wrong_algorithm'],
  ['ES256K', { alg: 'ES256K' }, 'wrong_algorithm'],
  ['es256', { alg: 'es256' }, 'wrong_algorithm'],
  ['two algorithms', { alg: ['ES256'] }, 'wrong_algorithm'],
  ['no key', { kid: undefined }, 'malformed'],
  ['a number as a key', { kid: 7 }, 'malformed'],
  ['a list of keys', { kid: ['2030-a'] }, 'malformed'],
  ['a key itself', { jwk: KEY.jwk }, 'malformed'],
  ['where keys are', { jku: 'https://evil.test/jwks.json' }, 'malformed'],
  ['where certificates are', { x5u: 'https://evil.test/x.pem' }, 'malformed'],
  ['certificates', { x5c: ['MIIB'] }, 'malformed'],
  ['the hash of one', { x5t: 'AAAA' }, 'malformed'],
  ['what is critical', { crit: ['exp'], exp: 1 }, 'malformed'],
  ['an empty list of it', { crit: [] }, 'malformed'],
  ['that it is not encoded', { b64: false, crit: ['b64'] }, 'malformed'],
  ['that it is encoded, which goes without saying', { b64: true }, 'malformed'],
  ['that it is packed', { zip: 'DEF' }, 'malformed'],
  ['that there is another one in it', { cty: 'JWT' }, 'malformed'],
  ['how it is encrypted', { enc: 'A128GCM' }, 'malformed'],
  ['claims', { iss: 'https://ledger.test' }, 'malformed'],
]
