import * as crypto from 'node:crypto'

const ISSUER = 'https://issuer.bench'
const AUDIENCE = 'entitlement-ledger'
const LIFETIME_SECONDS = 7200
const SCOPES = 'access:check entitlements:write usage:write catalog:write inbox:manage'

const { privateKey, publicKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
const named = { kid: 'bench', alg: 'ES256', use: 'sig' }

/** What makes a Worker trust the tokens of this run. */
export const TOKEN_SETTINGS = {
  JWT_ISSUER: ISSUER,
  JWT_AUDIENCE: AUDIENCE,
  JWT_ALGORITHMS: named.alg,
  JWT_JWKS: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), ...named }] }),
}

const ofPassports = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

/** What signs the passports of this run. */
export const PASSPORT_KEY = { kid: 'bench', ...ofPassports.export({ format: 'jwk' }) }

/** As many tokens, no two alike, issued at a moment. */
export function signTokens(count, scope = SCOPES, at = Date.now()) {
  const iat = Math.floor(at / 1000)
  return Array.from({ length: count }, (_, index) => {
    const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'bench', scope, iat, exp: iat + LIFETIME_SECONDS }
    return signed({ ...claims, jti: String(index).padStart(8, '0') })
  })
}

function signed(claims) {
  const text = [{ alg: named.alg, kid: named.kid, typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  // JWTs carry r and s side by side, not OpenSSL's DER.
  const signature = crypto.sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}
