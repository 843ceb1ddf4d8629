import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sha256 } from '../../../src/platform/sha256.ts'
import {
  anotherEcKey,
  claims,
  ecKey,
  jwksOf,
  NOW,
  NOW_SECONDS,
  token,
  weakRsaKey,
} from '../../support/tokens.ts'
import { anIssuer, bearer, expectAccepted, expectRefused, refusal } from './an-authenticator.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const UNAVAILABLE = {
  code: 'ledger_unavailable',
  facts: { detail: 'The issuer’s keys cannot be reached' },
  headers: {},
}

/** Good for a day, so that only the keys decide. */
const payload = claims({ exp: NOW_SECONDS + 86_400 })
const good = await token({ payload })
const goodByAnotherKey = await token({ payload, key: anotherEcKey })
const unknown = await token({ payload, header: { kid: 'unknown' } })

const latin1 = (document: object) =>
  Uint8Array.from(JSON.stringify(document), (character) => character.charCodeAt(0))

const kvKeyOf = async ({ url }: { url: string }) => `jwks:${await sha256(url)}`

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('An isolate', () => {
  it('fetches the keys with its first token, and no more for ten minutes', async () => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    expect(issuer.fetch).not.toHaveBeenCalled()
    await expectAccepted(good, isolate)
    await expectAccepted(good, isolate, NOW + 10 * MINUTE)
    await issuer.settled()
    expect(issuer.fetch.mock.calls.map(([{ url }]) => url)).toEqual([issuer.url])
  })

  it('shares one fetch among all tokens that wait for it', async () => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    await Promise.all(Array.from({ length: 20 }, () => expectAccepted(good, isolate)))
    expect(issuer.fetch).toHaveBeenCalledTimes(1)
  })

  it('that is new takes the keys from KV and does not wait for the issuer', async () => {
    const issuer = anIssuer(ecKey)
    await expectAccepted(good, issuer.isolate())
    await issuer.settled()
    await expectAccepted(good, issuer.isolate(), NOW + 9 * MINUTE)
    await issuer.settled()
    expect(issuer.fetch).toHaveBeenCalledTimes(1)
  })

  it('that is new knows how old the keys in KV are', async () => {
    const issuer = anIssuer(ecKey)
    await expectAccepted(good, issuer.isolate())
    await issuer.settled()
    await expectAccepted(good, issuer.isolate(), NOW + 11 * MINUTE)
    expect(issuer.fetch).toHaveBeenCalledTimes(2)
  })

  it('leaves the keys in KV as they were fetched, for every isolate that comes', async () => {
    const issuer = anIssuer(ecKey)
    await expectAccepted(good, issuer.isolate())
    await issuer.settled()
    const stored = await env.KV.get(await kvKeyOf(issuer), 'json')
    expect(stored).toEqual({ fetchedAt: NOW, document: jwksOf(ecKey) })
  })

  it.each([
    '',
    'not JSON',
    'null',
    '{}',
    JSON.stringify({ fetchedAt: 'now', document: jwksOf(anotherEcKey) }),
    JSON.stringify({ fetchedAt: NOW, document: jwksOf(weakRsaKey) }),
  ])('fetches the keys when KV holds %j', async (stored) => {
    const issuer = anIssuer(ecKey)
    await env.KV.put(await kvKeyOf(issuer), stored)
    await expectAccepted(good, issuer.isolate())
    expect(issuer.fetch).toHaveBeenCalledTimes(1)
    await issuer.settled()
  })

  it('does without KV while KV is down', async () => {
    const fail = () => Promise.reject(new Error('KV is down'))
    const kv = new Proxy(env.KV, { get: () => fail })
    const issuer = anIssuer(ecKey)
    await expectAccepted(good, issuer.isolate({ kv }))
    await issuer.settled()
  })
})

describe('A new key', () => {
  it('is known by its first token, beside the old one, until the old one is withdrawn', async () => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    await expectAccepted(good, isolate)

    issuer.publishes(ecKey, anotherEcKey)
    await expectAccepted(goodByAnotherKey, isolate, NOW + MINUTE)
    await expectAccepted(good, isolate, NOW + MINUTE)
    expect(issuer.fetch).toHaveBeenCalledTimes(2)

    issuer.publishes(anotherEcKey)
    await expectAccepted(good, isolate, NOW + 12 * MINUTE)
    await issuer.settled()
    await expectRefused(good, 'no applicable key found', isolate, NOW + 12 * MINUTE)
    await expectAccepted(goodByAnotherKey, isolate, NOW + 12 * MINUTE)
  })

  it('is known by its first token also where the keys came from KV', async () => {
    const issuer = anIssuer(ecKey)
    await expectAccepted(good, issuer.isolate())
    await issuer.settled()
    issuer.publishes(anotherEcKey)
    await expectAccepted(goodByAnotherKey, issuer.isolate(), NOW + SECOND)
  })
})

describe('Keys that are old', () => {
  it('are used while they are fetched again in the background', async () => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    await expectAccepted(good, isolate)
    await issuer.settled()

    let answer = (_response: Response) => {}
    issuer.fetch.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)))
    await expectAccepted(good, isolate, NOW + 10 * MINUTE + 1)
    expect(issuer.fetch).toHaveBeenCalledTimes(2)

    answer(Response.json(jwksOf(anotherEcKey)))
    await issuer.settled()
    await expectRefused(good, 'no applicable key found', isolate, NOW + 10 * MINUTE + 1)
  })

  it('are used no more without asking after an hour, because they may have been withdrawn', async () => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    await expectAccepted(good, isolate)
    issuer.publishes(anotherEcKey)
    await expectRefused(good, 'no applicable key found', isolate, NOW + HOUR + 1)
  })
})

describe('An issuer that is down', () => {
  const outages: Record<string, () => Response> = {
    'answers 500': () => new Response('down', { status: 500 }),
    'answers 404': () => Response.json(jwksOf(anotherEcKey), { status: 404 }),
    'sends elsewhere': () =>
      new Response(null, { status: 302, headers: { Location: 'https://elsewhere.test/' } }),
    'answers no JSON': () => new Response('<html>'),
    'answers nothing': () => new Response(null),
    'answers no keys': () => Response.json({ keys: [] }),
    'answers no list': () => Response.json({ keys: { a: anotherEcKey.jwk } }),
    'answers no key of use': () => Response.json(jwksOf(weakRsaKey)),
    'answers too much': () => Response.json({ ...jwksOf(anotherEcKey), padding: 'x'.repeat(64 * 1024) }),
    'answers no UTF-8': () => new Response(latin1({ ...jwksOf(anotherEcKey), name: 'Émetteur' })),
    'cannot be reached': () => {
      throw new TypeError('Network connection lost')
    },
  }

  it.each(Object.entries(outages))('leaves the keys as they are when it %s', async (_, answers) => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    await expectAccepted(good, isolate)
    await issuer.settled()
    issuer.answers = answers

    for (const age of [11 * MINUTE, 2 * HOUR, 20 * HOUR]) {
      await expectAccepted(good, isolate, NOW + age)
      await issuer.settled()
      await expectAccepted(good, issuer.isolate(), NOW + age)
      await issuer.settled()
    }
    expect(issuer.fetch).toHaveBeenCalledTimes(7)
    await expectRefused(goodByAnotherKey, 'no applicable key found', isolate, NOW + 21 * HOUR)
  })

  it.each(Object.entries(outages))('lets nobody in before there are keys when it %s', async (_, answers) => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    issuer.answers = answers
    for (const authorization of [good, goodByAnotherKey, unknown].map(bearer)) {
      expect(await refusal(isolate, authorization)).toEqual(UNAVAILABLE)
    }
    issuer.publishes(ecKey)
    await expectAccepted(good, isolate, NOW + SECOND)
    await issuer.settled()
  })

  it('is left alone for longer each time while there are no keys, however many tokens come', async () => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    issuer.fails()
    const cameInSeconds = async (seconds: number) => {
      for (const authorization of Array.from({ length: 50 }, (_, index) =>
        bearer(index % 2 ? good : unknown),
      )) {
        expect(await refusal(isolate, authorization, NOW + seconds * SECOND)).toEqual(UNAVAILABLE)
      }
      await issuer.settled()
      return issuer.fetch.mock.calls.length
    }
    const fetched = []
    for (const seconds of [0, 0.9, 1, 2.9, 3, 6.9, 7]) fetched.push(await cameInSeconds(seconds))
    expect(fetched).toEqual([1, 1, 2, 2, 3, 3, 4])
    for (const seconds of [100, 200, 300]) await cameInSeconds(seconds)
    expect(await cameInSeconds(359)).toBe(7)
    expect(await cameInSeconds(360)).toBe(8)
  })

  it('is not asked for the sake of a token that is wrong anyway', async () => {
    const issuer = anIssuer(ecKey)
    await expectRefused('a.b.c', 'not three parts of canonical base64url', issuer.isolate())
    await expectRefused(await token({ header: { alg: 'none' } }), 'header.alg', issuer.isolate())
    expect(issuer.fetch).not.toHaveBeenCalled()
  })

  it('is asked without following it elsewhere', async () => {
    const issuer = anIssuer(ecKey)
    await expectAccepted(good, issuer.isolate())
    expect(issuer.fetch.mock.calls.map(([{ redirect }]) => redirect)).toEqual(['manual'])
  })

  it('is given three seconds', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(new Error('Too late')))
    const issuer = anIssuer(ecKey)
    issuer.fetch.mockImplementation(({ signal }) =>
      signal.aborted ? Promise.reject(new Error('Too late')) : new Promise(() => {}),
    )
    expect(await refusal(issuer.isolate(), bearer(good))).toEqual(UNAVAILABLE)
    expect(timeout).toHaveBeenCalledWith(3000)
  })

  it('keeps nobody for ever: a fetch whose request is gone is given up, and made again', async () => {
    vi.useFakeTimers()
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    issuer.fetch.mockReturnValueOnce(new Promise(() => {}))
    const refused = Promise.all([
      refusal(isolate, bearer(good)),
      refusal(isolate, bearer(good), NOW + SECOND),
    ])
    await vi.advanceTimersByTimeAsync(5000)
    vi.useRealTimers()
    expect(await refused).toEqual([UNAVAILABLE, UNAVAILABLE])
    await expectAccepted(good, isolate, NOW + 5000)
    expect(issuer.fetch).toHaveBeenCalledTimes(2)
  })
})
