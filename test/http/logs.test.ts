import { describe, expect, it, vi } from 'vitest'
import { sha256 } from '../../src/platform/sha256.ts'
import { aFeature, aKey, ask, grant, pathOf } from '../support/api.ts'
import { aBrokenD1, anIsolate } from '../support/isolate.ts'
import { aToken } from '../support/token.ts'
import { gatherTheLog, lines, loggedDuring } from '../support/logged.ts'
import { aUser } from '../support/user.ts'

gatherTheLog()

describe('the log', () => {
  it('has one line for each write, of what was done and how it ended', async () => {
    const userId = aUser()
    const feature = await aFeature()
    const headers = { ...aKey(), 'X-Request-Id': 'checkout-7' }
    expect(await loggedDuring(() => grant(userId, { feature }, headers))).toEqual([
      {
        level: 'info',
        event: 'answered',
        requestId: 'checkout-7',
        method: 'POST',
        operation: 'createEntitlement',
        status: 201,
        durationMs: expect.any(Number),
      },
    ])
    const refused = await loggedDuring(() => grant(userId, { feature: 'nowhere' }))
    expect(refused).toMatchObject([{ operation: 'createEntitlement', status: 422 }])
    expect(await loggedDuring(() => ask('GET', '/nowhere'))).toMatchObject([{ operation: null, status: 404 }])
  })

  it('tells no token, no metadata, no reason and no bare user, whatever happens to them', async () => {
    const userId = aUser()
    const token = await aToken({ sub: 'support-agent-7' })
    const feature = await aFeature()
    await loggedDuring(async () => {
      const body = { feature, metadata: { email: 'ann@example.org' } }
      const granted = await ask('POST', `/v4/users/${userId}/entitlements`, { body, headers: aKey(), token })
      await ask('PATCH', pathOf(granted), {
        body: { metadata: { email: 'ann@example.org', x: '\ud800' } },
        token,
      })
      await ask('DELETE', `${pathOf(granted)}?reason=ann-asked`, { token })
      await ask('GET', `/v4/users/${userId}/entitlements`, { token: `${token.slice(0, -6)}AAAAAA` })
      await ask('GET', `/v4/users/${userId}/nothing?token=${token}`, { token })
    })
    expect(lines.length).toBeGreaterThan(4)
    for (const secret of [
      userId,
      token.slice(0, 40),
      token.slice(-40, -6),
      'ann@',
      'ann-asked',
      'support-agent',
    ]) {
      expect(lines.join('\n')).not.toContain(secret)
    }
  })

  it('has checks by sample, with the user as a hash that is the same each time', async () => {
    const userId = aUser()
    const path = `/v4/users/${userId}/access/export`
    const all = await anIsolate({ CHECK_LOG_SAMPLE: '1' })
    const logged = await loggedDuring(async () => {
      await ask('GET', path, { of: all })
      await vi.waitFor(() => expect(lines).toHaveLength(1)) // written after the answer
      await ask('GET', path, { of: all })
      await vi.waitFor(() => expect(lines).toHaveLength(2))
    })
    expect(logged).toMatchObject([
      {
        operation: 'checkAccess',
        status: 200,
        source: 'ledger',
        user: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
      { operation: 'checkAccess', status: 200, source: 'memory', user: logged[0]?.['user'] },
    ])
    expect(lines.join('\n')).not.toContain(userId)

    const none = await anIsolate({ CHECK_LOG_SAMPLE: '0' })
    expect(await loggedDuring(() => ask('GET', path, { of: none }))).toEqual([])
  })

  it('names no user to whoever hashes the names that there may be, and the same one by the key of the deployment', async () => {
    const path = '/v4/users/u_42/access/export'
    const hashBy = async (key: string | undefined) => {
      const of = await anIsolate({ CHECK_LOG_SAMPLE: '1', LOG_KEY: key })
      const logged = await loggedDuring(async () => {
        await ask('GET', path, { of })
        await vi.waitFor(() => expect(lines).toHaveLength(1))
      })
      return logged[0]?.['user']
    }
    const [one, again, another] = [
      await hashBy('the-key-of-one-deployment'),
      await hashBy('the-key-of-one-deployment'),
      await hashBy('the-key-of-another-one'),
    ]
    expect(again).toBe(one)
    const bare = (await sha256('u_42')).slice(0, 16)
    expect(new Set([bare, one, another, await hashBy(undefined), await hashBy(undefined)]).size).toBe(5)
  })

  it('has few lines of strangers, however often they ask, and says how many there were', async () => {
    const of = await anIsolate()
    const strange = { token: 'a.b.c', of }
    const logged = await loggedDuring(async () => {
      for (let index = 0; index < 40; index += 1) {
        await ask('GET', '/v4/features', strange)
        await ask('GET', `/${'x'.repeat(8000)}`, { of })
        await ask('POST', `/webhooks/${'x'.repeat(8000)}`, { of, body: {} })
      }
      await ask('GET', '/v4/features', { of })
    })
    const counts = Object.groupBy(logged, ({ event }) => String(event))
    expect(counts['token_refused']).toHaveLength(10)
    expect(counts['answered']).toHaveLength(11) // that of a caller who is known is one of them
    expect(counts['webhook']).toHaveLength(10)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(1000)
  })

  it('has the cause of a failure under the id that the caller was told, and the caller has no more', async () => {
    const of = await anIsolate({ DB: aBrokenD1('A thing that nobody thought of') })
    const headers = { 'X-Request-Id': 'failing-7' }
    const logged = await loggedDuring(async () => {
      const { json } = await ask('GET', '/v4/features/export', { of, headers })
      expect(json).toEqual({
        type: '/docs/problems#internal_error',
        title: expect.any(String),
        status: 500,
        code: 'internal_error',
        retryable: false,
        requestId: 'failing-7',
      })
    })
    expect(logged).toMatchObject([
      { level: 'error', event: 'request_failed', requestId: 'failing-7', error: expect.any(String) },
      { event: 'answered', requestId: 'failing-7', status: 500 },
    ])
    expect(lines[0]).toContain('A thing that nobody thought of')
  })

  it('tells of a statement that failed, and not with which values', async () => {
    const userId = aUser()
    const of = await anIsolate({ DB: aBrokenD1('D1_ERROR: Network connection lost.') })
    await loggedDuring(() => ask('GET', `/v4/users/${userId}/entitlements`, { of }))
    expect(lines[0]).toContain('D1_ERROR: Network connection lost.')
    expect(lines.join('\n')).not.toContain(userId)
  })
})
