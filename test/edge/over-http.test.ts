import { exports } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { aCountingIsolate, aKnownPair } from '../support/a-counting-isolate.ts'
import { FRESHNESS, SECOND } from '../support/a-reader.ts'
import { aFeature, ask, grant } from '../support/api.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'

stopTheClock()

describe('GET /v4/users/{userId}/access/{feature}', () => {
  it('says where the answer came from, and is kept by no cache', async () => {
    const { path } = await aKnownPair()
    const { of } = await aCountingIsolate()
    for (const [query, source] of [
      ['', 'kv'],
      ['', 'memory'],
      ['?maxAge=60', 'memory'],
      ['?consistency=strong', 'ledger'],
    ]) {
      const { status, json, headers } = await ask('GET', `${path}${query}`, { of })
      expect([status, json.allowed, json.source]).toEqual([200, true, source])
      expect(headers.get('Server-Timing')).toMatch(new RegExp(`^${source};dur=\\d+$`))
      expect(headers.get('Cache-Control')).toBe('private, no-store')
    }
  })

  it('asks neither KV nor the object while memory knows', async () => {
    const { path } = await aKnownPair()
    const { of, asked } = await aCountingIsolate()
    await ask('GET', path, { of })
    expect(asked()).toEqual([1, 0])
    for (let n = 0; n < 10; n += 1) expect((await ask('GET', path, { of })).json.source).toBe('memory')
    expect(asked()).toEqual([1, 0])
  })

  it('answers HEAD as GET, without the body', async () => {
    const { path } = await aKnownPair()
    const { of } = await aCountingIsolate()
    await ask('GET', path, { of })
    const headers = { 'X-Request-Id': 'req_same' }
    const [head, get] = [await ask('HEAD', path, { of, headers }), await ask('GET', path, { of, headers })]
    expect([head.status, head.text, [...head.headers]]).toEqual([get.status, '', [...get.headers]])
  })

  it('knows of the write whose version it is given, and says so when there is no such version', async () => {
    const { userId, feature, path } = await aKnownPair()
    const { of } = await aCountingIsolate()
    await ask('GET', path, { of })
    const { json: granted } = await grant(userId, { feature, sourceRef: 'another' })
    const known = await ask('GET', `${path}?minVersion=${granted.version}`, { of })
    expect([known.json.version, known.json.entitlements.length]).toEqual([2, 2])
    const unknown = await ask('GET', `${path}?minVersion=3`, { of })
    expect([unknown.status, unknown.json.code, unknown.json.version]).toEqual([409, 'version_unknown', 2])
  })

  it('gives an old yes as degraded while the object does not answer, and else 503', async () => {
    const { path } = await aKnownPair()
    const { of, counted } = await aCountingIsolate()
    await ask('GET', path, { of })
    counted.isCutOff = true
    pass(FRESHNESS.allowMaxAgeMs)
    expect((await ask('GET', path, { of })).json).toMatchObject({ allowed: true, degraded: true })
    const { status, json, headers } = await ask('GET', `${path}-not`, { of })
    expect([status, json.code, json.retryable]).toEqual([503, 'ledger_unavailable', true])
    expect(headers.get('Retry-After')).not.toBeNull()
  })

  it('is asked once at the object for all who ask at once', async () => {
    const { of, asked } = await aCountingIsolate()
    const path = `/v4/users/${aUser()}/access/anything`
    for (const { json } of await Promise.all(Array.from({ length: 50 }, () => ask('GET', path, { of })))) {
      expect(json).toMatchObject({ allowed: false, version: 0 })
    }
    expect(asked()[1]).toBe(1)
  })

  it('is answered to all who ask at once, though who asked first hangs up', async () => {
    const headers = { Authorization: `Bearer ${await aToken()}` }
    for (let round = 0; round < 8; round += 1) {
      const path = `/v4/users/${aUser()}/access/anything`
      const hangingUp = new AbortController()
      const { signal } = hangingUp
      const first = exports.default.fetch(new Request(`https://ledger.test${path}`, { signal, headers }))
      const others = Array.from({ length: 20 }, () => ask('GET', path))
      await scheduler.wait(round) // at another moment in each round
      hangingUp.abort()
      await expect(first).rejects.toMatchObject({ name: 'AbortError' })
      for (const { status } of await Promise.all(others)) expect(status).toBe(200)
    }
  }, 20_000)
})

describe('GET /v4/users/{userId}/access', () => {
  it('lists each feature as its own check answers it', async () => {
    const { userId, feature } = await aKnownPair()
    const second = await aFeature('config')
    await grant(userId, { feature: second, value: { seats: 5 } })
    const { of } = await aCountingIsolate()
    const { json } = await ask('GET', `/v4/users/${userId}/access?minVersion=2`, { of })
    const { features, ...rest } = json
    expect(features.map((access: { feature: string }) => access.feature).toSorted()).toEqual(
      [feature, second].toSorted(),
    )
    for (const { type, ...access } of features) {
      expect(type).toBe(access.feature === second ? 'config' : 'boolean')
      const alone = await ask('GET', `/v4/users/${userId}/access/${access.feature}`, { of })
      expect({ ...rest, ...access, source: 'memory' }).toEqual(alone.json)
    }
  })

  it('is as fresh as a no, for it says no of all that it does not list', async () => {
    const { userId } = await aKnownPair()
    const { of } = await aCountingIsolate()
    await ask('GET', `/v4/users/${userId}/access`, { of })
    const second = await aFeature()
    await grant(userId, { feature: second })
    pass(5 * SECOND)
    const { json } = await ask('GET', `/v4/users/${userId}/access`, { of })
    expect(json.features).toHaveLength(2)
  })
})
