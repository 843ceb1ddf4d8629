import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anotherEcKey,
  ecKey,
  jwksOf,
  NOW,
  NOW_SECONDS,
  type SigningKey,
  token,
} from '../../support/tokens.ts'
import { aDoor, comesIn } from './a-door.ts'
import { anIssuerTable } from './an-issuer-table.ts'

// Two issuers that give their keys the same name.
const keys: Readonly<Record<string, SigningKey>> = {
  a: { ...ecKey, jwk: { ...ecKey.jwk, kid: 'key-1' } },
  b: { ...anotherEcKey, jwk: { ...anotherEcKey.jwk, kid: 'key-1' } },
}

const keyOf = (name: string) => keys[name] ?? ecKey

function issuer(name: string, changes: object = {}): object {
  return anIssuerTable({
    issuer: `https://${name}.test/`,
    jwksUrl: undefined,
    jwks: jwksOf(keyOf(name)),
    users: true,
    ...changes,
  })
}

function tokenOf(name: string, claims: object, key = keyOf(name)): Promise<string> {
  const payload = {
    iss: `https://${name}.test/`,
    aud: 'entitlement-ledger',
    iat: NOW_SECONDS,
    exp: NOW_SECONDS + 60,
  }
  return token({ key, payload: { ...payload, ...claims } })
}

const two = () => aDoor(issuer('a'), issuer('b', { usersPrefix: 'b:' }))

describe('the same sub at two issuers', () => {
  it('is two users', async () => {
    const door = await two()
    expect(await comesIn(door, await tokenOf('a', { sub: 'u_42' }))).toMatchObject({
      subject: 'u_42',
      users: ['u_42'],
      usersPrefix: '',
    })
    expect(await comesIn(door, await tokenOf('b', { sub: 'u_42' }))).toMatchObject({
      subject: 'b:u_42',
      users: ['b:u_42'],
      usersPrefix: 'b:',
    })
  })

  it('is one user where the other issuer speaks for nobody', async () => {
    const door = await aDoor(issuer('a'), issuer('b', { users: false }))
    expect(await comesIn(door, await tokenOf('b', { sub: 'u_42' }))).toMatchObject({ users: [] })
    expect(await comesIn(door, await tokenOf('a', { sub: 'u_42' }))).toMatchObject({ users: ['u_42'] })
  })

  it('is remembered for the token that said it', async () => {
    const door = await two()
    const [ofA, ofB] = [
      `Bearer ${await tokenOf('a', { sub: 'u_42' })}`,
      `Bearer ${await tokenOf('b', { sub: 'u_42' })}`,
    ]
    await door.authenticate(ofA, NOW)
    expect(door.remembered(ofB, NOW)).toBeNull()
    await door.authenticate(ofB, NOW)
    expect(door.remembered(ofA, NOW)?.users).toEqual(['u_42'])
    expect(door.remembered(ofB, NOW)?.users).toEqual(['b:u_42'])
  })
})

describe('an issuer', () => {
  it('signs for itself alone, though its key has the name of the other’s', async () => {
    const door = await two()
    for (const [name, other] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      expect(await comesIn(door, await tokenOf(name, { sub: 'u_42' }, keyOf(other)))).toBe(
        'signature verification failed',
      )
    }
  })

  it('is one that is configured, to the letter', async () => {
    for (const iss of [
      undefined,
      null,
      '',
      7,
      ['https://a.test/'],
      { iss: 'https://a.test/' },
      'https://a.test',
      'https://a.test//',
      'https://A.test/',
      'HTTPS://a.test/',
      'https://a.test/ ',
      'https://a.test/\u{200b}',
      'https://a%2Etest/',
      '__proto__',
      'constructor',
    ]) {
      // The log of an isolate tells ten of a kind.
      const outcome = await comesIn(await two(), await tokenOf('a', { sub: 'u_42', iss }))
      expect(outcome).toBe('payload.iss is none of the issuers')
    }
  })

  it('takes its own algorithms, not those of another', async () => {
    const door = await aDoor(issuer('a'), issuer('b', { usersPrefix: 'b:', algorithms: ['ES256', 'ES384'] }))
    const forged = await token({
      key: keyOf('a'),
      header: { alg: 'ES384' },
      payload: { iss: 'https://a.test/', sub: 'u_42' },
    })
    expect(await comesIn(door, forged)).toBe('header.alg is not configured')
  })

  it('takes its own audiences, not those of another', async () => {
    const door = await aDoor(
      issuer('a', { audience: 'a' }),
      issuer('b', { audience: 'b', usersPrefix: 'b:' }),
    )
    expect(await comesIn(door, await tokenOf('a', { sub: 'u_42', aud: 'b' }))).toBe(
      'unexpected "aud" claim value',
    )
    expect(await comesIn(door, await tokenOf('b', { sub: 'u_42', aud: 'b' }))).toMatchObject({
      users: ['b:u_42'],
    })
  })

  it('lets a header that it was found right for pass at itself alone', async () => {
    const door = await aDoor(
      issuer('a'),
      issuer('b', {
        usersPrefix: 'b:',
        algorithms: ['ES384', 'EdDSA'],
        jwks: undefined,
        jwksUrl: 'https://b.test/jwks',
      }),
    )
    expect(await comesIn(door, await tokenOf('a', { sub: 'u_42' }))).toMatchObject({ users: ['u_42'] })
    expect(await comesIn(door, await tokenOf('b', { sub: 'u_42' }))).toBe('header.alg is not configured')
  })
})

describe('a prefix', () => {
  it.each(['b:u_42', 'b:', 'b:b:u_42', 'b:..'])(
    'is not to be had by a name: %j of another issuer is nobody',
    async (sub) => {
      const door = await two()
      const reason = 'payload.sub is under the prefix of another issuer'
      expect(await comesIn(door, await tokenOf('a', { sub }))).toBe(reason)
      expect(await comesIn(door, await tokenOf('a', { sub, scope: 'entitlements:write' }))).toBe(reason)
    },
  )

  it('is told from what only looks like it', async () => {
    const door = await two()
    for (const sub of [
      'B:u_42',
      'b',
      'bb:u_42',
      'b%3Au_42',
      'b%3au_42',
      '%62:u_42',
      'b.u_42',
      'b;u_42',
      ':b:u_42',
    ]) {
      expect(await comesIn(door, await tokenOf('a', { sub }))).toMatchObject({ users: [sub] })
    }
    for (const sub of ['b\u{ff1a}u_42', '\u{431}:u_42', 'b:\u{200b}u_42']) {
      expect(await comesIn(door, await tokenOf('a', { sub }))).toBe('payload.sub is not the id of a user')
    }
  })

  it('stands before all that its issuer says, an organization as well', async () => {
    const door = await aDoor(issuer('a'), issuer('b', { usersPrefix: 'b:', alsoClaims: ['org_id'] }))
    for (const id of ['u_42', 'a:u_42', 'b:u_42', '../u_42', '%2e%2e/u_42', ':', 'b:']) {
      expect(await comesIn(door, await tokenOf('b', { sub: id, org_id: id }))).toMatchObject({
        users: [`b:${id}`, `b:${id}`],
      })
      expect(await comesIn(door, await tokenOf('b', { sub: 'u_1', org_id: ['org_1', id] }))).toMatchObject({
        users: ['b:u_1', 'b:org_1', `b:${id}`],
      })
    }
  })

  it('is not to be had by the name of an organization either, alone or among others', async () => {
    const door = await aDoor(issuer('a', { alsoClaims: ['org_id'] }), issuer('b', { usersPrefix: 'b:' }))
    expect(await comesIn(door, await tokenOf('a', { sub: 'u_1', org_id: ['org_1', 'b:u_42'] }))).toBe(
      'payload.org_id is under the prefix of another issuer',
    )
    expect(await comesIn(door, await tokenOf('a', { sub: 'u_1', org_id: 'b:u_42' }))).toBe(
      'payload.org_id is under the prefix of another issuer',
    )
  })

  it('leaves room for an id of a hundred characters, and what is too long is nobody', async () => {
    const usersPrefix = `${'p'.repeat(99)}:`
    const door = await aDoor(issuer('b', { usersPrefix }))
    const [fits, long] = ['x'.repeat(100), 'x'.repeat(101)]
    expect(await comesIn(door, await tokenOf('b', { sub: fits }))).toMatchObject({
      users: [usersPrefix + fits],
    })
    expect(await comesIn(door, await tokenOf('b', { sub: long }))).toBe('payload.sub is not the id of a user')
    expect(await comesIn(door, await tokenOf('b', { sub: '' }))).toBe('payload.sub is not the id of a user')
  })
})

it('no two issuers ever speak for one user, whatever their people are called', async () => {
  const separator = fc.constantFrom(':', '|', '/', '-', '_', '.')
  const letters = fc.string({
    unit: fc.constantFrom('a', 'b', 'A', ':', '|', '/'),
    minLength: 1,
    maxLength: 4,
  })
  const prefix = fc.tuple(letters, separator).map(([text, end]) => text + end)
  await fc.assert(
    fc.asyncProperty(fc.option(prefix), prefix, letters, letters, async (first, second, sub, other) => {
      const people = (usersPrefix: string | null) => (usersPrefix === null ? {} : { usersPrefix })
      const door = await aDoor(issuer('a', people(first)), issuer('b', people(second))).catch(() => null)
      // A configuration that would is refused.
      if (door === null) return
      const callers = [
        await comesIn(door, await tokenOf('a', { sub })),
        await comesIn(door, await tokenOf('b', { sub: other })),
      ]
      const users = callers.flatMap((caller) => (typeof caller === 'string' ? [] : caller.users))
      expect(new Set(users).size).toBe(users.length)
    }),
  )
})

it('who a token speaks for is another claim where the entry says so, and no fall-back', async () => {
  const door = await aDoor(issuer('b', { userClaim: 'uid', usersPrefix: 'b:' }))
  expect(await comesIn(door, await tokenOf('b', { sub: 'jane@example.com', uid: 'u_1' }))).toMatchObject({
    subject: 'b:u_1',
    users: ['b:u_1'],
  })
  expect(await comesIn(door, await tokenOf('b', { sub: 'jane@example.com' }))).toMatchObject({ users: [] })
  expect(await comesIn(door, await tokenOf('b', { sub: 'jane@example.com', uid: 7 }))).toBe(
    'payload.uid is not the id of a user',
  )
  expect(await comesIn(door, await tokenOf('b', { uid: 'u_1' }))).toContain('"sub"')
})

it('what a token inherits is no claim of it', async () => {
  const table = {
    alsoClaims: ['/constructor/name', 'constructor'],
    scopeClaims: ['toString', '/scope/constructor/name'],
  }
  const door = await aDoor(issuer('b', { ...table, usersPrefix: 'b:' }))
  expect(await comesIn(door, await tokenOf('b', { sub: 'u_1', scope: 'x' }))).toMatchObject({
    scopes: [],
    users: ['b:u_1'],
  })
})
