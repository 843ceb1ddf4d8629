import { describe, expect, it } from 'vitest'
import { aBinding, thrownBy } from '../rpc/bindings.ts'
import { aFeature, aKey, ask, grant, pathOf } from '../support/api.ts'
import { aUser } from '../support/user.ts'

function ifMatch(version: number): Record<string, string> {
  return { 'If-Match': `"${version}"` }
}

describe('If-Match', () => {
  it('lets a change through that rests on the newest version of the entitlement', async () => {
    const userId = aUser()
    const feature = await aFeature()
    const granted = await grant(userId, { feature })
    await grant(userId, { feature }) // another entitlement is none of its business
    const updated = await ask('PATCH', pathOf(granted), { body: { trial: true }, headers: ifMatch(1) })
    expect([updated.status, updated.json.version]).toEqual([200, 3])
    expect((await ask('DELETE', pathOf(granted), { headers: ifMatch(3) })).status).toBe(200)
  })

  it('stops a change that rests on an older one, and says which is the newest', async () => {
    const granted = await grant(aUser(), { feature: await aFeature() })
    const path = pathOf(granted)
    await ask('PATCH', path, { body: { trial: true } })
    for (const answered of [
      await ask('PATCH', path, { body: { trial: false }, headers: ifMatch(1) }),
      await ask('DELETE', path, { headers: ifMatch(1) }),
      await ask('POST', `${path}/suspend`, { headers: { ...ifMatch(1), ...aKey() } }),
    ]) {
      expect(answered).toMatchObject({ status: 412, json: { code: 'precondition_failed', version: 2 } })
      expect(answered.headers.get('ETag')).toBe('"2"')
    }
    expect((await ask('GET', path)).json).toMatchObject({ trial: true, state: 'active', version: 2 })
  })

  it('is of the user when something is created: nothing may have been recorded since', async () => {
    const userId = aUser()
    const feature = await aFeature()
    expect((await grant(userId, { feature }, { ...aKey(), ...ifMatch(0) })).status).toBe(201)
    expect(await grant(userId, { feature }, { ...aKey(), ...ifMatch(0) })).toMatchObject({
      status: 412,
      json: { version: 1 },
    })
    expect((await grant(userId, { feature }, { ...aKey(), ...ifMatch(1) })).status).toBe(201)
  })

  it('is taken as it was answered also where what stands between has weakened the tag', async () => {
    const path = pathOf(await grant(aUser(), { feature: await aFeature() }))
    const weak = { 'If-Match': 'W/"1"' }
    expect((await ask('PATCH', path, { body: { priority: 3 }, headers: weak })).json.version).toBe(2)
    expect((await ask('PATCH', path, { body: { priority: 4 }, headers: weak })).status).toBe(412)
    expect((await ask('DELETE', path, { headers: { 'If-Match': 'W/"2"' } })).status).toBe(200)
  })

  it('of any version is the newest there is', async () => {
    const userId = aUser()
    const granted = await grant(userId, { feature: await aFeature() })
    const any = { 'If-Match': '*' }
    expect((await ask('PATCH', pathOf(granted), { body: { priority: 3 }, headers: any })).status).toBe(200)
    const absent = `/v4/users/${userId}/entitlements/ent_${'0'.repeat(32)}`
    expect((await ask('DELETE', absent, { headers: any })).status).toBe(404)
    // What is created is not there yet.
    const created = await grant(userId, { feature: await aFeature() }, { ...aKey(), ...any })
    expect([created.status, created.json.errors[0].path]).toEqual([400, 'header.if-match'])
  })

  it('of a version that is still to come is none, through both doors', async () => {
    const [userId, feature] = [aUser(), await aFeature()]
    const granted = await grant(userId, { feature })
    for (const version of [2, 9_007_199_254_740_991]) {
      for (const answered of [
        await ask('PATCH', pathOf(granted), { body: { trial: true }, headers: ifMatch(version) }),
        await ask('DELETE', pathOf(granted), { headers: ifMatch(version) }),
        await grant(userId, { feature }, { ...aKey(), ...ifMatch(version) }),
      ]) {
        expect(answered).toMatchObject({ status: 412, json: { code: 'precondition_failed', version: 1 } })
      }
      const named = { userId, entitlementId: granted.json.id, ifVersion: version }
      expect((await thrownBy(aBinding().revoke(named))).problem).toMatchObject({ status: 412, version: 1 })
    }
  })

  it('gives an update and a revoke that race under one version one winner', async () => {
    for (let round = 0; round < 5; round += 1) {
      const path = pathOf(await grant(aUser(), { feature: await aFeature() }))
      const [update, revoke] = await Promise.all([
        ask('PATCH', path, { body: { trial: true }, headers: ifMatch(1) }),
        ask('DELETE', path, { headers: ifMatch(1) }),
      ])
      expect(new Set([update.status, revoke.status])).toEqual(new Set([200, 412]))
      const { trial, state, version } = (await ask('GET', path)).json
      expect([trial, state, version]).toEqual(
        update.status === 200 ? [true, 'active', 2] : [false, 'revoked', 2],
      )
    }
  })

  it('that fails leaves the key unused, so that the caller can decide again with it', async () => {
    const path = pathOf(await grant(aUser(), { feature: await aFeature() }))
    await ask('PATCH', path, { body: { priority: 1 } })
    const key = aKey()
    const suspend = (version: number) =>
      ask('POST', `${path}/suspend`, { headers: { ...key, ...ifMatch(version) } })
    expect((await suspend(1)).status).toBe(412)
    const { status, headers } = await suspend(2)
    expect([status, headers.get('Idempotent-Replayed')]).toEqual([200, null])
  })

  it('is not looked at again in a replay: the change it guarded has been made', async () => {
    const userId = aUser()
    const body = { feature: await aFeature() }
    const headers = { ...aKey(), ...ifMatch(0) }
    const first = await grant(userId, body, headers)
    const second = await grant(userId, body, headers)
    expect([second.status, second.text, second.headers.get('Idempotent-Replayed')]).toEqual([
      201,
      first.text,
      'true',
    ])
  })

  it('is one version in double quotes and nothing else, because a guard must not be guessed', async () => {
    const granted = await grant(aUser(), { feature: await aFeature() })
    for (const etag of [
      'w/"1"',
      '"1", "2"',
      '*, "1"',
      '1',
      '""',
      '"01"',
      '"-1"',
      '"1.0"',
      '"x"',
      "'1'",
      '"1',
    ]) {
      const answered = await ask('DELETE', pathOf(granted), { headers: { 'If-Match': etag } })
      expect([etag, answered.status, answered.json.code]).toEqual([etag, 400, 'malformed_request'])
      expect(answered.json.errors[0].path).toBe('header.if-match')
    }
    expect((await ask('GET', pathOf(granted))).json).toEqual(granted.json)
  })
})
