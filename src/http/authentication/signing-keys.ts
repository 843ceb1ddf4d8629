import { errors, importJWK, type JWK, type ProtectedHeaderParameters } from 'jose'
import { keyAlgorithm, type KeyPurpose } from '../../contract/key-algorithm.ts'
import { errorText, log } from '../../platform/log.ts'

/**
 * Finds the keys that a token's header may mean: the one of its name, or the only one. Where neither the token nor the keys have
 * names, as while a nameless key is changed, all of them. Throws a `JOSEError` when there is none, or it would have to be guessed.
 */
export type FindKeys = (header: ProtectedHeaderParameters) => readonly CryptoKey[]

interface SigningKey {
  readonly kid: string | undefined
  readonly alg: string
  readonly key: CryptoKey
}

/** How many keys without a name are tried. Whoever changes one has two. */
const NAMELESS_MAX = 4

const KEYS_MAX = 100

/**
 * The keys of a JWKS that may verify tokens, each with exactly one of the configured algorithms; `null` when
 * there is no such key. What is no such key is left out and logged: one wrong key must not lock out the others.
 */
export async function signingKeys(
  document: unknown,
  algorithms: readonly string[],
): Promise<FindKeys | null> {
  const listed: unknown = isObject(document) ? document['keys'] : undefined
  if (!Array.isArray(listed) || listed.length > KEYS_MAX) return null
  const keys: SigningKey[] = []
  for (const key of listed) {
    try {
      keys.push(await signingKey(key, algorithms))
    } catch (error) {
      log('warn', 'key_left_out', { reason: error instanceof NoKey ? error.message : errorText(error) })
    }
  }
  return keys.length === 0 ? null : (header) => meantBy(header, keys)
}

function meantBy({ kid, alg }: ProtectedHeaderParameters, keys: readonly SigningKey[]): readonly CryptoKey[] {
  // Also where it is configured: whoever can check a token by a secret can make one.
  if (alg?.startsWith('HS') === true)
    throw new errors.JOSENotSupported('Unsupported "alg": it has no public half')
  const fitting = keys.filter((key) => key.alg === alg && (kid === undefined || key.kid === kid))
  if (fitting.length === 0) throw new errors.JWKSNoMatchingKey()
  const isNameless = fitting.length <= NAMELESS_MAX && fitting.every((key) => key.kid === undefined)
  if (fitting.length > 1 && !isNameless) throw new errors.JWKSMultipleMatchingKeys()
  return fitting.map(({ key }) => key)
}

async function signingKey(candidate: unknown, algorithms: readonly string[]): Promise<SigningKey> {
  if (!isAsymmetric(candidate)) throw new NoKey('Not an asymmetric key')
  const jwk = candidate
  const alg = keyAlgorithm(jwk, algorithms)
  const key = await importJWK({ ...jwk, alg }, alg)
  if (!(key instanceof CryptoKey) || key.type !== 'public') throw new Error('Not a public key')
  if (!key.usages.includes('verify')) throw new Error('Not for verifying')
  if (jwk.kty === 'RSA') {
    const { rsaWeakness } = await import('./rsa-weakness.ts')
    const weakness = rsaWeakness(key, jwk)
    if (weakness !== null) throw new Error(weakness)
  }
  return { kid: jwk.kid, alg, key }
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
