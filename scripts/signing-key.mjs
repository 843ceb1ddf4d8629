import * as crypto from 'node:crypto'

/** A new key for ES256, with its private half. */
export function newSigningKey() {
  const { privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty, crv, x, y, d } = privateKey.export({ format: 'jwk' })
  // RFC 7638: a key is named by the hash of its public members, in alphabetical order.
  const thumbprint = crypto
    .createHash('sha256')
    .update(JSON.stringify({ crv, kty, x, y }))
    .digest('base64url')
  return { kid: thumbprint, alg: 'ES256', use: 'sig', kty, crv, x, y, d }
}

/** What everybody may know of a key. */
export function publicHalf({ d: _private, ...known }) {
  return known
}

/** A JWT with these claims, from now on for so many seconds. */
export function signedBy(key, { iss, aud, sub, scope, ttlSeconds }) {
  const iat = Math.floor(Date.now() / 1000)
  const header = { alg: key.alg, kid: key.kid, typ: 'JWT' }
  const claims = { iss, aud, sub, scope, iat, exp: iat + ttlSeconds }
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature = crypto.sign('sha256', Buffer.from(signed), {
    key: crypto.createPrivateKey({ key, format: 'jwk' }),
    dsaEncoding: 'ieee-p1363', // JWTs carry r and s side by side, not OpenSSL's DER
  })
  return `${signed}.${signature.toString('base64url')}`
}
