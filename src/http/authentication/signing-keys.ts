import { createLocalJWKSet, importJWK, type JWK, type JWTHeaderParameters } from 'jose'
import * as z from 'zod'
import { keyAlgorithm } from '../../contract/key-algorithm.ts'
import { errorText, log } from '../../platform/log.ts'

/** Finds the one key that a token's header names. Throws a `JOSEError` when there is none, or more than one. */
export type FindKey = (header: JWTHeaderParameters) => Promise<CryptoKey>

const RSA_BITS_MIN = 2048

/** 65537, the only exponent in use: with 1, anybody can sign. */
const RSA_EXPONENT = 'AQAB'

const jwksSchema = z.object({ keys: z.array(z.unknown()).max(100) })

const jwkSchema = z.looseObject({
  kty: z.enum(['EC', 'OKP', 'RSA']),
  crv: z.string().exactOptional(),
  alg: z.string().exactOptional(),
  use: z.string().exactOptional(),
})

/**
 * The keys of a JWKS that may verify tokens, each with exactly one of the configured algorithms; `null` when
 * there is no such key. What is no such key is left out and logged: one wrong key must not lock out the others.
 */
export async function signingKeys(document: unknown, algorithms: readonly string[]): Promise<FindKey | null> {
  const jwks = jwksSchema.safeParse(document)
  if (!jwks.success) return null
  const keys: JWK[] = []
  for (const key of jwks.data.keys) {
    try {
      keys.push(await signingKey(key, algorithms))
    } catch (error) {
      log('warn', 'key_left_out', {
        reason: error instanceof z.ZodError ? 'Not an asymmetric key' : errorText(error),
      })
    }
  }
  return keys.length === 0 ? null : createLocalJWKSet({ keys })
}

async function signingKey(candidate: unknown, algorithms: readonly string[]): Promise<JWK> {
  const jwk = jwkSchema.parse(candidate)
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
