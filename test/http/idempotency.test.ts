import { describe, expect, it } from 'vitest'
import { type Answered, aFeature, aKey, ask, grant, pathOf } from '../support/api.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'

/** Fails unless the second answer is the first one over again. */
function expectReplayed(second: Answered, first: Answered): void {
  expect(first.headers.get('Idempotent-Replayed')).toBeNull()
  expect(second.headers.get('Idempotent-Replayed')).toBe('true')
  expect(second.status).toBe(first.status)
  expect(second.text).toBe(first.text)
  for (const name of ['Content-Type', 'ETag', 'Ledger-Head', 'Location']) {
    expect(second.headers.get(name)).toBe(first.headers.get(name))
  }
}

describe('the same request with the same key', () => {
  it('is answered byte for byte as the first time, because clients retry what they got no answer to', async () => {
    const userId = aUser()
    const body = { feature: await aFeature(), metadata: { plan: 'pro' } }
    const key = aKey()
    const first = await grant(userId, body, key)
    await ask('DELETE', pathOf(first)) // what has happened since does not change what was answered
    expectReplayed(await grant(userId, body, key), first)
    expect((await ask('GET', `/v4/users/${userId}/ledger`)).json.items).toHaveLength(2)
  })

  it('stays refused after the reason has gone, because the first answer may have been acted upon', async () => {
    const userId = aUser()
    const feature = `feature-${crypto.randomUUID()}`
    const key = aKey()
    const first = await grant(userId, { feature }, key)
    expect(first).toMatchObject({ status: 422, json: { code: 'feature_unknown' } })
    await ask('PUT', `/v4/features/${feature}`, { body: { type: 'boolean' } })
    expectReplayed(await grant(userId, { feature }, key), first)
    expect((await grant(userId, { feature })).status).toBe(201)
  })

  it('is the same refusal for each reason that depends on the state', async () => {
    const userId = aUser()
    const [feature, config, archived] = [await aFeature(), await aFeature('config'), await aFeature()]
    await ask('DELETE', `/v4/features/${archived}`)
    const granted = await grant(userId, { feature, sourceRef: 'order-1' })
    await ask('DELETE', pathOf(granted))
    const missing = `/v4/users/${userId}/entitlements/ent_${'0'.repeat(32)}`
    const requests: Record<string, () => Promise<Answered>> = {
      entitlement_exists: withKey((key) => grant(userId, { feature, sourceRef: 'order-1' }, key)),
      feature_archived: withKey((key) => grant(userId, { feature: archived }, key)),
      value_missing: withKey((key) => grant(userId, { feature: config }, key)),
      value_not_allowed: withKey((key) => grant(userId, { feature, value: 1 }, key)),
      period_impossible: withKey((key) =>
        grant(userId, { feature, graceEndsAt: '2099-01-01T00:00:00Z' }, key),
      ),
      entitlement_not_found: withKey((headers) => ask('POST', `${missing}/suspend`, { headers })),
      entitlement_revoked: withKey((headers) => ask('POST', `${pathOf(granted)}/resume`, { headers })),
    }
    for (const [code, request] of Object.entries(requests)) {
      const first = await request()
      expect(first.json.code).toBe(code)
      expectReplayed(await request(), first)
    }
  })

  it('is recognised whatever the order of its members and the white space between them', async () => {
    const userId = aUser()
    const feature = await aFeature()
    const key = aKey()
    const first = await grant(userId, { feature, metadata: { a: 1, b: { c: 2, d: 3 } }, trial: true }, key)
    const body = `\n{ "trial" : true, "metadata":{"b":{"d":3.0,"c":2},"a":1e0},\t"feature":"${feature}" }\r\n`
    expectReplayed(await ask('POST', `/v4/users/${userId}/entitlements`, { body, headers: key }), first)
  })

  it('is recognised where a key is not asked for but sent: on PATCH and DELETE', async () => {
    const granted = await grant(aUser(), { feature: await aFeature() })
    const path = pathOf(granted)
    const patch = withKey((headers) => ask('PATCH', path, { body: { priority: 1 }, headers }))
    const first = await patch()
    await ask('PATCH', path, { body: { priority: 2 } })
    expectReplayed(await patch(), first)
    const revoke = withKey((headers) => ask('DELETE', `${path}?reason=over`, { headers }))
    const revoked = await revoke()
    expectReplayed(await revoke(), revoked)
  })

  it('from two callers at one moment is done once', async () => {
    const userId = aUser()
    const body = { feature: await aFeature() }
    const key = aKey()
    const [one, other] = await Promise.all([grant(userId, body, key), grant(userId, body, key)])
    expect(one.text).toBe(other.text)
    expect((await ask('GET', `/v4/users/${userId}/ledger`)).json.items).toHaveLength(1)
  })
})

describe('a key that was used', () => {
  it('is refused for another body, another operation or another entitlement, and keeps its answer', async () => {
    const userId = aUser()
    const feature = await aFeature()
    const key = aKey()
    const first = await grant(userId, { feature }, key)
    const other = await grant(userId, { feature, sourceRef: 'other' })
    const reused = await Promise.all([
      grant(userId, { feature, trial: true }, key),
      ask('POST', `${pathOf(first)}/suspend`, { headers: key }),
      ask('DELETE', pathOf(first), { headers: key }),
      ask('PATCH', pathOf(other), { body: { trial: true }, headers: key }),
    ])
    for (const { status, json } of reused)
      expect([status, json.code]).toEqual([422, 'idempotency_key_reused'])
    expectReplayed(await grant(userId, { feature }, key), first)

    const suspendKey = aKey()
    await ask('POST', `${pathOf(first)}/suspend`, { headers: suspendKey })
    const resumed = await ask('POST', `${pathOf(first)}/resume`, { headers: suspendKey })
    expect(resumed.json.code).toBe('idempotency_key_reused')
  })

  it('for nothing but a refusal is free for another command, and each is answered its own again', async () => {
    const userId = aUser()
    const [feature, meter] = [await aFeature(), await aFeature('metered')]
    const key = { 'Idempotency-Key': 'order-1001' }
    const partner = await aToken({ sub: 'partner', scope: 'usage:write' })
    const take = (amount: number) =>
      ask('POST', `/v4/users/${userId}/consumptions`, {
        body: { feature: meter, amount },
        headers: key,
        token: partner,
      })
    const refused = await take(1)
    const refusedToo = await take(2)
    expect([refused, refusedToo].map(({ json }) => json.code)).toEqual([
      'insufficient_balance',
      'insufficient_balance',
    ])
    const granted = await grant(userId, { feature }, key)
    expect(granted.status).toBe(201)

    expect((await take(3)).json.code).toBe('idempotency_key_reused')
    expectReplayed(await take(1), refused)
    expectReplayed(await take(2), refusedToo)
    const renewed = await aToken({ sub: 'shop-renewed' })
    const again = await ask('POST', `/v4/users/${userId}/entitlements`, {
      body: { feature },
      headers: key,
      token: renewed,
    })
    expectReplayed(again, granted)
  })

  it('is another key of another user', async () => {
    const feature = await aFeature()
    const key = aKey()
    const answers = [await grant(aUser(), { feature }, key), await grant(aUser(), { feature }, key)]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(answers[0]?.json.id).not.toBe(answers[1]?.json.id)
  })
})

/** A request that is sent with the same key each time. */
function withKey(request: (key: Record<string, string>) => Promise<Answered>): () => Promise<Answered> {
  const key = aKey()
  return () => request(key)
}
