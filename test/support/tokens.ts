import { base64url } from 'jose'

/** The moment at which every test of authentication plays. */
export const NOW = Date.parse('2027-01-15T12:00:00.000Z')
export const NOW_SECONDS = NOW / 1000

export const ISSUER = 'https://issuer.test/'
export const AUDIENCE = 'entitlement-ledger'

export interface SigningKey {
  readonly alg: string
  readonly privateKey: CryptoKey
  /** As an issuer publishes it. */
  readonly jwk: Readonly<Record<string, unknown>>
}

const RSA = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }
const RSASSA = 'RSASSA-PKCS1-v1_5'

export const ecKey = await newKey('ec', 'ES256', { name: 'ECDSA', namedCurve: 'P-256' })
export const anotherEcKey = await newKey('another-ec', 'ES256', { name: 'ECDSA', namedCurve: 'P-256' })
export const wideEcKey = await newKey('wide-ec', 'ES384', { name: 'ECDSA', namedCurve: 'P-384' })
export const edKey = await newKey('ed', 'EdDSA', { name: 'Ed25519' })
export const rsaKey = await newKey('rsa', 'RS256', { name: RSASSA, ...RSA })
export const weakRsaKey = await newKey('weak-rsa', 'RS256', { name: RSASSA, ...RSA, modulusLength: 1024 })
export const pssKey = await newKey('pss', 'PS256', { name: 'RSA-PSS', ...RSA })

/** The claims of a token that is accepted. */
export function claims(changes: object = {}): object {
  return { iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: NOW_SECONDS, exp: NOW_SECONDS + 3600, ...changes }
}

/** A token of the issuer. `undefined` takes a member of the header or a claim away. */
export function token({
  key = ecKey,
  header = {},
  payload = claims(),
}: { key?: SigningKey; header?: object; payload?: object } = {}): Promise<string> {
  const fullHeader = { alg: key.alg, kid: key.jwk['kid'], ...header }
  return signed(JSON.stringify(fullHeader), JSON.stringify(payload), key)
}

/** A token of exactly these texts, rightly signed. */
export async function signed(header: string, payload: string, key: SigningKey = ecKey): Promise<string> {
  return signedParts(base64url.encode(header), base64url.encode(payload), key)
}

/** A token whose first two parts are exactly these, rightly signed. */
export async function signedParts(first: string, second: string, key: SigningKey = ecKey): Promise<string> {
  const input = `${first}.${second}`
  const signature = await crypto.subtle.sign(
    signing(key.alg),
    key.privateKey,
    new TextEncoder().encode(input),
  )
  return `${input}.${base64url.encode(new Uint8Array(signature))}`
}

/** A token signed with a secret, which some verifiers would take from a public key. */
export async function signedWithSecret(header: object, payload: object, secret: Uint8Array): Promise<string> {
  const input = [header, payload].map((part) => base64url.encode(JSON.stringify(part))).join('.')
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', secret, hmac, false, ['sign'])
  const signature = await crypto.subtle.sign(hmac, key, new TextEncoder().encode(input))
  return `${input}.${base64url.encode(new Uint8Array(signature))}`
}

export function jwksOf(...keys: readonly Pick<SigningKey, 'jwk'>[]): { keys: object[] } {
  return { keys: keys.map(({ jwk }) => jwk) }
}

async function newKey(
  kid: string,
  alg: string,
  algorithm: SubtleCryptoGenerateKeyAlgorithm,
): Promise<SigningKey> {
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error(`${alg} has no private half`)
  const exported = await crypto.subtle.exportKey('jwk', pair.publicKey)
  if (exported instanceof ArrayBuffer) throw new Error(`${alg} was not exported as a JWK`)
  const { key_ops: _operations, ext: _extractable, ...members } = exported
  const jwk: SigningKey['jwk'] = JSON.parse(JSON.stringify({ ...members, kid, alg, use: 'sig' }))
  return { alg, privateKey: pair.privateKey, jwk }
}

function signing(alg: string): SubtleCryptoSignAlgorithm {
  if (alg.startsWith('ES')) return { name: 'ECDSA', hash: `SHA-${alg.slice(2)}` }
  if (alg.startsWith('PS')) return { name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 }
  return { name: alg.startsWith('RS') ? RSASSA : 'Ed25519' }
}
