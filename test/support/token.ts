import { env } from 'cloudflare:workers'
import { SignJWT, importJWK } from 'jose'
import { SCOPES } from '../../src/contract/scopes.ts'

/** A token that the Worker under test accepts; with every scope, unless told otherwise. */
export async function aToken({
  sub = 'tester',
  scope = SCOPES.join(' '),
  iss = 'https://issuer.test',
  claims: others = {},
}: { sub?: string; scope?: string; iss?: string; claims?: Readonly<Record<string, unknown>> } = {}) {
  const jwk = JSON.parse(env.TEST_SIGNING_KEY) as { kid: string; alg: string }
  const claims = scope === '' ? others : { ...others, scope }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: jwk.alg, kid: jwk.kid, typ: 'JWT' })
    .setIssuer(iss)
    .setAudience('entitlement-ledger')
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(await importJWK(jwk))
}
