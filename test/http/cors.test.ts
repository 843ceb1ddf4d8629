import { beforeAll, describe, expect, it } from 'vitest'
import { aFeature, ask, grant } from '../support/api.ts'
import { anIsolate } from '../support/isolate.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'

const PAGE = 'https://app.example.com'
const OTHER = 'https://evil.example.com'

let of: (request: Request) => Promise<Response>
beforeAll(async () => {
  of = await anIsolate({ CORS_ORIGINS: `${PAGE}, http://localhost:3000` })
})

function preflight(path: string, method: string, origin: string, headers = 'authorization') {
  const asked = { 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': headers }
  return ask('OPTIONS', path, { of, token: null, headers: { Origin: origin, ...asked } })
}

const allowed = (headers: Headers) => headers.get('Access-Control-Allow-Origin')

describe('a page of a listed origin', () => {
  it.each([PAGE, 'http://localhost:3000'])(
    'may ask what its user may see, and many checks: %s',
    async (origin) => {
      for (const [path, method] of [
        ['/v4/users/u/access/f', 'GET'],
        ['/v4/users/u/entitlements', 'GET'],
        ['/v4/purchases/stripe/cs_1', 'GET'],
        ['/v4/checks', 'POST'],
        ['/v4/users/u/passports', 'POST'],
        ['/ofrep/v1/evaluate/flags', 'POST'],
        ['/ofrep/v1/evaluate/flags/export-4k', 'POST'],
      ] as const) {
        const { status, headers, text } = await preflight(path, method, origin, 'authorization,content-type')
        expect([status, text, allowed(headers)]).toEqual([204, '', origin])
        expect(headers.get('Access-Control-Allow-Methods')).toContain(method)
        expect(headers.get('Access-Control-Allow-Headers')).toMatch(/Authorization, Content-Type/)
        expect(Number(headers.get('Access-Control-Max-Age'))).toBeGreaterThanOrEqual(7200)
        expect(headers.get('Vary')).toBe('Origin')
        expect(headers.get('Access-Control-Allow-Credentials')).toBeNull()
      }
    },
  )

  it('reads the answer and its headers, ahead of the router and behind it, also of a problem', async () => {
    const [userId, feature] = [aUser(), await aFeature()]
    await grant(userId, { feature })
    const token = await aToken({ sub: userId, scope: '' })
    const headers = { Origin: PAGE }
    for (const path of [
      `access/${feature}`,
      `access/${feature}`,
      'access',
      `access/${feature}?maxAge=9`,
      'entitlements',
    ]) {
      const answered = await ask('GET', `/v4/users/${userId}/${path}`, { of, headers, token })
      expect([answered.status, allowed(answered.headers), answered.headers.get('Vary')]).toEqual([
        200,
        PAGE,
        'Origin',
      ])
      expect(answered.headers.get('Access-Control-Expose-Headers')).toBe(
        'Date, ETag, Retry-After, X-Request-Id, Ledger-Head',
      )
    }
    const refused = await ask('GET', `/v4/users/${userId}/access/${feature}`, { of, headers, token: null })
    expect([refused.status, allowed(refused.headers)]).toEqual([401, PAGE])
    const checked = await ask('POST', '/v4/checks', { of, headers, body: { checks: [{ userId, feature }] } })
    expect([checked.json.results[0].allowed, allowed(checked.headers)]).toEqual([true, PAGE])
    const context = { targetingKey: userId }
    const evaluate = (more: object = {}) =>
      ask('POST', '/ofrep/v1/evaluate/flags', {
        of,
        token,
        headers: { ...headers, ...more },
        body: { context },
      })
    const flags = await evaluate()
    expect([flags.status, allowed(flags.headers)]).toEqual([200, PAGE])
    const same = await evaluate({ 'If-None-Match': flags.headers.get('ETag') ?? '' })
    expect([same.status, allowed(same.headers)]).toEqual([304, PAGE])
    expect(same.headers.get('Access-Control-Expose-Headers')).toContain('ETag')
  })

  it('may change nothing', async () => {
    for (const [path, method] of [
      ['/v4/users/u/entitlements', 'POST'],
      ['/v4/users/u/consumptions', 'POST'],
      ['/v4/features/f', 'PUT'],
      ['/v4/features/f', 'DELETE'],
      ['/webhooks/stripe', 'POST'],
    ] as const) {
      const { headers } = await preflight(path, method, PAGE)
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
    const put = await ask('PUT', '/v4/features/cors', {
      of,
      headers: { Origin: PAGE },
      body: { type: 'boolean' },
    })
    expect(allowed(put.headers)).toBeNull()
  })
})

it('A page of another origin is shown nothing, and caches keep the two apart', async () => {
  for (const origin of [
    OTHER,
    'null',
    `${PAGE}.evil.example`,
    'http://app.example.com',
    PAGE.toUpperCase(),
  ]) {
    const asked = await preflight('/v4/checks', 'POST', origin)
    expect([asked.status, allowed(asked.headers)]).toEqual([405, null])
    const answered = await ask('GET', '/v4/users/u/access/f', { of, headers: { Origin: origin } })
    expect([answered.status, allowed(answered.headers), answered.headers.get('Vary')]).toEqual([
      200,
      null,
      'Origin',
    ])
  }
  expect((await ask('GET', '/v4/users/u/access/f', { of })).headers.get('Vary')).toBe('Origin')
})

it('Without the setting nothing is added', async () => {
  const none = await ask('GET', '/v4/users/u/access/f', { headers: { Origin: PAGE } })
  expect([allowed(none.headers), none.headers.get('Vary')]).toEqual([null, null])
})
