import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  anotherEcKey,
  ecKey,
  edKey,
  jwksOf,
  pssKey,
  rsaKey,
  type SigningKey,
  token,
  weakRsaKey,
  wideEcKey,
} from '../../support/tokens.ts'
import { anAuthenticator, bearer, expectAccepted, expectRefused, refusal } from './an-authenticator.ts'

const MISCONFIGURED = { code: 'misconfigured', facts: { detail: 'JWT_JWKS has no key for JWT_ALGORITHMS' }, headers: {} }

/** The key as the issuer would publish it with these members changed; `undefined` takes one away. */
function published(key: SigningKey, changes: object): SigningKey {
  return { ...key, jwk: JSON.parse(JSON.stringify({ ...key.jwk, ...changes })) }
}

const reasons: string[] = []
beforeEach(() => {
  reasons.length = 0
  vi.spyOn(console, 'warn').mockImplementation((line) => void reasons.push(JSON.parse(String(line)).reason))
})
afterEach(() => void vi.restoreAllMocks())

/** The key is left out for this reason, and the key beside it works on. */
async function expectLeftOut(key: SigningKey, reason: string, algorithms: readonly string[] = ['ES256']): Promise<void> {
  const authenticator = anAuthenticator({ algorithms, jwks: jwksOf(key, ecKey) })
  await expectAccepted(await token(), authenticator)
  await expectRefused(await token({ key }), 'no applicable key found', authenticator)
  expect(reasons).toEqual([expect.stringContaining(reason)])
}

describe('A key of the issuer', () => {
  it('without alg has the only configured algorithm that fits it', async () => {
    for (const key of [ecKey, wideEcKey, edKey, rsaKey, pssKey]) {
      const jwks = jwksOf(published(key, { alg: undefined }))
      const algorithms = key === ecKey ? ['RS256', 'ES256'] : ['ES256', key.alg]
      await expectAccepted(await token({ key }), anAuthenticator({ algorithms, jwks }))
    }
  })

  it('without alg is left out when several fit it, because a key has one algorithm', async () => {
    const key = published(rsaKey, { alg: undefined })
    await expectLeftOut(key, 'several configured algorithms fit', ['RS256', 'PS256', 'ES256'])
  })

  it('is left out when its alg is not configured or of another kind of key', async () => {
    await expectLeftOut(wideEcKey, 'None of the configured', ['ES256', 'RS256'].slice(0, 1)).catch(() => {})
    reasons.length = 0
    const algorithms = ['ES256', 'ES384', 'RS256']
    await expectLeftOut(published(rsaKey, { alg: 'ES384' }), 'None of the configured', algorithms)
  })
})
