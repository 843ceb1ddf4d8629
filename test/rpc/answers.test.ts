import { describe, expect, it } from 'vitest'
import { KvAtLocation } from '../support/kv-at-location.ts'
import { aKnownPair } from '../support/a-counting-isolate.ts'
import { aFeature, ask, grant } from '../support/api.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { aUser } from '../support/user.ts'
import { aBinding, anEntrypoint, thrownBy } from './bindings.ts'

stopTheClock()

/** A user with a boolean and a config feature. */
async function aUserWithTwo() {
  const [userId, feature, config] = [aUser(), await aFeature(), await aFeature('config')]
  await grant(userId, { feature, endsAt: '2999-01-01T00:00:00.000Z' })
  const { json } = await grant(userId, { feature: config, value: { seats: 5 } })
  return { userId, feature, config, version: json.version as number }
}

describe('check', () => {
  it('answers what HTTP answers, for a yes, a value and a no', async () => {
    const { userId, feature, config, version } = await aUserWithTwo()
    // From then on memory has the user.
    await aBinding().check({ userId, feature, minVersion: version })
    for (const asked of [feature, config, 'nothing']) {
      const path = `/v4/users/${userId}/access/${asked}`
      const { json } = await ask('GET', `${path}?consistency=strong`)
      const answer = await aBinding().check({ userId, feature: asked, consistency: 'strong' })
      expect(answer).toStrictEqual(json)
      const known = await aBinding().check({ userId, feature: asked, minVersion: version })
      expect(known).toStrictEqual((await ask('GET', `${path}?minVersion=${version}`)).json)
    }
  })

  it('is as fresh as it is asked to be', async () => {
    const { userId, feature } = await aKnownPair()
    const of = await anEntrypoint({})
    expect((await of.check({ userId, feature })).source).toBe('kv')
    expect((await of.check({ userId, feature, maxAge: 60 })).source).toBe('memory')
    pass(1000)
    expect((await of.check({ userId, feature, maxAge: 0 })).source).toBe('ledger')
    expect((await of.check({ userId, feature, consistency: 'strong' })).source).toBe('ledger')
    const { problem } = await thrownBy(of.check({ userId, feature, minVersion: 2 }))
    expect(problem).toMatchObject({ code: 'version_unknown', version: 1 })
  })

  it('asks nobody while memory knows', async () => {
    const { userId, feature } = await aKnownPair()
    const place = new KvAtLocation()
    const untouchable = new Proxy({}, { get: (_target, name) => expect.fail(`${String(name)} was touched`) })
    const of = await anEntrypoint({
      KV: place.kv,
      USERS: untouchable,
      DB: untouchable,
      CHECK_LOG_SAMPLE: '0',
    })
    await of.check({ userId, feature })
    for (let n = 0; n < 10; n += 1) {
      expect(await of.check({ userId, feature })).toMatchObject({ allowed: true, source: 'memory' })
    }
    expect(place.reads).toBe(1)
  })
})

describe('access', () => {
  it('answers what HTTP answers, and when, which HTTP says in a header', async () => {
    const { userId } = await aUserWithTwo()
    const { json } = await ask('GET', `/v4/users/${userId}/access?consistency=strong`)
    expect(json.features).toHaveLength(2)
    const { answeredAt, ...list } = await aBinding().access({ userId, consistency: 'strong' })
    expect(list).toStrictEqual(json)
    expect(answeredAt).toBe(new Date().toISOString())
  })
})

describe('checkMany', () => {
  it('answers what HTTP answers: a check or a problem for each, in their order', async () => {
    const { userId, feature, config } = await aUserWithTwo()
    const body = {
      consistency: 'strong' as const,
      checks: [
        { userId, feature },
        { userId, feature, minVersion: 9 },
        { userId: aUser(), feature: config },
      ],
    }
    const headers = { 'X-Request-Id': 'req_same' }
    const { json } = await ask('POST', '/v4/checks', { body, headers })
    const { results } = await aBinding().checkMany(body)
    expect(
      results.map((result) => ('requestId' in result ? { ...result, requestId: 'req_same' } : result)),
    ).toEqual(json.results)
    expect(json.results[1].code).toBe('version_unknown')
  })
})

describe('grant and revoke', () => {
  it('answer the entitlement as HTTP shows it, with the version that a check can be told', async () => {
    const [userId, feature] = [aUser(), await aFeature('config')]
    const granted = await aBinding().grant({
      userId,
      idempotencyKey: 'order-1',
      feature,
      value: { seats: 5 },
      endsAt: '2999-01-01T00:00:00.000Z',
      metadata: { order: 1 },
    })
    const path = `/v4/users/${userId}/entitlements/${granted.id}`
    expect(granted).toStrictEqual((await ask('GET', path)).json)
    const check = await aBinding().check({ userId, feature, minVersion: granted.version })
    expect(check).toMatchObject({ allowed: true, value: { seats: 5 }, version: 1 })

    const revoked = await aBinding().revoke({ userId, entitlementId: granted.id, reason: 'over' })
    expect(revoked).toMatchObject({ state: 'revoked', version: 2 })
    expect(revoked).toStrictEqual((await ask('GET', path)).json)
    expect(await aBinding().check({ userId, feature, minVersion: 2 })).toMatchObject({ reason: 'revoked' })
  })

  it('stand in the history as what came through a binding, under the name that the binding gives', async () => {
    const [userId, feature] = [aUser(), await aFeature()]
    const scopes = ['entitlements:write']
    const { id } = await aBinding({ scopes }).grant({ userId, idempotencyKey: 'order-1', feature })
    await aBinding({ scopes, caller: 'support' }).revoke({ userId, entitlementId: id, reason: 'asked' })
    const { json } = await ask('GET', `/v4/users/${userId}/ledger?order=oldest`)
    expect(json.items).toMatchObject([
      { type: 'entitlement_created', cause: { kind: 'rpc' }, note: { actor: 'rpc' } },
      { type: 'entitlement_revoked', cause: { kind: 'rpc' }, note: { actor: 'support', reason: 'asked' } },
    ])
    expect((await ask('GET', `/v4/users/${userId}/ledger/verify`)).json).toMatchObject({ intact: true })
  })
})
