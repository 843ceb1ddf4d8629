import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import { secretsOfAPublicKey } from '../../support/secrets-of-a-public-key.ts'
import {
  anotherEcKey,
  claims,
  ecKey,
  edKey,
  jwksOf,
  NOW,
  pssKey,
  rsaKey,
  type SigningKey,
  signedWithSecret,
  token,
  wideEcKey,
} from '../../support/tokens.ts'
import { anAuthenticator, anIssuer, bearer, expectAccepted, expectRefused } from './an-authenticator.ts'

const everyAlgorithm = ['ES256', 'ES384', 'EdDSA', 'RS256', 'PS256']

describe('The algorithm', () => {
  it.each([ecKey, wideEcKey, edKey, rsaKey, pssKey])('may be $alg where it is configured', async (key) => {
    await expectAccepted(await token({ key }), anAuthenticator({ algorithms: [key.alg], jwks: jwksOf(key) }))
  })

  it.each(['none', 'None', 'nOnE', 'NONE', '', 'es256', 'ES256 ', 'HS256', 'dir', 'toString', '__proto__'])(
    'is never %j, with or without a signature',
    async (alg) => {
      const forged = await token({ header: { alg } })
      await expectRefused(forged, 'header.alg')
      await expectRefused(forged.replace(/\.[^.]+$/, '.'), 'not three parts')
      await expectRefused(forged.replace(/\.[^.]+$/, '.AAAA'), 'header.alg')
    },
  )

  it.each([undefined, null, 256, ['ES256'], { alg: 'ES256' }])('is a text, not %j', async (alg) => {
    await expectRefused(await token({ header: { alg } }), 'header.alg')
  })

  it('is one that is configured, however good the signature', async () => {
    await expectRefused(
      await token({ key: rsaKey }),
      'header.alg',
      anAuthenticator({ jwks: jwksOf(ecKey, rsaKey) }),
    )
  })

  it.each([
    ['ES256', 'RS256', ecKey],
    ['RS256', 'ES256', rsaKey],
    ['RS256', 'PS256', rsaKey],
    ['PS256', 'RS256', pssKey],
    ['ES256', 'ES384', ecKey],
    ['ES256', 'EdDSA', ecKey],
  ] as const)('of a key is its own: %s is not taken for %s', async (_own, alg, key) => {
    const authenticator = anAuthenticator({ algorithms: everyAlgorithm, jwks: jwksOf(key) })
    await expectAccepted(await token({ key }), authenticator)
    await expectRefused(await token({ key, header: { alg } }), 'no applicable key found', authenticator)
  })

  it('is not HMAC with what everybody knows of the public key', async () => {
    for (const key of [ecKey, rsaKey]) {
      for (const secret of Object.values(await secretsOfAPublicKey(key))) {
        const forged = await signedWithSecret({ alg: 'HS256', kid: key.jwk['kid'] }, claims(), secret)
        const settings = { algorithms: everyAlgorithm, jwks: jwksOf(key) }
        await expectRefused(forged, 'header.alg', anAuthenticator(settings))
        // Nor would it be if somebody configured it: the key is not a secret.
        const careless = { ...settings, algorithms: [...everyAlgorithm, 'HS256'] }
        await expectRefused(forged, 'Unsupported "alg"', anAuthenticator(careless))
      }
    }
  })
})

describe('The key', () => {
  it('is that of the issuer', async () => {
    const forger: SigningKey = { ...anotherEcKey, jwk: { ...anotherEcKey.jwk, kid: 'ec' } }
    await expectRefused(await token({ key: forger }), 'signature verification failed')
  })

  it.each([
    'unknown',
    '',
    'EC',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '../../../dev/null',
    "ec' OR '1'='1",
    'https://attacker.test/jwks.json',
    'ec\0',
  ])('is not guessed when its name is %j', async (kid) => {
    await expectRefused(await token({ header: { kid } }), 'no applicable key found')
  })

  it('is not looked for by a name of 10 kB', async () => {
    await expectRefused(await token({ header: { kid: 'k'.repeat(10_000) } }), 'longer than 8 KiB')
  })

  it('never comes with the token or from where the token says', async () => {
    const issuer = anIssuer(ecKey)
    const authenticator = issuer.isolate()
    const elsewhere = 'https://attacker.test/jwks.json'
    const header = { jwk: anotherEcKey.jwk, jku: elsewhere, x5u: elsewhere, x5c: ['MIIB'], kid: 'ec' }

    // An honest token may hold them: they mean nothing.
    await expectAccepted(await token({ header }), authenticator)
    await expectRefused(
      await token({ header, key: anotherEcKey }),
      'signature verification failed',
      authenticator,
    )
    const nameless = await token({ header: { ...header, kid: undefined }, key: anotherEcKey })
    await expectRefused(nameless, 'signature verification failed', authenticator)

    await issuer.settled()
    expect(issuer.fetch.mock.calls.map(([{ url }]) => url)).toEqual([issuer.url])
  })
})

describe('The signature', () => {
  it('covers every bit of header and payload', async () => {
    const [header = '', payload = '', signature = ''] = (await token()).split('.')
    const [, other = ''] = (await token({ payload: claims({ sub: 'mallory' }) })).split('.')
    await expectRefused(`${header}.${other}.${signature}`, 'signature verification failed')
    const [renamed = ''] = (await token({ header: { typ: 'JWT' } })).split('.')
    await expectRefused(`${renamed}.${payload}.${signature}`, 'signature verification failed')
    await expectRefused(`${payload}.${header}.${signature}`, 'payload.iss')
  })

  it('is refused with any byte changed, cut off or added', async () => {
    const good = await token()
    const bytes = base64url.decode(good.slice(good.lastIndexOf('.') + 1))
    const withSignature = (changed: Uint8Array) => good.replace(/[^.]+$/, base64url.encode(changed))
    await expectAccepted(withSignature(bytes))
    for (let index = 0; index < bytes.length; index++) {
      const flipped = bytes.map((byte, at) => (at === index ? byte ^ 1 : byte))
      await expectRefused(withSignature(flipped), 'signature verification failed')
    }
    for (const length of [1, 32, 63]) {
      await expectRefused(withSignature(bytes.slice(0, length)), 'signature verification failed')
    }
    await expectRefused(withSignature(new Uint8Array([...bytes, 0])), 'signature verification failed')
  })

  it('of ECDSA is not zero, nor the order of the curve, nor written as DER', async () => {
    const good = await token()
    const withSignature = (bytes: Uint8Array) => good.replace(/[^.]+$/, base64url.encode(bytes))
    const bytes = base64url.decode(good.slice(good.lastIndexOf('.') + 1))
    const order = hex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
    const afterOrder = order.map((byte, at) => (at === 31 ? byte + 1 : byte))
    const zero = new Uint8Array(32)
    const [r, s] = [bytes.slice(0, 32), bytes.slice(32)]
    for (const [left, right] of [
      [zero, zero],
      [zero, s],
      [r, zero],
      [order, order],
      [r, order],
      [afterOrder, afterOrder],
    ] as const) {
      await expectRefused(withSignature(new Uint8Array([...left, ...right])), 'signature verification failed')
    }
    const der = new Uint8Array([0x30, 70, 2, 33, 0, ...r, 2, 33, 0, ...s])
    await expectRefused(withSignature(der), 'signature verification failed')
  })

  it('refused once is refused again, and a good one is still accepted', async () => {
    const authenticator = anAuthenticator()
    const good = await token()
    const forged = good.replace(/\.[^.]+$/, `.${'A'.repeat(86)}`)
    await expectRefused(forged, 'signature verification failed', authenticator)
    expect(authenticator.remembered(bearer(forged), NOW)).toBeNull()
    await expectAccepted(good, authenticator)
    await expectRefused(forged, 'signature verification failed', authenticator)
  })
})

function hex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
