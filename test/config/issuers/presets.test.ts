import { describe, expect, it } from 'vitest'
import { PRESETS } from '../../../src/config/issuers/presets.ts'
import { anotherEcKey, ecKey, token } from '../../support/tokens.ts'
import { aDoor, comesIn, tableOf } from './a-door.ts'
import { ORGANIZATIONS, VENDORS, type Vendor } from './vendors.ts'

const signedBy = ({ key }: Vendor, payload: object, header: object = {}) => token({ key, payload, header })

it('every preset has a vendor whose tokens are tried', () => {
  expect(Object.keys(VENDORS)).toEqual(Object.keys(PRESETS))
})

describe.each(Object.entries(VENDORS))('the preset %s', (preset, vendor) => {
  const { user, userId, service, refused } = vendor

  it('takes a user’s token for that user alone', async () => {
    const door = await aDoor(tableOf(preset, vendor))
    expect(await comesIn(door, await signedBy(vendor, user))).toMatchObject({
      subject: userId,
      scopes: [],
      users: [userId],
      usersPrefix: '',
    })
  })

  it('takes it for nobody where the entry does not say that it speaks for its users', async () => {
    const door = await aDoor(tableOf(preset, vendor, { users: false, scopeClaims: ['scope'] }))
    expect(await comesIn(door, await signedBy(vendor, user))).toMatchObject({ scopes: [], users: [] })
  })

  it('takes a token of a back-end for what it may', async () => {
    const door = await aDoor(tableOf(preset, vendor))
    const caller = await comesIn(door, await signedBy(vendor, service ?? user))
    expect(caller).toMatchObject({ scopes: service === undefined ? [] : ['access:check'] })
  })

  it('reads scopes of no claim but those that it names', async () => {
    const door = await aDoor(tableOf(preset, vendor))
    const all = [
      'scope',
      'scp',
      'permissions',
      'roles',
      'scopes',
      'role',
      'groups',
      'user_metadata',
      'entitlements',
    ]
    const { scopeClaims } = { ...PRESETS[preset] }
    const others = all.filter(
      (claim) => !scopeClaims?.includes(claim) && !(claim === 'role' && preset === 'supabase'),
    )
    const payload = { ...user, ...Object.fromEntries(others.map((claim) => [claim, 'inbox:manage'])) }
    expect(await comesIn(door, await signedBy(vendor, payload))).toMatchObject({ scopes: [] })
  })

  it.each(Object.entries(refused))('refuses a token %s', async (_which, changes) => {
    const door = await aDoor(tableOf(preset, vendor))
    for (const payload of [user, service ?? user]) {
      const outcome = await comesIn(door, await signedBy(vendor, { ...payload, ...changes }))
      expect(outcome).toEqual(expect.stringMatching(/^(payload\.|unexpected "|missing required ")/))
    }
  })

  it('refuses what others have signed, whatever they call their key', async () => {
    const other = Object.entries(VENDORS).find(([name]) => name !== preset) ?? []
    const [otherPreset = '', otherVendor = vendor] = other
    const door = await aDoor(
      tableOf(preset, vendor),
      tableOf(otherPreset, otherVendor, {
        usersPrefix: 'other:',
        jwks: { keys: [anotherEcKey.jwk] },
        algorithms: ['ES256'],
      }),
    )
    const forged = { ...anotherEcKey, jwk: { ...anotherEcKey.jwk, kid: vendor.key.jwk['kid'] } }
    for (const header of [
      {},
      { alg: vendor.key.alg },
      { kid: undefined },
      { kid: anotherEcKey.jwk['kid'] },
    ]) {
      const outcome = await comesIn(door, await token({ key: forged, payload: user, header }))
      expect(outcome).toEqual(expect.stringMatching(/signature|header\.alg|key/))
    }
  })
})

describe('a member’s own token', () => {
  it.each(ORGANIZATIONS)(
    'of %s may ask for the organization in %s, where the entry says so',
    async (preset, claim, id) => {
      const vendor = VENDORS[preset]
      if (vendor === undefined) throw new Error(`No ${preset}`)
      const { userId, user } = vendor
      const door = await aDoor(tableOf(preset, vendor, { alsoClaims: claim }))
      expect(await comesIn(door, await signedBy(vendor, user))).toMatchObject({ users: [userId, id] })
      for (const nothing of [undefined, null]) {
        const alone = { ...user, org_id: nothing, o: claim === '/o/id' ? nothing : undefined }
        expect(await comesIn(door, await signedBy(vendor, alone))).toMatchObject({ users: [userId] })
      }
      for (const listed of [[id], [id, 'another']]) {
        const payload = { ...user, org_id: listed, o: { id: listed } }
        expect(await comesIn(door, await signedBy(vendor, payload))).toMatchObject({
          users: [userId, ...listed],
        })
      }
      for (const wrong of ['', 7, [['org_1']], ['org_1', 7], {}, 'two words', '..']) {
        const payload = { ...user, org_id: wrong, o: { id: wrong } }
        expect(await comesIn(door, await signedBy(vendor, payload))).toBe(
          `payload.${claim} is not the id of a user`,
        )
      }
    },
  )
})

describe('several algorithms', () => {
  it('leave one to a key that does not say its own: its type decides', async () => {
    const base = { issuer: 'https://issuer.test/', audience: 'ledger', users: true }
    for (const { key } of Object.values(VENDORS)) {
      const jwks = { keys: [{ ...key.jwk, alg: undefined }] }
      const door = await aDoor({ ...base, jwks, algorithms: ['ES256', 'RS256', 'EdDSA'] })
      const payload = { ...VENDORS['clerk']?.user, iss: base.issuer, aud: 'ledger' }
      expect(await comesIn(door, await token({ key, payload }))).toMatchObject({ users: ['user_2abc'] })
    }
  })
})

describe('where scopes are', () => {
  const base = {
    issuer: 'https://issuer.test/',
    audience: 'ledger',
    algorithms: ['ES256'],
    jwks: { keys: [ecKey.jwk] },
  }
  const { iat, exp } = { ...VENDORS['clerk']?.user }
  const scopesOf = async (table: object, claims: object) => {
    const payload = { iss: base.issuer, aud: 'ledger', sub: 'shop', iat, exp, ...claims }
    const outcome = await comesIn(await aDoor({ ...base, ...table }), await token({ payload }))
    return typeof outcome === 'string' ? outcome : outcome.scopes
  }

  it('may be told as text or as a list, in one claim or several', async () => {
    const table = { scopeClaims: ['scope', 'scp', '/realm_access/roles'] }
    expect(await scopesOf(table, { scope: 'access:check ledger:read' })).toEqual([
      'access:check',
      'ledger:read',
    ])
    expect(await scopesOf(table, { scope: ['access:check'], scp: 'ledger:read' })).toEqual([
      'access:check',
      'ledger:read',
    ])
    expect(await scopesOf(table, { realm_access: { roles: ['catalog:read'] } })).toEqual(['catalog:read'])
    expect(await scopesOf(table, { realm_access: null, scp: [] })).toEqual([])
    expect(await scopesOf(table, { realm_access: 'roles', '/realm_access/roles': ['catalog:read'] })).toEqual(
      [],
    )
  })

  it('are no texts of anything else', async () => {
    for (const scope of [
      7,
      null,
      {},
      ['access:check', 7],
      'a  b',
      ' access:check',
      'a"b',
      [['access:check']],
    ]) {
      expect(await scopesOf({}, { scope })).toBe('payload.scope is no list of scopes')
    }
  })

  it('count with their prefix alone, which is taken off once', async () => {
    const table = { scopePrefix: 'ledger/' }
    const scope =
      'ledger/access:check catalog:write other/ledger:read LEDGER/usage:write ledger/ledger/inbox:manage ledger/'
    expect(await scopesOf(table, { scope })).toEqual(['access:check'])
  })

  it('are those that a map names, and no others', async () => {
    const table = { scopes: { reader: ['entitlements:read', 'ledger:read'], toString: 'access:check' } }
    expect(await scopesOf(table, { scope: 'reader catalog:write constructor __proto__ READER' })).toEqual([
      'entitlements:read',
      'ledger:read',
    ])
    expect(await scopesOf({ ...table, scopePrefix: 'l/' }, { scope: 'reader l/reader' })).toHaveLength(2)
    expect(await scopesOf({ ...table, scopePrefix: 'l/' }, { scope: 'reader' })).toEqual([])
  })
})
