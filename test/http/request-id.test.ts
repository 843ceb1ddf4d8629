import { describe, expect, it } from 'vitest'
import { type Answered, aFeature, aKey, ask, grant } from '../support/api.ts'
import { anIsolate } from '../support/isolate.ts'
import { aUser } from '../support/user.ts'

/** Requests of all kinds, each answered in another place of the Worker. */
const kinds: Record<string, (headers: Record<string, string>) => Promise<Answered>> = {
  'a read': (headers) => ask('GET', '/v4/features', { headers }),
  'a write': async (headers) => grant(aUser(), { feature: await aFeature() }, { ...aKey(), ...headers }),
  'a refused write': (headers) => grant(aUser(), { feature: 'nowhere' }, { ...aKey(), ...headers }),
  'a check at the ledger': (headers) => ask('GET', `/v4/users/${aUser()}/access/export`, { headers }),
  'a check from memory': async (headers) => {
    const path = `/v4/users/${aUser()}/access/export`
    await ask('GET', path)
    const answered = await ask('GET', path, { headers })
    expect(answered.json.source).toBe('memory')
    return answered
  },
  'a document': (headers) => ask('GET', '/docs', { headers }),
  'no token': (headers) => ask('GET', '/v4/features', { headers, token: null }),
  'a malformed request': (headers) => ask('GET', '/v4/features?limit=x', { headers }),
  'a body that is too large': (headers) => ask('POST', '/v4/checks', { headers, body: 'x'.repeat(70_000) }),
  'no such address': (headers) => ask('GET', '/nowhere', { headers }),
  'no such method': (headers) => ask('DELETE', '/v4/checks', { headers }),
  'a Worker that is not configured': async (headers) =>
    ask('GET', '/v4/features', { headers, of: await anIsolate({ JWT_ISSUER: undefined }) }),
}

describe.each(Object.entries(kinds))('%s', (_kind, request) => {
  it('is answered with the id that the caller gave it, also in the body of a problem', async () => {
    const id = `Checkout_7.retry:2-${crypto.randomUUID()}`
    const { status, headers, json } = await request({ 'X-Request-Id': id })
    expect(headers.get('X-Request-Id')).toBe(id)
    if (status >= 400) expect(json.requestId).toBe(id)
  })

  it('has an id of its own when the caller gave none', async () => {
    const ids = [await request({}), await request({})].map(({ headers }) => headers.get('X-Request-Id'))
    for (const id of ids) expect(id).toMatch(/^req_[0-9a-f-]{36}$/)
    expect(ids[0]).not.toBe(ids[1])
  })
})

describe('an id that could break a line of the log', () => {
  it('is not taken over', async () => {
    for (const id of [
      '',
      'two words',
      '"quoted"',
      'a,b',
      '{"level":"error"}',
      'x'.repeat(129),
      'ü',
      '<script>',
    ]) {
      const { headers } = await ask('GET', '/healthz', { headers: { 'X-Request-Id': id } })
      expect(headers.get('X-Request-Id')).toMatch(/^req_[0-9a-f-]{36}$/)
    }
  })
})
