import { env } from 'cloudflare:workers'
import { expect, vi } from 'vitest'
import { ask, aFeature, aKey } from '../support/api.ts'
import { anIsolate } from '../support/isolate.ts'
import { AUDIENCE, claims, ecKey, ISSUER, jwksOf, NOW, rsaKey, token } from '../support/tokens.ts'
import { used, watched, watchedBody } from './watched.ts'

// One clock for the whole file: the Worker takes hold of it with its first request.
vi.useFakeTimers({ toFake: ['Date'], now: NOW })

const USER = 'alice'
const feature = await aFeature()

const of = await anIsolate({
  JWT_ISSUER: ISSUER,
  JWT_AUDIENCE: AUDIENCE,
  JWT_ALGORITHMS: 'ES256,RS256',
  JWT_JWKS: JSON.stringify(jwksOf(ecKey, rsaKey)),
  DB: watched('DB', env.DB),
  KV: watched('KV', env.KV),
  USERS: watched('USERS', env.USERS),
  CHECK_LOG_SAMPLE: '0',
})
vi.spyOn(globalThis, 'fetch').mockImplementation(() => {
  used.push('fetch')
  return Promise.reject(new Error('Nothing may be fetched'))
})

/** The claims of a token that may do all that is tried here. */
export const mighty = claims({ sub: USER, scope: 'access:check entitlements:write' })

/** What a request with such headers, and such a query, is answered and makes the Worker do: a read, then a write. */
async function tried(headers: Readonly<Record<string, string>>, query = '') {
  const outcomes = []
  for (const [method, path] of [
    ['GET', `/v4/users/${USER}/access/${feature}`],
    ['POST', `/v4/users/${USER}/entitlements`],
  ] as const) {
    used.length = 0
    const body = method === 'POST' ? watchedBody(JSON.stringify({ feature })) : undefined
    const all = { ...aKey(), 'X-Request-Id': 'req_attack', ...headers }
    const answered = await ask(method, `${path}${query}`, { token: null, headers: all, body, of })
    outcomes.push({
      status: answered.status,
      headers: Object.fromEntries(answered.headers),
      text: answered.text,
      used: [...used],
    })
  }
  return outcomes
}

/** All that is told besides: that there is no token, none that is a JWT, that a right one is over, or nothing. */
const DETAILS = {
  'Bearer error="invalid_token"': /^The token (is no JWT: |expired( at|: )|is not accepted here: )/,
  Bearer: /^(There is no token|The scheme is not Bearer): /,
}

/** The text without its detail, which is of the few that are told. */
function withoutDetail(text: string, told: RegExp): string {
  const { detail, ...rest } = JSON.parse(text)
  expect(detail).toMatch(told)
  return JSON.stringify(rest)
}

async function expectRefused(challenge: keyof typeof DETAILS, outcomes: ReturnType<typeof tried>) {
  const same = refused(challenge)
  const told = (await outcomes).map((one) => ({ ...one, text: withoutDetail(one.text, DETAILS[challenge]) }))
  expect(told).toEqual([same, same])
}

const refused = (challenge: string) => ({
  status: 401,
  headers: {
    'content-type': 'application/problem+json',
    'www-authenticate': challenge,
    'x-request-id': 'req_attack',
  },
  text: JSON.stringify({
    type: '/docs/problems#unauthenticated',
    title: 'The token is missing or not valid',
    status: 401,
    code: 'unauthenticated',
    retryable: false,
    requestId: 'req_attack',
  }),
  used: [],
})

/** Refused like every other token, to the byte of all but the detail, and nothing was read, written, called, fetched or taken in for it. */
export async function expectNothingDone(made: string): Promise<void> {
  await expectRefused('Bearer error="invalid_token"', tried({ Authorization: `Bearer ${made}` }))
}

/** The same where there was no bearer token to be judged. */
export async function expectNoToken(headers: Readonly<Record<string, string>>, query = ''): Promise<void> {
  await expectRefused('Bearer', tried(headers, query))
}

/** The token is good: the Worker does what it is asked, and what it does is seen. */
export async function expectWorkDone(made: string): Promise<void> {
  const [read, write] = await tried({ Authorization: `Bearer ${made}` })
  expect([read?.status, write?.status]).toEqual([200, 201])
  expect(new Set(write?.used)).toEqual(new Set(['USERS', 'body']))
}

// From here on keys and a good token are remembered: what is refused now is not refused for want of them.
await expectWorkDone(await token({ payload: mighty }))
