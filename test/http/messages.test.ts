import { exports } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { aBrokenD1, anIsolate } from '../support/isolate.ts'
import { aFeature, aKey, ask, grant, pathOf } from '../support/api.ts'
import { aUser } from '../support/user.ts'

// What a newcomer sends, and what they are told to send instead.

interface Wrong {
  readonly asked: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly token?: null
  readonly status: number
  /** In the detail, or in the only message. */
  readonly says: RegExp
}

const WRONG: readonly Wrong[] = [
  { asked: 'GET /v4/features', token: null, status: 401, says: /no token.*Authorization: Bearer/i },
  {
    asked: 'GET /v4/features',
    token: null,
    headers: { Authorization: 'Basic dXNlcg==' },
    status: 401,
    says: /Bearer/,
  },
  {
    asked: 'GET /v4/features',
    token: null,
    headers: { Authorization: 'eyJ.eyJ.sig' },
    status: 401,
    says: /Bearer/,
  },
  { asked: 'GET /v4/features', headers: { Authorization: 'Bearer abc' }, status: 401, says: /no JWT/ },
  {
    asked: 'GET /v4/features',
    headers: { Authorization: 'Bearer eyJhbGciOiJFUzI1NiJ9.e30.AAAA' },
    status: 401,
    says: /not accepted/,
  },
  {
    asked: 'GET /v4/users/u/access/f?min_version=1',
    status: 400,
    says: /"min_version".*did you mean "minVersion"/,
  },
  { asked: 'GET /v4/features?Limit=1', status: 400, says: /did you mean "limit"/ },
  { asked: 'GET /v4/entitlements?feature=a&userId=er', status: 400, says: /\/v4\/users\/\{userId\}/ },
  {
    asked: 'POST /v4/users/u/entitlements',
    body: { feature: 'a', expiresAt: null },
    status: 400,
    says: /did you mean "endsAt"/,
  },
  {
    asked: 'POST /v4/users/u/entitlements',
    body: { feature: 'a', ends_at: null },
    status: 400,
    says: /did you mean "endsAt"/,
  },
  {
    asked: 'POST /v4/users/u/entitlements',
    body: { feature: 'a', zzz: 1 },
    status: 400,
    says: /"zzz".*known are .*"feature"/,
  },
  { asked: 'POST /v4/users/u/entitlements', body: [], status: 400, says: /^must be an object, not a list$/ },
  {
    asked: 'POST /v4/users/u/entitlements',
    body: 'null',
    status: 400,
    says: /^must be an object, not null$/,
  },
  { asked: 'POST /v4/users/u/entitlements', body: {}, status: 400, says: /^is missing$/ },
  {
    asked: 'POST /v4/users/u/entitlements',
    body: { feature: 7 },
    status: 400,
    says: /^must be a text, not a number$/,
  },
  {
    asked: 'POST /v4/users/u/entitlements',
    body: { feature: 'a', trial: 'yes' },
    status: 400,
    says: /^must be true or false, not a text$/,
  },
  {
    asked: 'POST /v4/users/u/entitlements',
    body: { feature: 'a', reset: { every: 'monthly' } },
    status: 400,
    says: /must be one of "hour", "day".*did you mean "month"/,
  },
  {
    asked: 'POST /v4/users/u/entitlements',
    body: { feature: 'a', priority: 2_000_000 },
    status: 400,
    says: /^must be at most 1000000$/,
  },
  {
    asked: 'POST /v4/users/u/entitlements',
    body: { feature: 'a', metadata: 7 },
    status: 400,
    says: /is not an object/,
  },
  { asked: 'POST /v4/users/u/consumptions', body: { feature: 'a' }, status: 400, says: /^is missing$/ },
  {
    asked: 'POST /v4/users/u/consumptions',
    body: { feature: 'a', amount: '5' },
    status: 400,
    says: /^must be a number, not a text$/,
  },
  {
    asked: 'POST /v4/users/u/consumptions',
    body: { feature: 'a', amount: 1.5 },
    status: 400,
    says: /^must be a whole number$/,
  },
  {
    asked: 'POST /v4/users/u/consumptions',
    body: { feature: 'a', amount: 0 },
    status: 400,
    says: /^must be at least 1$/,
  },
  {
    asked: 'POST /v4/users/u/consumptions',
    body: '{"feature":"a","amount":1e300}',
    status: 400,
    says: /^must be at most 9007199254740991$/,
  },
  {
    asked: 'POST /v4/users/u/consumptions',
    body: '{"feature":"a","amount":1e999}',
    status: 400,
    says: /^must be a finite number$/,
  },
  {
    asked: 'POST /v4/users/u/reservations',
    body: { feature: 'a', amount: 1, ttlSeconds: 90_000 },
    status: 400,
    says: /^must be at most 86400$/,
  },
  { asked: 'POST /v4/checks', body: { checks: [] }, status: 400, says: /^must have at least 1$/ },
  {
    asked: 'PUT /v4/features/a',
    body: { type: 'bool' },
    status: 400,
    says: /must be one of "boolean".*did you mean "boolean"/,
  },
  {
    asked: 'PUT /v4/features/a',
    body: { type: 'boolean', name: '' },
    status: 400,
    says: /^must not be empty$/,
  },
  {
    asked: 'PUT /v4/products/p',
    body: { name: 'P', features: ['a'] },
    status: 400,
    says: /^must be an object, not a text$/,
  },
  {
    asked: 'PUT /v4/products/p',
    body: { name: 'P', features: {} },
    status: 400,
    says: /^must be a list, not an object$/,
  },
  {
    asked: 'PUT /v4/products/p',
    body: { name: 'P', features: [{ feature: 'unheard-of' }] },
    status: 422,
    says: /^(?!.*key).*create the feature/,
  },
  {
    asked: 'PUT /v4/products/p',
    body: { name: 'P', features: [], everyone: { percent: 101 } },
    status: 400,
    says: /^must be at most 100$/,
  },
  {
    asked: 'PUT /v4/products/p',
    body: { name: 'P', features: [], everyone: { percent: 0.001 } },
    status: 400,
    says: /^has more than two decimals$/,
  },
  {
    asked: 'PUT /v4/products/p',
    body: { name: 'P', features: [], everyone: { percent: 1, seed: '' } },
    status: 400,
    says: /^must not be empty$/,
  },
  {
    asked: 'PUT /v4/products/p',
    body: { name: 'P', features: [], everyone: 'all' },
    status: 400,
    says: /^is neither true nor a share such as \{ "percent": 10 \}$/,
  },
  {
    asked: 'PUT /v4/products/p',
    body: { name: 'P', features: [], everyone: true, duration: { every: 'day', count: 1 } },
    status: 400,
    says: /^is of what is bought/,
  },
  { asked: 'PATCH /v4/features/a', body: {}, status: 400, says: /^changes nothing$/ },
  {
    asked: 'PATCH /v4/features/a',
    body: { enable: false },
    status: 400,
    says: /"enable".*did you mean "enabled"/,
  },
  {
    asked: 'PATCH /v4/features/a',
    body: { disabled: true },
    status: 400,
    says: /"disabled".*did you mean "enabled"/,
  },
  {
    asked: 'PATCH /v4/users/u/entitlements/ent_3f2a9c0d1b7e4a5f8c6d2e1f0a9b8c7d',
    body: { expires: null },
    status: 400,
    says: /"expires".*did you mean "endsAt"/,
  },
  { asked: 'GET /v4/entitlements?features=a', status: 400, says: /"features".*did you mean "feature"/ },
  {
    asked: 'PUT /v4/products/p',
    body: { name: 'P', features: [], everybody: true },
    status: 400,
    says: /"everybody".*did you mean "everyone"/,
  },
  {
    asked: 'POST /v4/users/u/products',
    body: { product: 'pro', seats: 5 },
    status: 400,
    says: /"seats".*did you mean "quantity"/,
  },
  { asked: 'POST /v4/features', body: { key: 'a' }, status: 405, says: /PUT \/v4\/features\/\{key\}/ },
  { asked: 'PUT /v4/features', body: { key: 'a' }, status: 405, says: /PUT \/v4\/features\/\{key\}/ },
  { asked: 'POST /v4/products', body: {}, status: 405, says: /PUT \/v4\/products\/\{productId\}/ },
  { asked: 'GET /v4/checks', status: 405, says: /POST \/v4\/checks/ },
  {
    asked: 'GET /v4/users/u/access/x/',
    status: 404,
    says: /\/v4\/users\/\{userId\}\/access\/\{feature\}.*\/docs/,
  },
  { asked: 'GET //v4/features', status: 404, says: /\/v4\/features.*\/docs/ },
  { asked: 'GET /users/u/access/x', status: 404, says: /\/v4\/users\/\{userId\}\/access\/\{feature\}/ },
  { asked: 'GET /v1/features', status: 404, says: /\/v4\/features/ },
  { asked: 'POST /v4/check', body: {}, status: 404, says: /\/v4\/checks/ },
  {
    asked: 'GET /users/u/balances',
    status: 404,
    says: /^Near it: GET \/v4\/users\/\{userId\}\/balances\. All/,
  },
  {
    asked: 'POST /webhooks/nope',
    body: {},
    status: 404,
    says: /stripe, .*standard-webhooks are taken, at \/webhooks\//,
  },
  { asked: 'GET /v4', status: 404, says: /\/docs/ },
  { asked: 'GET /v4/', status: 404, says: /\/docs/ },
  { asked: 'GET /v4/users', status: 404, says: /\/v4\/users\/\{userId\}\/access/ },
  { asked: 'GET /v4/users/er', status: 404, says: /\/v4\/users\/\{userId\}\/access/ },
  { asked: 'GET /v4/users/er/acces', status: 404, says: /\/v4\/users\/\{userId\}\/access\./ },
  { asked: 'POST /v4/users/er/consumption', status: 404, says: /\/v4\/users\/\{userId\}\/consumptions/ },
  { asked: 'POST /v4/users/er/plans', body: {}, status: 404, says: /POST \/v4\/users\/\{userId\}\/products/ },
  { asked: 'GET /v4/users/er/plans/trial', status: 404, says: /GET \/v4\/users\/\{userId\}\/products\/\{/ },
  { asked: 'GET /v4/user/er/acess/x', status: 404, says: /\/v4\/users\/\{userId\}\/access\/\{feature\}\./ },
  { asked: 'GET /docs/problems/', status: 404, says: /Near it: GET \/docs\/problems\./ },
  { asked: 'GET /healthz/', status: 404, says: /Near it: GET \/healthz\./ },
  { asked: 'GET /nonsense', status: 404, says: /\/docs/ },
]

it.each(WRONG)(
  '$asked $body $headers is told $says',
  async ({ asked, body, headers = {}, token, status, says }) => {
    const [method = '', path = ''] = asked.split(' ')
    const sent = { headers: { ...aKey(), ...headers }, ...(token === undefined ? {} : { token }), body }
    const answered = await ask(method, path.replace('/u/', `/${aUser()}/`), sent)
    expect(answered.status).toBe(status)
    const told = answered.json.errors?.map(({ message }: { message: string }) => message) ?? [
      answered.json.detail,
    ]
    expect(told).toEqual([expect.stringMatching(says)])
  },
)

describe('a way to the docs', () => {
  it.each(['/', '/docs/'])('is %s', async (path) => {
    const request = new Request(`https://ledger.test${path}`, { redirect: 'manual' })
    const answered = await exports.default.fetch(request)
    expect([answered.status, answered.headers.get('Location')]).toEqual([308, '/docs'])
  })
})

it('A feature that is unknown when it is granted asks for a new key, as before', async () => {
  const { json } = await grant(aUser(), { feature: 'unheard-of' })
  expect(json.detail).toMatch(/create the feature, then send this with a new key/)
})

it('What exists and was revoked is not to be updated', async () => {
  const [userId, feature] = [aUser(), await aFeature()]
  const granted = await grant(userId, { feature, sourceRef: 'order-1' })
  await ask('DELETE', pathOf(granted))
  const { json } = await grant(userId, { feature, sourceRef: 'order-1' })
  expect(json.code).toBe('entitlement_exists')
  expect(json.detail).toContain('another sourceRef')
})

it('A D1 without tables is said by /readyz, and the way out of it', async () => {
  const of = await anIsolate({ DB: aBrokenD1('D1_ERROR: no such table: catalog: SQLITE_ERROR') })
  const { status, json } = await ask('GET', '/readyz', { of })
  expect([status, json.code]).toEqual([503, 'ledger_unavailable'])
  expect(json.detail).toMatch(/apply the migrations/)
  const down = await anIsolate({ DB: aBrokenD1('D1_ERROR: overloaded') })
  expect((await ask('GET', '/readyz', { of: down })).json.detail).toBeUndefined()
})

it('The problems can be read while nothing else is served', async () => {
  const of = await anIsolate({ JWT_AUDIENCE: undefined, LEDGER_EPOCH: undefined })
  const page = await ask('GET', '/docs/problems', { of, token: null })
  expect([page.status, page.text]).toEqual([200, expect.stringContaining('misconfigured')])
  const { json } = await ask('GET', '/v4/features', { of })
  expect(json.detail).toMatch(/JWT_AUDIENCE is missing.*LEDGER_EPOCH is missing/)
})
