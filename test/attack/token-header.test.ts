import { base64url } from 'jose'
import { describe, it } from 'vitest'
import {
  anotherEcKey,
  ecKey,
  edKey,
  pssKey,
  rsaKey,
  signed,
  signedWithSecret,
  token,
  wideEcKey,
} from '../support/tokens.ts'
import { expectNothingDone, expectWorkDone, mighty } from './an-attacked-worker.ts'
import { secretsOfAPublicKey } from '../support/secrets-of-a-public-key.ts'

const PAYLOAD = JSON.stringify(mighty)

const withHeader = (header: object, key = ecKey) => token({ key, header, payload: mighty })
const unsigned = (header: object) =>
  `${base64url.encode(JSON.stringify(header))}.${base64url.encode(PAYLOAD)}.`

const secrets = (
  await Promise.all(
    [ecKey, rsaKey].map(async (key) =>
      Object.entries(await secretsOfAPublicKey(key)).map(
        ([name, secret]) => [`${key.alg}: ${name}`, key, secret] as const,
      ),
    ),
  )
).flat()

it('A token by either key of the issuer does what it may', async () => {
  await expectWorkDone(await withHeader({}))
  await expectWorkDone(await withHeader({}, rsaKey))
})

describe('A token whose algorithm', () => {
  it.each(['none', 'None', 'nOnE', 'NONE', ''])('is %j is refused, signed or not', async (alg) => {
    await expectNothingDone(unsigned({ alg, kid: 'ec' }))
    await expectNothingDone(unsigned({ alg }))
    await expectNothingDone(await withHeader({ alg }))
  })

  it.each([
    'HS256',
    'HS512',
    'ES384',
    'ES256K',
    'EdDSA',
    'PS256',
    'RSA-OAEP',
    'dir',
    'es256',
    ' ES256',
    '__proto__',
  ])('is called %j, which is not configured, is refused', async (alg) => {
    await expectNothingDone(await withHeader({ alg }))
  })

  it.each([undefined, null, 256, true, ['ES256'], { alg: 'ES256' }])(
    'is %j, and no text, is refused',
    async (alg) => {
      await expectNothingDone(await withHeader({ alg }))
    },
  )

  it.each([
    ['none first', '{"alg":"none","alg":"ES256","kid":"ec"}'],
    ['none last', '{"alg":"ES256","kid":"ec","alg":"none"}'],
    ['once with an escape', '{"alg":"ES256","kid":"ec","\\u0061lg":"none"}'],
  ])('is named twice is refused: %s', async (_, header) => {
    await expectNothingDone(await signed(header, PAYLOAD))
  })

  it.each(secrets)('is HMAC with what anybody knows is refused: %s', async (_, key, secret) => {
    for (const alg of ['HS256', key.alg]) {
      await expectNothingDone(await signedWithSecret({ alg, kid: key.jwk['kid'] }, mighty, secret))
    }
  })

  it.each([
    ['ES256', 'RS256', ecKey, 'rsa'],
    ['ES256', 'RS256', ecKey, 'ec'],
    ['RS256', 'ES256', rsaKey, 'ec'],
    ['RS256', 'ES256', rsaKey, 'rsa'],
    ['PS256', 'RS256', pssKey, 'rsa'],
    ['ES384', 'ES256', wideEcKey, 'ec'],
    ['EdDSA', 'ES256', edKey, 'ec'],
  ] as const)('is %s but is called %s is refused', async (_own, alg, key, kid) => {
    await expectNothingDone(await withHeader({ alg, kid }, key))
  })
})

describe('A token that brings or chooses its key', () => {
  const elsewhere = 'https://attacker.test/jwks.json'

  it.each([
    ['jwk', anotherEcKey.jwk],
    ['jku', elsewhere],
    ['x5u', elsewhere],
    ['x5c', ['MIIB']],
    ['x5t#S256', 'abc'],
  ])('in %s is refused, and nothing is fetched', async (name, value) => {
    for (const kid of ['ec', undefined, elsewhere]) {
      await expectNothingDone(await withHeader({ [name]: value, kid }, anotherEcKey))
    }
  })

  it.each([
    'unknown',
    '',
    'EC',
    'ec ',
    '../../../dev/null',
    "ec' OR '1'='1",
    '| cat /etc/passwd',
    '__proto__',
    'constructor',
    'toString',
    '0',
    'ec\0',
    'ec\n',
    'k'.repeat(10_000),
    null,
    0,
    ['ec'],
    { kid: 'ec' },
  ])('by the kid %j is refused', async (kid) => {
    await expectNothingDone(await withHeader({ kid }))
  })
})

describe('A token that asks to be read in another way', () => {
  it.each([
    ['crit', ['exp']],
    ['crit', []],
    ['crit', ['b64']],
    ['crit', ['http://openid.net/specs/unknown']],
    ['crit', null],
    ['b64', false],
    ['zip', 'DEF'],
    ['cty', 'JWT'],
    ['typ', ''],
    ['typ', 'id+jwt'],
    ['typ', 'rt+jwt'],
    ['typ', 'logout+jwt'],
    ['typ', 'secevent+jwt'],
    ['typ', 'dpop+jwt'],
    ['typ', 'JWS'],
    ['typ', ['JWT']],
  ])('by %s %j is refused', async (name, value) => {
    await expectNothingDone(await withHeader({ [name]: value }))
  })
})
