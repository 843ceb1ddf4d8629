import { describe, expect, it } from 'vitest'
import { AUDIENCE, claims, ISSUER, NOW, NOW_SECONDS, signed, token } from '../../support/tokens.ts'
import { anAuthenticator, bearer, expectAccepted, expectRefused } from './an-authenticator.ts'

const HEADER = JSON.stringify({ alg: 'ES256', kid: 'ec' })
const DAY = 86_400

/** A token with one claim of exactly this JSON: numbers too large for JavaScript, among others. */
function tokenWith(claim: string, json: string): Promise<string> {
  return signed(HEADER, JSON.stringify(claims({ [claim]: '?' })).replace('"?"', json))
}

const tokenOf = (changes: object) => token({ payload: claims(changes) })

describe('exp', () => {
  it('may be five seconds ago, because clocks differ, and no more', async () => {
    await expectAccepted(await tokenOf({ iat: NOW_SECONDS - 60, exp: NOW_SECONDS - 4 }))
    await expectRefused(
      await tokenOf({ iat: NOW_SECONDS - 60, exp: NOW_SECONDS - 5 }),
      '"exp" claim timestamp',
    )
    await expectRefused(
      await tokenOf({ iat: NOW_SECONDS - 60, exp: NOW_SECONDS - 3600 }),
      '"exp" claim timestamp',
    )
  })

  it('is at most the configured lifetime after iat', async () => {
    await expectAccepted(await tokenOf({ exp: NOW_SECONDS + DAY }))
    await expectRefused(await tokenOf({ exp: NOW_SECONDS + DAY + 1 }), 'payload.exp is too far from iat')
    const strict = anAuthenticator({ lifetimeMaxSeconds: 60 })
    await expectRefused(await tokenOf({ exp: NOW_SECONDS + 61 }), 'payload.exp is too far from iat', strict)
    // In milliseconds it would be good for 50,000 years.
    await expectRefused(await tokenOf({ exp: NOW + 3_600_000 }), 'payload.exp is too far from iat')
  })

  it('is after iat', async () => {
    await expectRefused(await tokenOf({ exp: NOW_SECONDS }), 'payload.exp is not after iat')
    await expectRefused(
      await tokenOf({ iat: NOW_SECONDS + 2, exp: NOW_SECONDS + 1 }),
      'payload.exp is not after iat',
    )
  })

  it.each([
    ['"1800000000"', 'must be a number'],
    ['null', 'must be a number'],
    ['true', 'must be a number'],
    ['[1800000000]', 'must be a number'],
    ['{}', 'must be a number'],
    ['1e999', 'payload.exp'],
    ['1e15', 'payload.exp is too far'],
    ['9007199254740993', 'payload.exp'],
    ['1e308', 'payload.exp is too far'],
    ['-1', '"exp" claim timestamp'],
    ['-1e999', '"exp" claim timestamp'],
    ['0', '"exp" claim timestamp'],
    ['NaN', 'not JSON'],
  ])('is a number of seconds, not %s', async (json, reason) => {
    await expectRefused(await tokenWith('exp', json), reason)
  })

  it('is required', async () => {
    await expectRefused(await tokenOf({ exp: undefined }), 'missing required "exp"')
  })
})

describe('iat', () => {
  it('may be five seconds ahead, because clocks differ, and no more', async () => {
    await expectAccepted(await tokenOf({ iat: NOW_SECONDS + 5 }))
    await expectRefused(await tokenOf({ iat: NOW_SECONDS + 6 }), '"iat" claim timestamp')
  })

  it.each([`"${NOW_SECONDS}"`, 'null', '-1e999', '1e999', '[]'])(
    'is a number of seconds, not %s',
    async (json) => {
      await expectRefused(await tokenWith('iat', json), 'iat')
    },
  )

  it('is required, because without it a lifetime has no beginning', async () => {
    await expectRefused(await tokenOf({ iat: undefined }), 'missing required "iat"')
  })
})

describe('nbf', () => {
  it('may be five seconds ahead, because clocks differ, and no more', async () => {
    await expectAccepted(await tokenOf({ nbf: NOW_SECONDS + 5 }))
    await expectRefused(await tokenOf({ nbf: NOW_SECONDS + 6 }), '"nbf" claim timestamp')
  })

  it.each([`"${NOW_SECONDS}"`, 'null', '-1e999', '1e999', '[]'])(
    'is a number of seconds where it is given, not %s',
    async (json) => {
      await expectRefused(await tokenWith('nbf', json), 'nbf')
    },
  )
})

describe('A moment with a fraction (RFC 7519, 2)', () => {
  it('is one, in each claim that tells one', async () => {
    await expectAccepted(await tokenWith('iat', `${NOW_SECONDS - 1}.123`))
    await expectAccepted(await tokenWith('nbf', `${NOW_SECONDS}.999`))
    await expectAccepted(await tokenWith('exp', `${NOW_SECONDS + 60}.5`))
    await expectAccepted(await tokenWith('exp', `${NOW_SECONDS + 60}.0`))
    await expectAccepted(await tokenWith('exp', `${(NOW_SECONDS + 600) / 1e9}e9`))
  })

  it('counts to its fraction', async () => {
    await expectRefused(await tokenWith('nbf', `${NOW_SECONDS + 5}.5`), '"nbf" claim timestamp')
    await expectRefused(await tokenWith('iat', `${NOW_SECONDS + 5}.5`), '"iat" claim timestamp')
    await expectRefused(await tokenWith('exp', `${NOW_SECONDS + DAY}.5`), 'payload.exp is too far from iat')
    await expectAccepted(await tokenOf({ iat: NOW_SECONDS - 60, exp: NOW_SECONDS - 4.5 }))
    const short = await tokenOf({ iat: NOW_SECONDS + 0.5, exp: NOW_SECONDS + 0.5 })
    await expectRefused(short, 'payload.exp is not after iat')
  })

  it('is remembered no longer than that', async () => {
    const authenticator = anAuthenticator()
    const authorization = bearer(await tokenWith('exp', `${NOW_SECONDS + 1}.5`))
    await authenticator.authenticate(authorization, NOW)
    expect(authenticator.remembered(authorization, NOW + 1499)).not.toBeNull()
    expect(authenticator.remembered(authorization, NOW + 1500)).toBeNull()
  })
})

describe('iss', () => {
  it.each([
    'https://issuer.test',
    'https://issuer.test//',
    'https://issuer.test/ ',
    'https://ISSUER.test/',
    'http://issuer.test/',
    'https://issuer.test/evil',
    'https://issuer.test.evil/',
    '',
    null,
    [ISSUER],
    { iss: ISSUER },
    true,
  ])('is the configured one to the letter, not %j', async (iss) => {
    await expectRefused(await tokenOf({ iss }), 'payload.iss')
  })

  it('is required', async () => {
    await expectRefused(await tokenOf({ iss: undefined }), 'payload.iss')
  })
})

describe('aud', () => {
  it('may be a list that we are on, because issuers add audiences of their own', async () => {
    await expectAccepted(await tokenOf({ aud: [AUDIENCE] }))
    await expectAccepted(await tokenOf({ aud: ['https://issuer.test/userinfo', AUDIENCE] }))
  })

  it.each([
    '',
    'another',
    'Entitlement-Ledger',
    `${AUDIENCE} another`,
    null,
    [],
    ['another'],
    [[AUDIENCE]],
    { aud: AUDIENCE },
  ])('is not %j', async (aud) => {
    await expectRefused(await tokenOf({ aud }), 'unexpected "aud"')
  })

  it('is a list of texts only', async () => {
    await expectRefused(await tokenOf({ aud: [AUDIENCE, 7] }), 'payload.aud')
    await expectRefused(await tokenOf({ aud: [AUDIENCE, null] }), 'payload.aud')
  })

  it('is required', async () => {
    await expectRefused(await tokenOf({ aud: undefined }), 'missing required "aud"')
  })
})

describe('sub', () => {
  it.each([
    'u_42',
    'auth0|5f7c',
    'client@clients',
    'a',
    'x'.repeat(200),
    '...',
    'spiffe://a/b',
    "o'brien+x@example.com",
  ])('may be %j', async (sub) => {
    const authorization = bearer(await tokenOf({ sub }))
    expect(await anAuthenticator().authenticate(authorization, NOW)).toMatchObject({ subject: sub })
  })

  it.each([
    '',
    ' ',
    'two words',
    'x'.repeat(201),
    '.',
    '..',
    'alice\0',
    'alice\n',
    'ａlice',
    '\ud800',
    7,
    null,
    ['alice'],
    {},
  ])('is a user id, not %j', async (sub) => {
    await expectRefused(await tokenOf({ sub }), 'payload.sub')
  })

  it('is required, and nobody inherits one', async () => {
    await expectRefused(await tokenOf({ sub: undefined }), 'missing required "sub"')
    const inherited = JSON.stringify(claims({ sub: undefined })).replace('{', '{"__proto__":{"sub":"alice"},')
    await expectRefused(await signed(HEADER, inherited), 'missing required "sub"')
  })
})

describe('scope', () => {
  const scopesOf = async (changes: object) => {
    const { scopes } = await anAuthenticator().authenticate(bearer(await tokenOf(changes)), NOW)
    return [...scopes]
  }

  it('lists what the token may do, separated by spaces', async () => {
    expect(await scopesOf({ scope: 'access:check' })).toEqual(['access:check'])
    expect(await scopesOf({ scope: 'access:check ledger:read access:check' })).toEqual([
      'access:check',
      'ledger:read',
    ])
  })

  it('of other services say nothing here: with them alone a token speaks for its own subject', async () => {
    expect(await scopesOf({ scope: 'openid profile access:check' })).toEqual(['access:check'])
    expect(await scopesOf({ scope: 'openid profile' })).toEqual([])
  })

  it('may be a list of names, in which a space separates nothing', async () => {
    expect(await scopesOf({ scope: ['access:check', 'openid'] })).toEqual(['access:check'])
    expect(await scopesOf({ scope: ['access:check catalog:write'] })).toEqual([])
    expect(await scopesOf({ scope: [] })).toEqual([])
  })

  it('may be left out or empty: such a token has no scopes', async () => {
    expect(await scopesOf({})).toEqual([])
    expect(await scopesOf({ scope: '' })).toEqual([])
  })

  it('is the only claim that gives scopes', async () => {
    expect(
      await scopesOf({ scp: 'access:check', scopes: ['access:check'], permissions: ['access:check'] }),
    ).toEqual([])
  })

  it.each([
    ' ',
    ' access:check',
    'access:check ',
    'access:check  catalog:read',
    'access:check,catalog:read\u{e9}',
    'access:check\tcatalog:read',
    'access:check\ncatalog:read',
    'a"b',
    'a\\b',
    'access:check '.repeat(200).trim(),
    null,
    7,
    ['access:check', 7],
    [['access:check']],
    {},
  ])('is not %j', async (scope) => {
    await expectRefused(await tokenOf({ scope }), 'payload.scope')
  })
})
