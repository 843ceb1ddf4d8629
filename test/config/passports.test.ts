import { describe, expect, it } from 'vitest'
import { ConfigError, configOf, issuersOf, passportsOf } from '../../src/config.ts'
import { publicJwks } from '../../src/passports/public-jwks.ts'
import { OTHER_VARIABLES } from './other-variables.ts'

// The key of RFC 7515, A.3, with its private half.
const X = 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU'
const Y = 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'
const D = 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI'
const KEY = { kty: 'EC', crv: 'P-256', x: X, y: Y, d: D }
const SIGNING = { ...KEY, kid: '2026-11-a', role: 'signing' }
const RETIRED = { kty: 'EC', crv: 'P-256', x: X, y: Y, kid: '2026-05-a', role: 'retired' }
const ANNOUNCED = { ...KEY, kid: '2027-05-a', role: 'announced' }
const keysOf = (...keys: readonly object[]) => JSON.stringify({ keys })

const COMPLETE = {
  JWT_ISSUER: 'https://issuer.test',
  JWT_AUDIENCE: 'entitlement-ledger',
  JWT_ALGORITHMS: 'ES256',
  JWT_JWKS: keysOf({ kty: 'EC', crv: 'P-256', x: X, y: Y }),
  ...OTHER_VARIABLES,
  PASSPORT_ISSUER: 'https://ledger.test',
  PASSPORT_KEYS: keysOf(SIGNING),
}

/** What passports are made by, or why none can be. */
async function found(changes: Readonly<Record<string, string | undefined>>) {
  const settings = await passportsOf(configOf({ ...COMPLETE, ...changes }))()
  return settings instanceof ConfigError ? settings.message : settings
}

describe('the keys of passports', () => {
  it('are one that signs, and beside it one to come and one of before, of which that may be its public half alone', async () => {
    expect(await found({ PASSPORT_KEYS: keysOf(ANNOUNCED, SIGNING, RETIRED) })).toEqual({
      issuer: 'https://ledger.test',
      keys: [
        { kid: '2027-05-a', role: 'announced', x: X, y: Y, d: D },
        { kid: '2026-11-a', role: 'signing', x: X, y: Y, d: D },
        { kid: '2026-05-a', role: 'retired', x: X, y: Y, d: null },
      ],
      allowMaxAgeMs: 600_000,
      valueMaxAgeMs: 600_000,
    })
  })

  it('are none where none is set, and the issuer alone makes no passports', async () => {
    for (const keys of [undefined, '']) expect(await found({ PASSPORT_KEYS: keys })).toBeNull()
  })

  it.each([
    ['no JSON', 'so', 'PASSPORT_KEYS is not JSON'],
    ['no list', '{}', 'PASSPORT_KEYS.keys is not a list of keys'],
    ['none that signs', keysOf(RETIRED), 'PASSPORT_KEYS.keys has 0 keys of the role signing: one signs'],
    [
      'two that sign',
      keysOf(SIGNING, { ...SIGNING, kid: 'b' }),
      'PASSPORT_KEYS.keys has 2 keys of the role signing: one signs',
    ],
    [
      'two of a name',
      keysOf(SIGNING, { ...RETIRED, kid: SIGNING.kid }),
      'PASSPORT_KEYS.keys.1.kid is the name of another key',
    ],
    [
      'more than three',
      keysOf(SIGNING, RETIRED, ANNOUNCED, { ...RETIRED, kid: 'd' }),
      'PASSPORT_KEYS.keys has more than 3 keys',
    ],
    [
      'no name',
      keysOf({ ...SIGNING, kid: undefined }),
      'PASSPORT_KEYS.keys.0.kid is no name: each key needs one',
    ],
    [
      'no role',
      keysOf({ ...SIGNING, role: 'spare' }),
      'PASSPORT_KEYS.keys.0.role is none of announced, signing, retired',
    ],
    [
      'no private half',
      keysOf({ ...SIGNING, d: undefined }),
      'PASSPORT_KEYS.keys.0.d is missing: the public half signs nothing',
    ],
    [
      'half a private half',
      keysOf({ ...SIGNING, d: 'abc' }),
      'PASSPORT_KEYS.keys.0.d is no private half on P-256',
    ],
    [
      'another curve',
      keysOf({ ...SIGNING, crv: 'P-384', x: X.padEnd(64, 'A'), y: Y.padEnd(64, 'A') }),
      'PASSPORT_KEYS.keys.0.crv is not P-256',
    ],
    [
      'a key that is too short',
      keysOf({ ...SIGNING, x: 'abc' }),
      'PASSPORT_KEYS.keys.0.x is no coordinate on P-256',
    ],
    [
      'a key of RSA',
      keysOf({ ...SIGNING, kty: 'RSA', n: 'A'.repeat(342), e: 'AQAB' }),
      'PASSPORT_KEYS.keys.0.kty is not EC',
    ],
    [
      'a secret',
      keysOf({ kty: 'oct', k: D, kid: 'a', role: 'signing' }),
      'PASSPORT_KEYS.keys.0.kty is none of EC, OKP, RSA',
    ],
    ['another algorithm', keysOf({ ...SIGNING, alg: 'ES384' }), 'PASSPORT_KEYS.keys.0.alg is not ES256'],
  ])('are refused with %s, by a text that holds no part of them', async (_what, keys, reason) => {
    expect(await found({ PASSPORT_KEYS: keys })).toBe(reason)
  })

  it('need an issuer, and a yes that may be as old as a passport is at least', async () => {
    expect(await found({ PASSPORT_ISSUER: undefined })).toBe(
      'PASSPORT_ISSUER must be set beside PASSPORT_KEYS',
    )
    expect(await found({ ALLOW_MAX_AGE_SECONDS: '29', DENY_MAX_AGE_SECONDS: '5' })).toBe(
      'ALLOW_MAX_AGE_SECONDS must be 30 at least beside PASSPORT_KEYS',
    )
  })

  it('are published by their public members alone, whatever stands beside them', async () => {
    const odd = { ...SIGNING, oth: 'secret', k: 'secret', p: 'secret', alg: 'ES256', key_ops: ['sign'] }
    const settings = await found({ PASSPORT_KEYS: keysOf(ANNOUNCED, odd) })
    if (settings === null || typeof settings === 'string') throw new Error('No settings')
    const published = publicJwks(settings)
    const members = { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', x: X, y: Y }
    expect(published).toEqual({
      keys: [
        { kid: ANNOUNCED.kid, ...members },
        { kid: SIGNING.kid, ...members },
      ],
    })
    expect(JSON.stringify(published)).not.toMatch(new RegExp(`${D}|secret|role|key_ops`))
  })
})

describe('the issuer of passports', () => {
  const isOwn = 'PASSPORT_ISSUER must not be an issuer whose tokens are taken'

  it('is an origin, and no issuer whose tokens are taken', () => {
    for (const wrong of ['ledger', 'http://ledger.test', 'https://ledger.test/']) {
      expect(() => configOf({ ...COMPLETE, PASSPORT_ISSUER: wrong })).toThrow(/^PASSPORT_ISSUER/)
    }
    expect(() => configOf({ ...COMPLETE, PASSPORT_ISSUER: COMPLETE.JWT_ISSUER })).toThrow(isOwn)
  })

  it('is none of several either', async () => {
    const { JWT_ISSUER: _issuer, JWT_AUDIENCE, JWT_ALGORITHMS: _algorithms, JWT_JWKS, ...others } = COMPLETE
    const one = { audience: JWT_AUDIENCE, algorithms: ['ES256'], jwks: JWT_JWKS, users: true }
    const listed = (...issuers: readonly string[]) =>
      issuersOf(
        configOf({
          ...others,
          JWT_ISSUERS: issuers.map((issuer) => ({ issuer, ...one, usersPrefix: `${issuer}:` })),
        }),
      )
    expect(await listed('https://a.test', 'https://b.test')).toHaveLength(2)
    await expect(listed('https://a.test', 'https://ledger.test')).rejects.toThrow(isOwn)
  })
})
