import * as z from 'zod'
import { keyAlgorithm } from '../contract/key-algorithm.ts'

/** RFC 7518, 6.2.1.2 and RFC 8037, 2: a coordinate has the length of its curve, in base64url. */
const COORDINATE_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['P-256', 43],
  ['P-384', 64],
  ['P-521', 88],
  ['Ed25519', 43],
])

/** The schema of `JWT_JWKS`: the public keys of the issuer as a JWKS in JSON. */
export function inlineJwks() {
  const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/, 'is not base64url')

  const members = {
    alg: z.string().exactOptional(),
    use: z.string().exactOptional(),
    // RFC 7518, 6: `d` is the private half of each of these kinds.
    d: z.never('is the private half of the key: configure the public members alone').optional(),
  }

  /** RFC 7518, 6: what each kind of key needs. An RSA modulus of 2,048 bits has 342 characters. */
  const publicKey = z
    .discriminatedUnion('kty', [
      z.looseObject({ kty: z.literal('EC'), crv: z.string(), x: base64url, y: base64url, ...members }),
      z.looseObject({ kty: z.literal('OKP'), crv: z.string(), x: base64url, ...members }),
      z.looseObject({
        kty: z.literal('RSA'),
        n: base64url.min(342, 'is weaker than 2,048 bits'),
        e: base64url,
        ...members,
      }),
    ])
    .superRefine((key, context) => {
      if (key.kty === 'RSA') return
      const length = COORDINATE_LENGTHS.get(key.crv)
      const coordinates = key.kty === 'EC' ? { x: key.x, y: key.y } : { x: key.x }
      for (const [name, { length: found }] of Object.entries(coordinates)) {
        if (length !== undefined && found !== length) {
          context.addIssue({ code: 'custom', path: [name], message: `is no coordinate on ${key.crv}` })
        }
      }
    })

  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue('is not JSON')
        return z.NEVER
      }
    })
    .pipe(z.looseObject({ keys: z.array(publicKey).min(1) }))
}

/** Why no token could be verified with these keys, `null` if one could. */
export function whyUnusable(
  { keys }: z.output<ReturnType<typeof inlineJwks>>,
  algorithms: readonly string[],
): string | null {
  const reasons = keys.flatMap((key, place) => {
    try {
      keyAlgorithm(key, algorithms)
      return []
    } catch (error) {
      return [`key ${place}: ${error instanceof Error ? error.message : 'Unknown'}`]
    }
  })
  return reasons.length < keys.length ? null : `has no key for JWT_ALGORITHMS (${reasons.join(', ')})`
}
