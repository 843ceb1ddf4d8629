import { keyAlgorithm, type KeyPurpose } from '../contract/key-algorithm.ts'
import { isObject } from './is-object.ts'
import { jsonOf } from './json-of.ts'
import { checkPublicKey } from './public-key.ts'
import { type Rule, Unfit } from './variable.ts'

/** Public keys of the issuer. */
export interface Jwks {
  readonly keys: readonly KeyPurpose[]
}

/** `JWT_JWKS`: the public keys of the issuer as a JWKS in JSON. */
export const inlineJwks: Rule<Jwks> = (text) => {
  const jwks = jsonOf(text)
  const keys: unknown = isObject(jwks) ? jwks['keys'] : undefined
  if (!Array.isArray(keys) || keys.length === 0) throw new Unfit('is not a list with a key', ['keys'])
  for (const [place, key] of keys.entries()) checkPublicKey(key, ['keys', place])
  return { keys: keys as readonly KeyPurpose[] }
}

/** Why no token could be verified with these keys, `null` if one could. */
export function whyUnusable({ keys }: Jwks, algorithms: readonly string[]): string | null {
  const reasons = keys.flatMap((key, place) => {
    try {
      keyAlgorithm(key, algorithms)
      return []
    } catch (error) {
      return [`key ${place}: ${error instanceof Error ? error.message : 'Unknown'}`]
    }
  })
  return reasons.length < keys.length ? null : `has no key for the algorithms (${reasons.join(', ')})`
}
