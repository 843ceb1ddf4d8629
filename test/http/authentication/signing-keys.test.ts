import { exportJWK } from 'jose'
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

/** Of the chips of CVE-2017-15361: the public key of Wycheproof's json_web_key_test.json, tcId 7. */
const rocaKey = {
  kty: 'RSA',
  alg: 'RS256',
  use: 'sig',
  kid: 'kid-rsa-roca-sign',
  e: 'AQAB',
  n: 'AanFpofbj7KjD4Lf-N2hVMKR7yewSyXhhbirIMTGpfYEhZ_lnt5UoK98DnKIgArXGTu3MaW_HhFw16HGaTDUHqPrId7fe4r11CqRw09yBFuW79V8sYIwHdzCaWflUI6auImYbVfoN9_nD5n8N8SY9DwXw7mwZM9wREPXoDPgOoIWl6q_MPsp7n0zs3Z5ZaiQWOOzl1S9OhwAfSiiOwz6efnXEaxuTEtPd7BjSx7NaFka8Dx9U7YqXy2RFj1O9PjyaDGuRh7YXsX3iMUSP_wSyHQg_c_qHRtKUsNSGCT7OZg0hzm2KphtjnayKJvC64vAbROBR4Ubg6Bxg9IQVZ-QYyE',
}

/** The key as an issuer would publish it that changes these members; `undefined` takes one away. */
function published(key: SigningKey, changes: object): SigningKey {
  return { ...key, jwk: JSON.parse(JSON.stringify({ ...key.jwk, ...changes })) }
}

let reasons: string[]
beforeEach(() => {
  reasons = []
  vi.spyOn(console, 'info').mockImplementation(() => {})
  vi.spyOn(console, 'warn').mockImplementation((line) => void reasons.push(JSON.parse(String(line)).reason))
})
afterEach(() => void vi.restoreAllMocks())

/** The key is left out for this reason, while the key beside it works on. */
async function expectLeftOut(
  key: SigningKey,
  reason: string,
  algorithms: readonly string[] = [],
): Promise<void> {
  const authenticator = anAuthenticator({ algorithms: ['ES256', ...algorithms], jwks: jwksOf(key, ecKey) })
  await expectAccepted(await token(), authenticator)
  expect(await refusal(authenticator, bearer(await token({ key })))).toMatchObject({
    code: 'unauthenticated',
  })
  expect(reasons).toEqual([expect.stringContaining(reason)])
}

describe('The algorithm of a key', () => {
  it('is the only configured one that fits, where the issuer names none', async () => {
    for (const key of [ecKey, wideEcKey, edKey, rsaKey, pssKey]) {
      const settings = { algorithms: ['ES512', key.alg], jwks: jwksOf(published(key, { alg: undefined })) }
      await expectAccepted(await token({ key }), anAuthenticator(settings))
    }
  })

  it('is not guessed when several fit: the key is left out', async () => {
    const key = published(rsaKey, { alg: undefined })
    await expectLeftOut(key, 'several configured algorithms fit', ['RS256', 'PS256'])
  })

  it('is one that is configured, else the key is left out', async () => {
    await expectLeftOut(wideEcKey, 'None of the configured algorithms')
  })

  it.each([
    [rsaKey, 'ES384'],
    [wideEcKey, 'RS256'],
    [edKey, 'ES384'],
    [rsaKey, 'HS256'],
  ])('is one for its kind, else the key is left out', async (key, alg) => {
    const algorithms = ['ES384', 'RS256', 'EdDSA', 'HS256']
    await expectLeftOut(published(key, { alg }), 'None of the configured algorithms', algorithms)
  })
})

describe('A key is left out', () => {
  it('that is a secret, also where secrets stand among public keys', async () => {
    const secret = { ...ecKey, jwk: { kty: 'oct', k: 'c2VjcmV0', kid: 'secret', alg: 'HS256' } }
    await expectLeftOut(secret, 'Not an asymmetric key', ['HS256'])
  })

  it.each([null, 'key', [], {}, { kty: 'AKP', alg: 'ML-DSA-44' }, { kty: 7 }])(
    'that is none: %j',
    async (jwk) => {
      const authenticator = anAuthenticator({ jwks: { keys: [jwk, ecKey.jwk] } })
      await expectAccepted(await token(), authenticator)
      expect(reasons).toEqual(['Not an asymmetric key'])
    },
  )

  it('that has less than 2048 bits of RSA', async () => {
    await expectLeftOut(weakRsaKey, 'Weaker than RSA with 2048 bits', ['RS256'])
  })

  it.each(['AQ', 'Aw', 'AAAB'])('whose RSA exponent is %s, because with some anybody can sign', async (e) => {
    await expectLeftOut(published(rsaKey, { e }), '', ['RS256'])
  })

  it('that is of a generator whose keys can be factored', async () => {
    await expectLeftOut({ ...rsaKey, jwk: rocaKey }, 'CVE-2017-15361', ['RS256'])
  })

  it('that shows its private half, because everybody can sign with it', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])
    if (!('privateKey' in pair)) throw new Error('No pair of keys')
    const jwk = { ...(await exportJWK(pair.privateKey)), kid: 'shown', alg: 'ES256' }
    await expectLeftOut({ alg: 'ES256', privateKey: pair.privateKey, jwk }, 'Not a public key')
  })

  it('that is not on its curve, or not whole', async () => {
    await expectLeftOut(published(anotherEcKey, { x: ecKey.jwk['x'] }), '')
    reasons = []
    await expectLeftOut(published(anotherEcKey, { y: undefined }), '')
  })

  it('that is for encryption, or for anything but verifying', async () => {
    await expectLeftOut(published(anotherEcKey, { use: 'enc' }), 'Not for signatures')
    reasons = []
    await expectLeftOut(published(anotherEcKey, { key_ops: [] }), 'Not for verifying')
  })
})

describe('Among the keys of an issuer', () => {
  it('a name that two keys have names none, because it would have to be guessed', async () => {
    const twin = published(anotherEcKey, { kid: 'ec' })
    const authenticator = anAuthenticator({ jwks: jwksOf(ecKey, twin) })
    await expectRefused(await token(), 'multiple matching keys', authenticator)
    await expectRefused(await token({ key: twin }), 'multiple matching keys', authenticator)
  })

  it('a token that names no key has none, unless there is only one for its algorithm', async () => {
    const nameless = await token({ header: { kid: undefined } })
    await expectAccepted(
      nameless,
      anAuthenticator({ algorithms: ['ES256', 'RS256'], jwks: jwksOf(ecKey, rsaKey) }),
    )
    await expectRefused(
      nameless,
      'multiple matching keys',
      anAuthenticator({ jwks: jwksOf(ecKey, anotherEcKey) }),
    )
  })

  it('those without a name are tried one after another, up to four', async () => {
    const others = Array.from({ length: 4 }, () => anotherEcKey)
    const without = [...others, ecKey].map((key) => published(key, { kid: undefined }))
    const nameless = await token({ header: { kid: undefined } })
    await expectAccepted(nameless, anAuthenticator({ jwks: jwksOf(...without.slice(1)) }))
    await expectRefused(nameless, 'multiple matching keys', anAuthenticator({ jwks: jwksOf(...without) }))
    const named = await token()
    await expectRefused(named, 'no applicable key', anAuthenticator({ jwks: jwksOf(...without.slice(1)) }))
  })

  it('none that can be used is a mistake in the configuration, which the answer tells', async () => {
    for (const jwks of [null, {}, { keys: 7 }, { keys: [] }, jwksOf(weakRsaKey)]) {
      expect(await refusal(anAuthenticator({ jwks }), bearer(await token()))).toMatchObject({
        code: 'misconfigured',
        facts: { detail: 'JWT_JWKS has no key for JWT_ALGORITHMS' },
      })
    }
  })
})
