import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { aFeature, ask, grant } from '../../support/api.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { anIsolate } from '../../support/isolate.ts'
import { expectProblem } from '../../support/problem.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'
import { withEntries } from '../../support/with-entries.ts'

stopTheClock()

/** A user with their own token, at an isolate that remembers nothing of them. */
async function aUserOfTheirOwn(userId = aUser()) {
  const [of, token] = [await anIsolate(), await aToken({ sub: userId, scope: '' })]
  return {
    userId,
    of,
    read: (query = '') => ask('GET', `/v4/users/${userId}/ledger${query}`, { of, token }),
    prove: () => ask('GET', `/v4/users/${userId}/ledger/verify`, { of, token }),
  }
}

describe('what users read of their own history', () => {
  it('is 10,000 entries in a minute, and then a little at a time', async () => {
    const { userId, of, read } = await aUserOfTheirOwn()
    await grant(userId, { feature: await aFeature() })
    for (let page = 0; page < 100; page += 1) expect((await read('?limit=100')).status).toBe(200)
    const refused = await read('?limit=100')
    expectProblem(refused, 429, 'too_many_requests')
    expect(refused.headers.get('Retry-After')).toBe('1')
    pass(1000)
    expect((await read('?limit=100')).status).toBe(200)
    expect((await read('?limit=100')).status).toBe(429)
    // Who may read all histories reads on, and so does everybody else.
    expect((await ask('GET', `/v4/users/${userId}/ledger`, { of })).status).toBe(200)
    const another = aUser()
    const theirs = { of, token: await aToken({ sub: another, scope: '' }) }
    expect((await ask('GET', `/v4/users/${another}/ledger`, theirs)).status).toBe(200)
  })

  it('is proved as often as its length allows, and counts as a hundred entries at least', async () => {
    const { userId, prove } = await aUserOfTheirOwn()
    await grant(userId, { feature: await aFeature() })
    for (let proof = 0; proof < 100; proof += 1) expect((await prove()).json).toMatchObject({ intact: true })
    expectProblem(await prove(), 429, 'too_many_requests')

    const long = await aUserOfTheirOwn()
    await withEntries(env.DB, long.userId, 6000)
    expect((await long.prove()).status).toBe(200)
    const refused = await long.prove()
    expectProblem(refused, 429, 'too_many_requests')
    expect(refused.headers.get('Retry-After')).toBe('12')
    pass(12_000)
    expect((await long.prove()).status).toBe(200)
  })

  it('is not proved where it is longer than that, but for who has the scope', async () => {
    const { userId, of, prove } = await aUserOfTheirOwn()
    await withEntries(env.DB, userId, 10_001)
    const refused = await prove()
    expectProblem(refused, 422, 'history_too_long')
    expect(refused.json).toMatchObject({ version: 10_001 })
    const proved = await ask('GET', `/v4/users/${userId}/ledger/verify`, { of })
    expect(proved).toMatchObject({ status: 200, json: { intact: false, firstWrong: { seq: 1 } } })
  })
})
