import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { ask } from '../../support/api.ts'
import { anIsolate } from '../../support/isolate.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'
import { askForPassport } from './a-passport.ts'

const JWKS = '/.well-known/jwks.json'
const KEYS = Reflect.get(env, 'PASSPORT_KEYS') as string

describe('the keys of passports', () => {
  it('are published to anybody for five minutes, without anything of their private halves', async () => {
    const { status, headers, json, text } = await ask('GET', JWKS, { token: null })
    expect([status, headers.get('Cache-Control')]).toEqual([200, 'public, max-age=300'])
    const [{ x, y, d }] = JSON.parse(KEYS).keys
    expect(json).toEqual({
      keys: [{ kty: 'EC', crv: 'P-256', kid: 'passports', alg: 'ES256', use: 'sig', x, y }],
    })
    expect(text).not.toContain(d)
    const known = { 'If-None-Match': headers.get('ETag') ?? '' }
    expect((await ask('GET', JWKS, { token: null, headers: known })).status).toBe(304)
  })

  it('are for a page of any origin as well, as passports are verified there, and also where it has them', async () => {
    const { headers } = await ask('GET', JWKS, { token: null })
    const known = { 'If-None-Match': headers.get('ETag') ?? '', Origin: 'https://app.example.com' }
    const of = await anIsolate({ CORS_ORIGINS: 'https://other.example.com' })
    for (const answered of [
      await ask('GET', JWKS, { token: null, headers: { Origin: 'https://app.example.com' } }),
      await ask('GET', JWKS, { token: null, headers: known, of }),
    ]) {
      expect(answered.headers.get('Access-Control-Allow-Origin')).toBe('*')
      expect(answered.headers.get('Access-Control-Allow-Credentials')).toBeNull()
    }
  })

  it('that are wrong stop passports, and /readyz says so, and no check is stopped', async () => {
    const of = await anIsolate({ PASSPORT_KEYS: '{ "keys": [] }' })
    for (const answered of [
      await ask('GET', '/readyz', { token: null, of }),
      await ask('GET', JWKS, { token: null, of }),
      await askForPassport(aUser(), {}, { of }),
    ]) {
      expectProblem(answered, 503, 'misconfigured')
      expect(answered.json.detail).toBe('PASSPORT_KEYS.keys has 0 keys of the role signing: one signs')
    }
    expect((await ask('GET', `/v4/users/${aUser()}/access/anything`, { of })).status).toBe(200)
  })

  it('of which one is none of a pair are told by /readyz, also before that is to sign', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
      'sign',
      'verify',
    ])
    const other = await crypto.subtle.exportKey('jwk', (pair as CryptoKeyPair).privateKey)
    const [key] = JSON.parse(KEYS).keys
    const mixed = { ...key, d: Reflect.get(other, 'd') }
    const beside = { ...key, kid: 'beside' }
    for (const { keys, place } of [
      { keys: [mixed], place: 0 },
      { keys: [key, { ...mixed, kid: 'next', role: 'announced' }], place: 1 },
      { keys: [key, { ...beside, y: key.x, d: undefined, role: 'retired' }], place: 1 },
    ]) {
      const of = await anIsolate({ PASSPORT_KEYS: JSON.stringify({ keys }) })
      const answered = await ask('GET', '/readyz', { token: null, of })
      expectProblem(answered, 503, 'misconfigured')
      expect(answered.json.detail).toBe(`PASSPORT_KEYS.keys.${place} is no key of a pair on P-256`)
    }
    const good = await anIsolate({
      PASSPORT_KEYS: JSON.stringify({ keys: [key, { ...beside, role: 'announced' }] }),
    })
    expect((await ask('GET', '/readyz', { token: null, of: good })).status).toBe(200)
  })
})
