import { describe, expect, it } from 'vitest'
import { PRESETS } from '../../../src/config/issuers/presets.ts'
import { anIssuerTable, complaints, issuersIn } from './an-issuer-table.ts'

const TENANT = '11111111-2222-4333-8444-555555555555'
const OTHER_TENANT = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee'

const JWK = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}

/** What is wrong with one table, without saying each time which. */
const wrongIn = async (changes: object) =>
  (await complaints([anIssuerTable(changes)])).map((problem) => problem.replace('JWT_ISSUERS.0.', ''))

describe('a list of issuers', () => {
  it('is tables, or their JSON', async () => {
    const tables = [anIssuerTable(), anIssuerTable({ issuer: 'https://other.test/' })]
    for (const listed of [tables, JSON.stringify(tables)]) {
      const issuers = await issuersIn(listed)
      expect(issuers.map(({ issuer }) => issuer)).toEqual(['https://issuer.test/', 'https://other.test/'])
    }
    expect(await issuersIn(anIssuerTable())).toHaveLength(1)
  })

  it.each([
    [[], 'JWT_ISSUERS lists none'],
    ['[]', 'JWT_ISSUERS lists none'],
    ['secret-text', 'JWT_ISSUERS.0 is no table'],
    [['secret-text'], 'JWT_ISSUERS.0 is no table'],
    [[null], 'JWT_ISSUERS.0 is no table'],
    [[[]], 'JWT_ISSUERS.0 is no table'],
    [5, 'JWT_ISSUERS is neither tables nor their JSON'],
    [true, 'JWT_ISSUERS is neither tables nor their JSON'],
  ])('is not %j', async (listed, problem) => {
    expect(await complaints(listed)).toEqual([problem])
  })

  it('stands in the place of the variables for one, which do not count beside it', async () => {
    const both = await complaints([anIssuerTable()], { JWT_ISSUER: 'https://a.test/', JWT_AUDIENCE: 'b' })
    expect(both).toEqual([
      'JWT_ISSUER must not be set beside JWT_ISSUERS',
      'JWT_AUDIENCE must not be set beside JWT_ISSUERS',
    ])
    expect(await complaints([anIssuerTable()], { JWT_JWKS_URL: '' })).toEqual([])
    expect(await complaints('')).toContain('JWT_ISSUER is missing')
  })

  it('names all that is wrong with it at once, by its place, and tells no value', async () => {
    const problems = await complaints([
      anIssuerTable({ audience: undefined, algorithms: ['HS256'], audiance: 'secret-text' }),
      anIssuerTable({ issuer: 'https://b.test/', jwksUrl: 'http://secret-text.test/' }),
    ])
    expect(problems).toEqual([
      'JWT_ISSUERS.0.audiance is not known',
      'JWT_ISSUERS.0.audience is missing',
      expect.stringMatching(/^JWT_ISSUERS\.0\.algorithms\.0 is none of ES256/),
      'JWT_ISSUERS.1.jwksUrl is not https: the keys could be replaced on their way',
    ])
    expect(problems.join()).not.toContain('secret-text')
  })
})

describe('an issuer’s table', () => {
  it.each([
    [{ issuer: undefined }, 'issuer is missing'],
    [{ issuer: '' }, 'issuer is empty'],
    [{ issuer: ['https://issuer.test/'] }, 'issuer is not a text'],
    [{ issuer: 'https://issuer.test/{realm}' }, 'issuer has a place that nothing fills'],
    [
      { preset: 'entra', issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`, jwksUrl: undefined },
      'jwksUrl has a place that nothing fills',
    ],
    [{ usersPrefix: '{tenantid}:' }, 'usersPrefix has a place that nothing fills'],
    [{ audience: [] }, 'audience names none'],
    [{ audience: ['a', ''] }, 'audience.1 is empty'],
    [{ audience: ['a', 7] }, 'audience.1 is not a text'],
    [{ audienceClaim: 'sub' }, 'audienceClaim is none of aud, client_id, azp, iss'],
    [{ algorithms: [] }, 'algorithms names none'],
    [{ algorithms: ['none'] }, expect.stringMatching(/^algorithms\.0 is none of/)],
    [{ jwksUrl: undefined }, 'jwksUrl or jwks must be set, and not both'],
    [{ jwks: { keys: [JWK] } }, 'jwksUrl or jwks must be set, and not both'],
    [{ jwksUrl: undefined, jwks: { keys: [] } }, 'jwks.keys is not a list with a key'],
    [
      { jwksUrl: undefined, jwks: { keys: [{ ...JWK, d: 'secret' }] } },
      expect.stringMatching(/^jwks\.keys\.0\.d is the private half/),
    ],
    [
      { jwksUrl: undefined, jwks: { keys: [JWK] }, algorithms: ['RS256'] },
      expect.stringMatching(/^jwks has no key for the algorithms/),
    ],
    [{ lifetimeMaxSeconds: 0 }, 'lifetimeMaxSeconds is not a whole number from 1'],
    [{ lifetimeMaxSeconds: '3600' }, 'lifetimeMaxSeconds is not a whole number from 1'],
    [{ require: { token_use: 7 } }, 'require.token_use is not a text'],
    [{ userClaim: 'email' }, 'userClaim may change hands: take the id of the user'],
    [
      { users: true, alsoClaims: ['/preferred_username'] },
      'alsoClaims.0 may change hands: take the id of the user',
    ],
    [{ scopeClaims: ['/user_metadata/scopes'] }, 'scopeClaims.0 is what users write themselves'],
    [{ scopeClaims: 'user_metadata' }, 'scopeClaims is what users write themselves'],
    [{ users: true, alsoClaims: ['/unsafe_metadata/org'] }, 'alsoClaims.0 is what users write themselves'],
    [{ scopeClaims: [] }, 'users or scopeClaims must be set: its tokens may do nothing'],
    [{ scopePrefix: '' }, 'scopePrefix is empty'],
    [{ users: 'true' }, 'users is neither true nor false'],
    [{ alsoClaims: ['org_id'] }, 'alsoClaims means nothing where users is not true'],
    [{ preset: 'okto' }, expect.stringMatching(/^preset is none of clerk, auth0/)],
    [{ preset: '__proto__' }, expect.stringMatching(/^preset is none of clerk, auth0/)],
    [{ tenants: [TENANT] }, 'tenants has no {tenantid} to stand for'],
  ])('is not one with %j', async (changes, problem) => {
    expect(await wrongIn(changes)).toEqual([problem])
  })

  it('takes inline keys as a table or as text', async () => {
    for (const jwks of [{ keys: [JWK] }, JSON.stringify({ keys: [JWK] })]) {
      expect(await wrongIn({ jwksUrl: undefined, jwks })).toEqual([])
    }
  })
})

describe('tenants', () => {
  const entra = (changes: object) => ({ preset: 'entra', audience: 'app', ...changes })

  it('have to be listed, each by its id: nobody can stand for all', async () => {
    expect(await complaints([entra({})])).toEqual(['JWT_ISSUERS.0.tenants is missing'])
    expect(await complaints([entra({ tenants: [] })])).toEqual(['JWT_ISSUERS.0.tenants names none'])
    for (const tenant of [
      'common',
      'organizations',
      'consumers',
      '*',
      '',
      OTHER_TENANT.toUpperCase(),
      `${TENANT}/`,
    ]) {
      const [problem] = await complaints([entra({ tenants: [TENANT, tenant].toReversed() })])
      expect(problem).toMatch(/^JWT_ISSUERS\.0\.tenants\.0 /)
    }
  })

  it('are each an issuer of their own, with keys of their own, and say who they are twice', async () => {
    expect(await issuersIn([entra({ tenants: [TENANT, OTHER_TENANT] })])).toMatchObject([
      {
        issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
        jwksUrl: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`,
        require: new Map([['tid', TENANT]]),
      },
      {
        issuer: `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0`,
        require: new Map([['tid', OTHER_TENANT]]),
      },
    ])
  })

  it('keep their users apart by their id in the prefix, and only so', async () => {
    const both = { tenants: [TENANT, OTHER_TENANT], users: true }
    expect(await complaints([entra(both)])).toEqual([
      'JWT_ISSUERS.0.usersPrefix is missing: it keeps its users apart from those of another tenant',
    ])
    expect(await complaints([entra({ ...both, usersPrefix: 'entra:' })])).toEqual([
      'JWT_ISSUERS.0.usersPrefix is that of another tenant',
    ])
    expect(await complaints([entra({ ...both, usersPrefix: '{tenantid}' })])).toContain(
      'JWT_ISSUERS.0.usersPrefix ends by no separator, as in "acme:"',
    )
    const issuers = await issuersIn([entra({ ...both, usersPrefix: '{tenantid}:' })])
    expect(issuers.map(({ usersPrefix }) => usersPrefix)).toEqual([`${TENANT}:`, `${OTHER_TENANT}:`])
    expect(issuers[0]?.foreignPrefixes).toEqual([`${OTHER_TENANT}:`])
  })

  it('are none named twice', async () => {
    expect(await complaints([entra({ tenants: [TENANT, TENANT] })])).toEqual([
      'JWT_ISSUERS.0.issuer is that of another tenant',
    ])
  })
})

describe('a preset', () => {
  it.each(Object.entries(PRESETS))(
    '%s says where each of its facts is from',
    (_name, { sources, algorithms }) => {
      expect(sources.length).toBeGreaterThan(0)
      for (const source of sources) expect(source).toMatch(/^https:\/\/[^ ]+$/)
      expect(algorithms.length).toBeGreaterThan(0)
    },
  )

  it('counts where the table says nothing', async () => {
    const table = {
      preset: 'okta',
      issuer: 'https://acme.okta.com/oauth2/default',
      audience: 'api://default',
    }
    const [preset] = await issuersIn([table])
    expect(preset).toMatchObject({
      jwksUrl: 'https://acme.okta.com/oauth2/default/v1/keys',
      scopeClaims: ['scp'],
      userClaim: 'uid',
    })
    const [overridden] = await issuersIn([
      {
        ...table,
        jwksUrl: 'https://keys.test/',
        scopeClaims: ['roles'],
        userClaim: 'sub',
        algorithms: ['ES256'],
      },
    ])
    expect(overridden).toMatchObject({
      jwksUrl: 'https://keys.test/',
      scopeClaims: ['roles'],
      userClaim: 'sub',
      algorithms: ['ES256'],
    })
  })

  it('gives way to inline keys', async () => {
    const table = { preset: 'keycloak', issuer: 'https://k.test/realms/a', audience: 'ledger' }
    const [issuer] = await issuersIn([{ ...table, algorithms: ['ES256'], jwks: { keys: [JWK] } }])
    expect(issuer).toMatchObject({ jwksUrl: null, jwks: { keys: [JWK] } })
  })

  it('may say otherwise what kind of token is wanted, but never nothing', async () => {
    const cognito = { preset: 'cognito', issuer: 'https://cognito.test/pool', audience: 'client' }
    for (const [require, expected] of [
      [undefined, 'access'],
      [{}, 'access'],
      [{ token_use: 'id' }, 'id'],
      [{ 'custom:kind': 'x' }, 'access'],
    ] as const) {
      const [issuer] = await issuersIn([{ ...cognito, ...(require === undefined ? {} : { require }) }])
      expect(issuer?.require.get('token_use')).toBe(expected)
    }
    expect(await complaints([{ ...cognito, require: 'none' }])).toEqual(['JWT_ISSUERS.0.require is no table'])
  })

  it('whose issuer is made of the application takes one audience, by which it ends', async () => {
    const [workos] = await issuersIn([{ preset: 'workos', audience: 'client_1' }])
    expect(workos).toMatchObject({
      issuer: 'https://api.workos.com/user_management/client_1',
      jwksUrl: 'https://api.workos.com/sso/jwks/client_1',
    })
    expect(await complaints([{ preset: 'workos', audience: ['client_1', 'client_2'] }])).toContain(
      'JWT_ISSUERS.0.issuer has a place that nothing fills',
    )
    const told = { preset: 'workos', audience: 'client_1', issuer: 'https://api.workos.com' }
    expect(await complaints([told])).toEqual([
      'JWT_ISSUERS.0.audienceClaim is iss, and the issuer does not end by the one audience',
    ])
  })
})

describe('a map of scopes', () => {
  it('stands for ours, one or several', async () => {
    const scopes = { 'Ledger.Read': 'entitlements:read', 'ledger admin': ['ledger:read', 'catalog:write'] }
    const [issuer] = await issuersIn([anIssuerTable({ scopes })])
    expect([...(issuer?.scopes ?? [])]).toEqual([
      ['Ledger.Read', ['entitlements:read']],
      ['ledger admin', ['ledger:read', 'catalog:write']],
    ])
  })

  it.each([
    [{ 'ledger.read': 'everything' }, /^scopes\.ledger\.read is none of access:check/],
    [{ 'ledger.read': [] }, /^scopes\.ledger\.read names none/],
    [{ 'ledger.read': ['entitlements:read', 'root'] }, /^scopes\.ledger\.read\.1 is none of/],
    [{ '': 'entitlements:read' }, /^scopes\. is no name of a scope/],
    [{ '*': 'entitlements:read' }, /^scopes\.\* is what any token has/],
    [{ openid: 'access:check' }, /^scopes\.openid is what any token has/],
    [{ OpenID: 'access:check' }, /^scopes\.OpenID is what any token has/],
    [{ offline_access: 'entitlements:write' }, /is what any token has/],
    [{ authenticated: 'entitlements:write' }, /is what any token has/],
    [{ 'aws.cognito.signin.user.admin': 'inbox:manage' }, /is what any token has/],
    [{ 'access:check': 'entitlements:write' }, /^scopes\.access:check is another scope of ours/],
    [{ 'access:check': ['access:check', 'catalog:write'] }, /^scopes\.access:check is another scope of ours/],
    [{ 'Access:Check': 'catalog:write' }, /^scopes\.Access:Check is another scope of ours/],
    ['access:check', /^scopes is no table/],
    [['access:check'], /^scopes is no table/],
  ])('is refused where it would widen, or says nothing: %j', async (scopes, problem) => {
    const problems = await wrongIn({ scopes })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(problem)
  })

  it.each(['catalog:write', 'inbox:manage'])(
    'is refused where it would reach beyond the users of a prefix: %s',
    async (scope) => {
      const scopes = { admin: ['access:check', scope] }
      expect(await wrongIn({ scopes, usersPrefix: 'acme:' })).toEqual([
        'scopes.admin reaches beyond usersPrefix',
      ])
      expect(await wrongIn({ scopes })).toEqual([])
    },
  )
})

describe('a prefix of user ids', () => {
  it.each([
    ['', 'usersPrefix is empty'],
    ['acme', 'usersPrefix ends by no separator, as in "acme:"'],
    ['acme:7', 'usersPrefix ends by no separator, as in "acme:"'],
    ['acme %', 'usersPrefix is not 1 to 100 visible ASCII characters'],
    ['acme%3A:', 'usersPrefix has a % in it'],
    ['acme\u{ff1a}', 'usersPrefix is not 1 to 100 visible ASCII characters'],
    ['a'.repeat(100) + ':', 'usersPrefix is not 1 to 100 visible ASCII characters'],
  ])('is not %j', async (usersPrefix, problem) => {
    expect(await wrongIn({ usersPrefix })).toEqual([problem])
  })

  const people = (name: string, changes: object) =>
    anIssuerTable({ issuer: `https://${name}.test/`, users: true, ...changes })

  it('may be missing at one issuer that speaks for its users, and at no second', async () => {
    expect(await complaints([people('a', {}), people('b', { usersPrefix: 'b:' })])).toEqual([])
    expect(await complaints([people('a', {}), anIssuerTable()])).toEqual([])
    expect(await complaints([people('a', {}), people('b', {})])).toEqual([
      'JWT_ISSUERS.1.usersPrefix is missing: it keeps its users apart from those of JWT_ISSUERS.0',
    ])
  })

  it.each([
    ['a:', 'a:', 'usersPrefix is that of'],
    ['a:', 'a:b:', 'usersPrefix overlaps that of'],
    ['a:b:', 'a:', 'usersPrefix overlaps that of'],
    ['a:', 'A:', 'usersPrefix overlaps that of'],
    ['acme-', 'acme-eu:', 'usersPrefix overlaps that of'],
  ])('%j stands beside no %j', async (first, second, reason) => {
    const both = [people('a', { usersPrefix: first }), people('b', { usersPrefix: second })]
    expect(await complaints(both)).toEqual([`JWT_ISSUERS.1.${reason} JWT_ISSUERS.0`])
  })

  it('may be shared with a back-end that speaks for nobody, though not overlap with its', async () => {
    const users = people('a', { usersPrefix: 'acme:' })
    expect(await complaints([users, anIssuerTable({ usersPrefix: 'acme:' })])).toEqual([])
    expect(await complaints([users, anIssuerTable({ usersPrefix: 'acme:eu:' })])).toEqual([
      'JWT_ISSUERS.1.usersPrefix overlaps that of JWT_ISSUERS.0',
    ])
  })

  it('is known to all other issuers, whose people may not be called so', async () => {
    const issuers = await issuersIn([
      people('a', {}),
      people('b', { usersPrefix: 'b:' }),
      people('c', { usersPrefix: 'c:' }),
    ])
    expect(issuers.map(({ foreignPrefixes }) => foreignPrefixes)).toEqual([['b:', 'c:'], ['c:'], ['b:']])
  })

  it('keeps no two issuers of one name apart', async () => {
    expect(await complaints([people('a', {}), people('a', { usersPrefix: 'b:' })])).toEqual([
      'JWT_ISSUERS.1.issuer is that of JWT_ISSUERS.0',
    ])
  })
})
