import { describe, expect, it } from 'vitest'
import { aFeature, aKey, ask, grant, pathOf } from '../support/api.ts'
import { aUser } from '../support/user.ts'

const WRONG_KEYS = ['', 'k'.repeat(256), 'schlüssel', 'two words', 'one, another', 'tab\tbed', '\u007f']

describe('a POST that writes', () => {
  it('needs a key, because without one a retry could count twice', async () => {
    const granted = await grant(aUser(), { feature: await aFeature() })
    const answers = await Promise.all([
      grant(aUser(), { feature: await aFeature() }, {}),
      ask('POST', `${pathOf(granted)}/suspend`),
      ask('POST', `${pathOf(granted)}/resume`),
    ])
    for (const { status, json } of answers)
      expect([status, json.code]).toEqual([400, 'idempotency_key_missing'])
  })

  it('takes no key that is not 1 to 255 visible ASCII characters', async () => {
    const userId = aUser()
    const feature = await aFeature()
    for (const key of WRONG_KEYS) {
      const { status, json } = await grant(userId, { feature }, { 'Idempotency-Key': key })
      expect([key, status, json.code]).toEqual([key, 400, 'idempotency_key_missing'])
    }
    expect((await ask('GET', `/v4/users/${userId}/ledger`)).json.items).toEqual([])
  })

  it('takes any key that is, and it is a name like any other', async () => {
    const userId = aUser()
    for (const key of [
      'k'.repeat(255),
      '__proto__',
      '"quoted"',
      "'; DROP TABLE receipts; --".replaceAll(' ', '+'),
    ]) {
      const { status, json } = await grant(userId, { feature: await aFeature() }, { 'Idempotency-Key': key })
      expect([status, json.source.ref]).toEqual([201, key])
    }
  })
})

describe('a PATCH or DELETE', () => {
  it('needs no key, but one that is sent must be one', async () => {
    const path = pathOf(await grant(aUser(), { feature: await aFeature() }))
    const headers = { 'Idempotency-Key': 'two words' }
    for (const answered of [
      await ask('PATCH', path, { body: { trial: true }, headers }),
      await ask('DELETE', path, { headers }),
    ]) {
      expect(answered).toMatchObject({
        status: 400,
        json: { code: 'malformed_request', errors: [{ path: 'header.idempotency-key' }] },
      })
    }
    expect((await ask('PATCH', path, { body: { trial: true } })).status).toBe(200)
    expect((await ask('DELETE', path)).status).toBe(200)
  })
})

describe('a request that was malformed', () => {
  it('leaves its key unused, so that it can be put right', async () => {
    const userId = aUser()
    const feature = await aFeature()
    const key = aKey()
    expect((await grant(userId, { feature, priority: 'high' }, key)).status).toBe(400)
    expect(
      (await ask('POST', `/v4/users/${userId}/entitlements`, { token: null, headers: key })).status,
    ).toBe(401)
    expect((await grant(userId, { feature }, key)).status).toBe(201)
  })
})
