import { describe, expect, it } from 'vitest'
import { ConfigError, configOf } from '../../src/config.ts'
import { OTHER_VARIABLES } from './other-variables.ts'

// The public half of the key of RFC 7515, A.3.
const KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  kid: 'one',
}
const jwksOf = (...keys: readonly object[]) => JSON.stringify({ keys })
const JWKS = jwksOf(KEY)

const complete: Readonly<Record<string, string | undefined>> = {
  JWT_ISSUER: 'https://issuer.test',
  JWT_AUDIENCE: 'entitlement-ledger',
  JWT_ALGORITHMS: 'ES256, EdDSA',
  JWT_JWKS: JWKS,
  ...OTHER_VARIABLES,
}

function complaint(changes: Readonly<Record<string, string | undefined>>): string {
  try {
    configOf({ ...complete, ...changes })
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'no complaint'
}

describe('the configuration', () => {
  it('is taken when it is complete, with durations in milliseconds', () => {
    expect(configOf(complete)).toMatchObject({
      issuer: { algorithms: ['ES256', 'EdDSA'], jwksUrl: null, lifetimeMaxSeconds: 86_400 },
      epoch: 1,
      freshness: { memoryMaxAgeMs: 30_000, allowMaxAgeMs: 600_000, denyMaxAgeMs: 5000, checkTimeoutMs: 1500 },
      checkLogSample: 0.01,
    })
  })

  it.each(Object.keys(complete).filter((name) => name !== 'JWT_JWKS'))(
    'is refused without %s, which it names',
    (name) => {
      expect(complaint({ [name]: undefined })).toBe(`${name} is missing`)
    },
  )

  it('lists the origins whose pages may ask, and never all of them', () => {
    expect(configOf(complete).corsOrigins).toEqual([])
    const listed = configOf({ ...complete, CORS_ORIGINS: 'https://app.example.com, http://localhost:3000' })
    expect(listed.corsOrigins).toEqual(['https://app.example.com', 'http://localhost:3000'])
    for (const wrong of [
      '*',
      'null',
      'https://*.example.com/',
      'https://app.example.com/',
      'app.example.com',
      'http://app.example.com',
      'https://App.example.com',
    ]) {
      expect(complaint({ CORS_ORIGINS: `https://a.example,${wrong}` })).toMatch(/^CORS_ORIGINS/)
    }
  })

  it('names the users of the sandbox in a list, and nobody unless it says so', () => {
    expect(configOf(complete).checkout.sandboxUsers).toEqual(new Set())
    const named = configOf({ ...complete, CHECKOUT_SANDBOX_USERS: ' u_1, u_2 ,,' })
    expect(named.checkout.sandboxUsers).toEqual(new Set(['u_1', 'u_2']))
    const encoded = configOf({ ...complete, CHECKOUT_SANDBOX_USERS: "a%2Cb,o'brien+x@example.com,%2541" })
    expect(encoded.checkout.sandboxUsers).toEqual(new Set(['a,b', "o'brien+x@example.com", '%41']))
    for (const wrong of ['two words', '%zz', '..']) {
      expect(complaint({ CHECKOUT_SANDBOX_USERS: `u_1,${wrong}` })).toMatch(/^CHECKOUT_SANDBOX_USERS/)
    }
  })

  it('says of each provider how users are named there, and names who cannot be one', () => {
    expect(configOf(complete).checkout.namings).toEqual(new Map())
    const told = {
      CHECKOUT_NAMING: 'paddle=server, shopify = signed',
      CHECKOUT_NAMING_KEY: `${'k'.repeat(32)},${'l'.repeat(32)}`,
    }
    const { namings, namingKeys } = configOf({ ...complete, ...told }).checkout
    expect([...namings]).toEqual([
      ['paddle', 'server'],
      ['shopify', 'signed'],
    ])
    expect(namingKeys).toHaveLength(2)
    expect(complaint({ CHECKOUT_NAMING: 'paypal=server' })).toMatch(/^CHECKOUT_NAMING/)
    expect(complaint({ CHECKOUT_NAMING: 'paddle' })).toMatch(/^CHECKOUT_NAMING/)
    expect(complaint({ CHECKOUT_NAMING: 'paddle=anybody' })).toMatch(/^CHECKOUT_NAMING/)
  })

  it('asks for the key of what is signed, and for one that cannot be guessed', () => {
    expect(complaint({ CHECKOUT_NAMING: 'paddle=signed' })).toMatch(/^CHECKOUT_NAMING_KEY/)
    expect(complaint({ CHECKOUT_NAMING_KEY: 'short' })).toMatch(/^CHECKOUT_NAMING_KEY/)
    expect(complaint({ CHECKOUT_NAMING_KEY: `${'k'.repeat(32)},x` })).toMatch(/^CHECKOUT_NAMING_KEY/)
  })

  it('lists the accounts and shops that are taken by name', () => {
    const told = { CHECKOUT_ACCOUNTS: 'stripe=acct_1, stripe=acct_2, shopify=a.example' }
    expect(configOf({ ...complete, ...told }).checkout.accounts).toEqual(
      new Map([
        ['stripe', new Set(['acct_1', 'acct_2'])],
        ['shopify', new Set(['a.example'])],
      ]),
    )
    expect(complaint({ CHECKOUT_ACCOUNTS: 'paddle=1' })).toMatch(/^CHECKOUT_ACCOUNTS/)
    expect(complaint({ CHECKOUT_ACCOUNTS: 'stripe=' })).toMatch(/^CHECKOUT_ACCOUNTS/)
  })

  it('lets a value be as old as a yes unless it says otherwise, and never older', () => {
    expect(configOf(complete).freshness.valueMaxAgeMs).toBe(600_000)
    expect(configOf({ ...complete, VALUE_MAX_AGE_SECONDS: '5' }).freshness.valueMaxAgeMs).toBe(5000)
    expect(complaint({ VALUE_MAX_AGE_SECONDS: '601' })).toMatch(/^VALUE_MAX_AGE_SECONDS must not be more/)
  })

  it('asks for a place for objects that there is', () => {
    expect(configOf(complete).location).toBeNull()
    expect(configOf({ ...complete, LEDGER_LOCATION: 'weur' }).location).toBe('weur')
    expect(complaint({ LEDGER_LOCATION: 'europe' })).toMatch(/^LEDGER_LOCATION is none of wnam/)
  })

  it('needs one place for the issuer’s keys, and not two that could differ', () => {
    const message = 'JWT_JWKS_URL or JWT_JWKS must be set, and not both'
    expect(complaint({ JWT_JWKS: undefined })).toBe(message)
    expect(complaint({ JWT_JWKS_URL: 'https://issuer.test/jwks.json' })).toBe(message)
    expect(complaint({ JWT_JWKS: undefined, JWT_JWKS_URL: 'https://issuer.test/jwks.json' })).toBe(
      'no complaint',
    )
  })

  it('takes an empty address of keys for none, by which .dev.vars takes that of a deployment away', () => {
    expect(complaint({ JWT_JWKS_URL: '' })).toBe('no complaint')
    expect(complaint({ JWT_JWKS: undefined, JWT_JWKS_URL: '' })).toMatch(/^JWT_JWKS_URL or JWT_JWKS must be/)
  })

  it.each([
    ['JWT_ISSUER', ''],
    ['JWT_AUDIENCE', ''],
    ['JWT_ALGORITHMS', ''],
    ['JWT_ALGORITHMS', 'none'],
    ['JWT_ALGORITHMS', 'HS256'],
    ['JWT_ALGORITHMS', 'ES256,HS256'],
    ['JWT_JWKS', 'secret-text'],
    ['JWT_JWKS', '{}'],
    ['JWT_JWKS', '{"keys":[]}'],
    ['JWT_JWKS', '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'],
    ['JWT_LIFETIME_MAX_SECONDS', '1 day'],
    ['LEDGER_EPOCH', '0'],
    ['LEDGER_EPOCH', '1.5'],
    ['MEMORY_MAX_AGE_SECONDS', '-1'],
    ['ALLOW_MAX_AGE_SECONDS', '10m'],
    ['CHECK_TIMEOUT_MS', ''],
    ['LOG_KEY', 'fifteen-letters'],
    ['CHECK_LOG_SAMPLE', '2'],
    ['CHECK_LOG_SAMPLE', '-0.1'],
    ['DENY_MAX_AGE_SECONDS', '601'],
    ['STALE_IF_ERROR_SECONDS', '599'],
  ])('is refused with a %s of "%s", which it names without telling it', (name, value) => {
    const message = complaint({ [name]: value })
    expect(message).toMatch(new RegExp(`^${name}`))
    if (value.length > 8) expect(message).not.toContain(value)
  })

  it.each([
    ['for encryption alone', { ...KEY, use: 'enc' }],
    ['of another algorithm than those configured', { ...KEY, alg: 'ES384' }],
    ['of a curve that none of them is on', { kty: 'OKP', crv: 'X25519', x: KEY.x }],
    ['with a coordinate that is cut short', { ...KEY, x: KEY.x.slice(0, -1) }],
    ['that is private', { ...KEY, d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI' }],
  ])('is refused with no key but one %s', (_which, key) => {
    const message = complaint({ JWT_JWKS: jwksOf(key) })
    expect(message).toMatch(/^JWT_JWKS/)
    expect(message).not.toContain('jpsQ')
  })

  it('takes the keys of an issuer with others beside them, but no private one', () => {
    expect(complaint({ JWT_JWKS: jwksOf({ ...KEY, use: 'enc' }, KEY) })).toBe('no complaint')
    const message = complaint({ JWT_JWKS: jwksOf(KEY, { ...KEY, d: 'jpsQ' }) })
    expect(message).toMatch(/^JWT_JWKS\.keys\.1\.d is the private half/)
  })

  it('names all that is wrong with it at once', () => {
    const message = complaint({ JWT_ISSUER: undefined, LEDGER_EPOCH: '0', CHECK_LOG_SAMPLE: 'all' })
    for (const name of ['JWT_ISSUER', 'LEDGER_EPOCH', 'CHECK_LOG_SAMPLE']) expect(message).toContain(name)
  })
})
