import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import type { Fetch } from '../../../src/http/authentication/fetch-jwks.ts'
import { JwtAuthenticator } from '../../../src/http/authentication/jwt-authenticator.ts'
import { ask } from '../../support/api.ts'
import { anIsolate } from '../../support/isolate.ts'
import { expectProblem } from '../../support/problem.ts'
import {
  anotherEcKey,
  claims,
  ecKey,
  ISSUER,
  jwksOf,
  NOW,
  type SigningKey,
  token,
} from '../../support/tokens.ts'
import { BOTH_ISSUERS } from '../a-confined-isolate.ts'
import { bearer, refusal, settings } from './an-authenticator.ts'

const OTHER = 'https://other.test/'

const named = (key: SigningKey): SigningKey => ({ ...key, jwk: { ...key.jwk, kid: 'key-1' } })
const [ours, theirs] = [named(ecKey), named(anotherEcKey)]

/** Two issuers that publish their keys, each at its address and under the same name. */
function twoIssuers() {
  const urls = [crypto.randomUUID(), crypto.randomUUID()].map((id) => `https://keys.test/${id}`)
  const [url = '', otherUrl = ''] = urls
  const answers = new Map([
    [url, () => Response.json(jwksOf(ours))],
    [otherUrl, () => Response.json(jwksOf(theirs))],
  ])
  const fetch = vi.fn<Fetch>(
    async (request) => answers.get(request.url)?.() ?? new Response('', { status: 404 }),
  )
  const listed = [
    { ...settings, jwks: null, jwksUrl: url },
    { ...settings, issuer: OTHER, jwks: null, jwksUrl: otherUrl, usersPrefix: 'other:' },
  ]
  const authenticator = new JwtAuthenticator(listed, { kv: env.KV, fetch, waitUntil: () => {} })
  return { authenticator, fetch, answers, url, otherUrl }
}

const tokenOf = (iss: string, key: SigningKey) => token({ key, payload: claims({ iss }) }).then(bearer)

describe('Keys of several issuers', () => {
  it('are fetched from each one’s own address, when its first token comes', async () => {
    const { authenticator, fetch, url, otherUrl } = twoIssuers()
    expect(await authenticator.authenticate(await tokenOf(ISSUER, ours), NOW)).toMatchObject({
      users: ['alice'],
    })
    expect(fetch.mock.calls.map(([request]) => request.url)).toEqual([url])
    expect(await authenticator.authenticate(await tokenOf(OTHER, theirs), NOW)).toMatchObject({
      users: ['other:alice'],
    })
    expect(fetch.mock.calls.map(([request]) => request.url)).toEqual([url, otherUrl])
  })

  it('verify the tokens of their own issuer alone, though they have one name', async () => {
    const { authenticator } = twoIssuers()
    vi.spyOn(console, 'info').mockImplementation(() => {})
    for (const [iss, key] of [
      [ISSUER, theirs],
      [OTHER, ours],
    ] as const) {
      expect(await refusal(authenticator, await tokenOf(iss, key))).toMatchObject({ code: 'unauthenticated' })
    }
  })

  it('that cannot be had keep out nobody else', async () => {
    const { authenticator, answers, otherUrl } = twoIssuers()
    vi.spyOn(console, 'error').mockImplementation(() => {})
    answers.set(otherUrl, () => new Response('down', { status: 500 }))
    expect(await refusal(authenticator, await tokenOf(OTHER, theirs))).toMatchObject({
      code: 'ledger_unavailable',
    })
    expect(await authenticator.authenticate(await tokenOf(ISSUER, ours), NOW)).toMatchObject({
      users: ['alice'],
    })
  })

  it('are not asked for by a token of an issuer that is none', async () => {
    const { authenticator, fetch } = twoIssuers()
    vi.spyOn(console, 'info').mockImplementation(() => {})
    expect(await refusal(authenticator, await tokenOf('https://keys.test/', ours))).toMatchObject({
      code: 'unauthenticated',
    })
    expect(fetch).not.toHaveBeenCalled()
  })
})

describe('A list of issuers that cannot be used', () => {
  it('is named in the answer, and nothing is served until it is put right', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const JWT_ISSUERS = [...BOTH_ISSUERS.JWT_ISSUERS, { issuer: 'https://third.test/' }]
    const of = await anIsolate({ ...BOTH_ISSUERS, JWT_ISSUERS })
    for (const [method, path] of [
      ['GET', '/v4/users/u_1/access/export'],
      ['GET', '/readyz'],
      ['POST', '/webhooks/stripe'],
    ] as const) {
      const answered = await ask(method, path, { of })
      expectProblem(answered, 503, 'misconfigured')
      expect(answered.json.detail).toContain('JWT_ISSUERS.2.audience is missing')
    }
    expect((await ask('GET', '/docs/problems', { of })).status).toBe(200)
  })

  it('is none where it is right: the same isolate answers at once and after', async () => {
    const of = await anIsolate(BOTH_ISSUERS)
    const both = await Promise.all([1, 2].map(() => ask('GET', '/v4/features?limit=1', { of })))
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect((await ask('GET', '/readyz', { of })).status).toBe(200)
  })
})
