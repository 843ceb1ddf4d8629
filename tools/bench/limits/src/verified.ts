import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import type { Env } from './env.ts'

let keys: ReturnType<typeof createLocalJWKSet> | null = null

/** Throws unless the request bears a token of the issuer. */
export async function verified(authorization: string | undefined, env: Env): Promise<void> {
  keys ??= createLocalJWKSet(JSON.parse(env.JWT_JWKS) as JSONWebKeySet)
  await jwtVerify((authorization ?? '').slice('Bearer '.length), keys, {
    issuer: env.JWT_ISSUER,
    audience: env.JWT_AUDIENCE,
    algorithms: [env.JWT_ALGORITHMS],
  })
}
