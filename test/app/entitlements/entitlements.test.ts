import { describe, expect, it } from 'vitest'
import { aFeature, aKey, ask, grant, pathOf, strongCheck } from '../../support/api.ts'
import { aUser } from '../../support/user.ts'

describe('granting a feature', () => {
  it('answers the entitlement, where it is and which version it is', async () => {
    const userId = aUser()
    const feature = await aFeature()
    const granted = await grant(userId, { feature, sourceRef: 'order-1', metadata: { plan: 'pro' } })
    expect(granted.status).toBe(201)
    expect(granted.json).toMatchObject({
      userId,
      feature,
      state: 'active',
      source: { provider: 'api', ref: 'order-1', product: null },
      metadata: { plan: 'pro' },
      version: 1,
    })
    expect(granted.headers.get('ETag')).toBe('"1"')
    expect(granted.headers.get('Ledger-Head')).toMatch(/^1:[0-9a-f]{64}$/)
    const found = await ask('GET', granted.headers.get('Location') ?? '')
    expect(found.json).toEqual(granted.json)
    expect(found.headers.get('ETag')).toBe('"1"')
  })

  it('allows the user from the answer on, and nobody else', async () => {
    const userId = aUser()
    const feature = await aFeature()
    const { json } = await grant(userId, { feature })
    expect(await strongCheck(userId, feature)).toMatchObject({
      allowed: true,
      reason: 'granted',
      entitlements: [json.id],
      nextChangeAt: null,
      version: 1,
      source: 'ledger',
    })
    expect(await strongCheck(aUser(), feature)).toMatchObject({ allowed: false, reason: 'no_entitlement' })
  })

  it('gives a config feature the value that was sent, whatever JSON it is, null among them', async () => {
    for (const value of [null, 0, false, '', [1, { deep: 'ü' }], { seats: 5 }]) {
      const userId = aUser()
      const feature = await aFeature('config')
      const granted = await grant(userId, { feature, value })
      expect(granted.json.value).toEqual(value)
      expect((await ask('GET', pathOf(granted))).json.value).toEqual(value)
      expect(await strongCheck(userId, feature)).toMatchObject({ allowed: true, value })
    }
  })

  it('is named after its Idempotency-Key when the caller has no name for the source', async () => {
    const { json } = await grant(aUser(), { feature: await aFeature() }, { 'Idempotency-Key': 'order-77' })
    expect(json.source).toEqual({ provider: 'api', ref: 'order-77', product: null })
  })

  it('is done once by one source: the second time it is told which entitlement is there', async () => {
    const userId = aUser()
    const feature = await aFeature()
    const first = await grant(userId, { feature, sourceRef: 'order-1' })
    const second = await grant(userId, { feature, sourceRef: 'order-1', trial: true })
    expect(second).toMatchObject({
      status: 409,
      json: { code: 'entitlement_exists', entitlementId: first.json.id },
    })
    expect((await ask('GET', pathOf(first))).json.trial).toBe(false)
  })
})

describe('several sources of one feature', () => {
  it('each give it, so that it stays while one of them is left', async () => {
    const userId = aUser()
    const feature = await aFeature()
    const first = await grant(userId, { feature, sourceRef: 'order-1' })
    const second = await grant(userId, { feature, sourceRef: 'order-2' })
    expect(new Set((await strongCheck(userId, feature)).entitlements)).toEqual(
      new Set([first.json.id, second.json.id]),
    )
    await ask('DELETE', pathOf(first))
    expect(await strongCheck(userId, feature)).toMatchObject({
      allowed: true,
      entitlements: [second.json.id],
    })
    await ask('DELETE', pathOf(second))
    expect(await strongCheck(userId, feature)).toMatchObject({ allowed: false, reason: 'revoked' })
  })

  it('give a config feature the value of the highest priority', async () => {
    const userId = aUser()
    const feature = await aFeature('config')
    await grant(userId, { feature, value: 10, priority: 1 })
    await grant(userId, { feature, value: 50, priority: 2 })
    await grant(userId, { feature, value: 30 })
    expect(await strongCheck(userId, feature)).toMatchObject({ value: 50 })
  })
})

describe('an entitlement that is not there', () => {
  it('cannot be told from one of another user, so that ids give nothing away', async () => {
    const granted = await grant(aUser(), { feature: await aFeature() })
    const stranger = aUser()
    const headers = { ...aKey(), 'X-Request-Id': 'same' }
    for (const [method, action, body] of [
      ['GET', ''],
      ['PATCH', '', { trial: true }],
      ['DELETE', ''],
      ['POST', '/suspend'],
      ['POST', '/resume'],
    ] as const) {
      const [foreign, missing] = await Promise.all(
        [granted.json.id, `ent_${'0'.repeat(32)}`].map((id) =>
          ask(method, `/v4/users/${stranger}/entitlements/${id}${action}`, {
            body,
            headers: { ...headers, ...aKey() },
          }),
        ),
      )
      expect(foreign?.status).toBe(404)
      expect(foreign?.text.replace(granted.json.id, '')).toBe(
        missing?.text.replace(`ent_${'0'.repeat(32)}`, ''),
      )
    }
    expect((await ask('GET', pathOf(granted))).json).toEqual(granted.json)
  })
})
