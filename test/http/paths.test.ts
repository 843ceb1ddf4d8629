import { describe, expect, it } from 'vitest'
import { aFeature, ask, grant, pathOf, strongCheck } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aUser } from '../support/user.ts'

// What cannot be a user: a character, too much of them.
const NO_USERS = ['%00', '%20', '%0A', '%7F', 'ü', '%C3%BC', 'a'.repeat(201)]

describe('a part of a path', () => {
  it('that is no user is refused, whatever it is written with', async () => {
    for (const userId of NO_USERS) {
      for (const rest of ['/access/export', '/access', '/entitlements', '/ledger', '/ledger/verify']) {
        const answered = await ask('GET', `/v4/users/${userId}${rest}`)
        expectProblem(answered, 400, 'malformed_request')
        expect(answered.json.errors[0].path).toBe('path.userId')
      }
    }
  })

  it('that would leave the path leads to nothing', async () => {
    for (const userId of ['.', '..', '%2e', '%2e%2e', '.%2E', '']) {
      for (const rest of ['/access', '/ledger/verify']) {
        expectProblem(await ask('GET', `/v4/users/${userId}${rest}`), 404, 'not_found')
      }
    }
    // This is where several users are named, and nobody is.
    const several = await ask('GET', '/v4/users/../access/export')
    expectProblem(several, 400, 'malformed_request')
    expect(several.json.errors).toEqual([{ path: 'query.anyOf', message: 'is missing' }])
  })

  it('that is no feature, product or entitlement is refused', async () => {
    for (const key of ['__proto__', '%00', 'Export', 'a%2Fb', '-a', 'a'.repeat(65)]) {
      expectProblem(await ask('GET', `/v4/users/${aUser()}/access/${key}`), 400, 'malformed_request')
      expectProblem(
        await ask('PUT', `/v4/features/${key}`, { body: { type: 'boolean' } }),
        400,
        'malformed_request',
      )
    }
    for (const id of ['%00', '-a', 'a%2Fb', 'a'.repeat(129)]) {
      expectProblem(await ask('GET', `/v4/products/${id}`), 400, 'malformed_request')
    }
    for (const id of ['constructor', 'ent_1', `ENT_${'0'.repeat(32)}`, `ent_${'0'.repeat(33)}`, 'suspend']) {
      expectProblem(await ask('GET', `/v4/users/${aUser()}/entitlements/${id}`), 400, 'malformed_request')
    }
  })
})

describe('a user or feature of any name that may be', () => {
  it('is one like any other, also when it is called as something that every object has', async () => {
    for (const feature of ['constructor', 'tostring', 'valueof', '0']) {
      await ask('PUT', `/v4/features/${feature}`, { body: { type: 'boolean' } })
      for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
        const userId = `${name}:${crypto.randomUUID()}`.slice(0, name.length + feature.length + 1)
        expect(await strongCheck(userId, feature)).toMatchObject({ allowed: false, entitlements: [] })
      }
      const userId = '__proto__'
      const granted = await grant(userId, { feature })
      expect(granted.status).toBe(201)
      expect((await ask('GET', pathOf(granted))).json).toEqual(granted.json)
      expect(await strongCheck(userId, feature)).toMatchObject({ allowed: true, reason: 'granted' })
      expect(await strongCheck('constructor', feature)).toMatchObject({ allowed: false })
    }
    const { json } = await ask('GET', '/v4/users/__proto__/access?consistency=strong')
    expect(json.features.map(({ feature }: { feature: string }) => feature).toSorted()).toEqual([
      '0',
      'constructor',
      'tostring',
      'valueof',
    ])
  })

  it('is the same user however its characters are written', async () => {
    const feature = await aFeature()
    const userId = `auth0|Ann.B:${aUser()}@example.org`
    const granted = await grant(userId, { feature })
    expect(granted.json.userId).toBe(userId)
    const written = [userId, encodeURIComponent(userId), userId.replaceAll('.', '%2E').replace('A', '%41')]
    for (const one of written) {
      for (const query of ['', '?consistency=strong']) {
        const { json } = await ask('GET', `/v4/users/${one}/access/${feature}${query}`)
        expect([json.userId, json.allowed]).toEqual([userId, true])
      }
    }
    expect((await ask('GET', granted.headers.get('Location') ?? '')).json).toEqual(granted.json)
    expect((await strongCheck(userId.toLowerCase(), feature)).allowed).toBe(false)
  })
})
