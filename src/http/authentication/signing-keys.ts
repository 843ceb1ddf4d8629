import { createLocalJWKSet, importJWK, type JWK, type JWTHeaderParameters } from 'jose'
import { keyAlgorithm, type KeyPurpose } from '../../contract/key-algorithm.ts'
import { errorText, log } from '../../platform/log.ts'

/** Finds the one key that a token's header names. Throws a `JOSEError` when there is none, or more than one. */
export type FindKey = (header: JWTHeaderParameters) => Promise<CryptoKey>

const RSA_BITS_MIN = 2048

/** 65537, the only exponent in use: with 1, anybody can sign. */
const RSA_EXPONENT = 'AQAB'

const KEYS_MAX = 100

/**
 * The keys of a JWKS that may verify tokens, each with exactly one of the configured algorithms; `null` when
 * there is no such key. What is no such key is left out and logged: one wrong key must not lock out the others.
 */
export async function signingKeys(document: unknown, algorithms: readonly string[]): Promise<FindKey | null> {
  const listed: unknown = isObject(document) ? document['keys'] : undefined
  if (!Array.isArray(listed) || listed.length > KEYS_MAX) return null
  const keys: JWK[] = []
  for (const key of listed) {
    try {
      keys.push(await signingKey(key, algorithms))
    } catch (error) {
      log('warn', 'key_left_out', { reason: error instanceof NoKey ? error.message : errorText(error) })
    }
  }
  return keys.length === 0 ? null : createLocalJWKSet({ keys })
}

async function signingKey(candidate: unknown, algorithms: readonly string[]): Promise<JWK> {
  if (!isAsymmetric(candidate)) throw new NoKey('Not an asymmetric key')
  const jwk = candidate
  const alg = keyAlgorithm(jwk, algorithms)
  const key = await importJWK({ ...jwk, alg }, alg)
  if (!(key instanceof CryptoKey) || key.type !== 'public') throw new Error('Not a public key')
  if (!key.usages.includes('verify')) throw new Error('Not for verifying')
  if (jwk.kty === 'RSA' && !isStrong(key, jwk['e']))
    throw new Error('Weaker than RSA with 2048 bits and 65537')
  return { ...jwk, alg }
}

function isStrong({ algorithm }: CryptoKey, exponent: unknown): boolean {
  return 'modulusLength' in algorithm && algorithm.modulusLength >= RSA_BITS_MIN && exponent === RSA_EXPONENT
}

/** What cannot be a key that verifies, whatever is in it. */
class NoKey extends Error {}

function isAsymmetric(value: unknown): value is JWK & KeyPurpose {
  if (!isObject(value)) return false
  const { kty, crv, alg, use } = value
  return (
    ['EC', 'OKP', 'RSA'].some((kind) => kind === kty) &&
    [crv, alg, use].every((member) => member === undefined || typeof member === 'string')
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
