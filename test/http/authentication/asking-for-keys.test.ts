import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  anotherEcKey,
  claims,
  ecKey,
  NOW,
  NOW_SECONDS,
  type SigningKey,
  token,
} from '../../support/tokens.ts'
import {
  anIssuer,
  bearer,
  expectAccepted,
  expectRefused,
  INVALID_TOKEN,
  refusal,
} from './an-authenticator.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** Good for a day, so that only the keys decide. */
const payload = claims({ exp: NOW_SECONDS + 86_400 })
const good = await token({ payload })
const goodByAnotherKey = await token({ payload, key: anotherEcKey })
const unknown = await token({ payload, header: { kid: 'unknown' } })

beforeEach(() => {
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation(() => {})
  }
})
afterEach(() => void vi.restoreAllMocks())

describe('An unknown kid', () => {
  it('makes an isolate fetch once in twenty seconds, because anybody can send one', async () => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    await expectAccepted(good, isolate)
    const fetched = []
    for (const seconds of [0, 1, 2, 20.9, 21, 22, 40.9, 41]) {
      await expectRefused(unknown, 'no applicable key found', isolate, NOW + seconds * SECOND)
      fetched.push(issuer.fetch.mock.calls.length)
    }
    expect(fetched).toEqual([1, 2, 2, 2, 3, 3, 3, 4])
    await issuer.settled()
  })

  it('does not make a new key wait, however often it comes', async () => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    await expectAccepted(good, isolate)
    for (let seconds = 60; seconds <= 120; seconds += 1) {
      expect(await refusal(isolate, bearer(unknown), NOW + seconds * SECOND)).toEqual(INVALID_TOKEN)
    }
    issuer.publishes(ecKey, anotherEcKey)
    await expectAccepted(goodByAnotherKey, isolate, NOW + 2 * MINUTE + SECOND)
  })

  it('does not make a new key wait for more than twenty seconds where each is another', async () => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    await expectAccepted(good, isolate)
    const flood = await Promise.all(
      Array.from({ length: 80 }, (_, index) => token({ payload, header: { kid: `kid-${index}` } })),
    )
    for (const [second, one] of flood.entries()) {
      if (second === 60) issuer.publishes(ecKey, anotherEcKey)
      expect(await refusal(isolate, bearer(one), NOW + second * SECOND)).toEqual(INVALID_TOKEN)
    }
    // One with the first token, then two and one every twenty seconds.
    expect(issuer.fetch.mock.calls.length).toBeLessThanOrEqual(6)
    await expectAccepted(goodByAnotherKey, isolate, NOW + 80 * SECOND)
  })

  it('makes an isolate fetch once, however many come at once, and all of them wait for it', async () => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    await expectAccepted(good, isolate)
    issuer.publishes(ecKey, anotherEcKey)
    const later = NOW + MINUTE
    await Promise.all(Array.from({ length: 20 }, () => expectAccepted(goodByAnotherKey, isolate, later)))
    expect(issuer.fetch).toHaveBeenCalledTimes(2)
  })

  it('asks an issuer that is down no more often, and is refused', async () => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    await expectAccepted(good, isolate)
    issuer.fails()
    await expectRefused(unknown, 'no applicable key found', isolate, NOW + MINUTE)
    await expectRefused(unknown, 'no applicable key found', isolate, NOW + MINUTE + SECOND)
    expect(issuer.fetch).toHaveBeenCalledTimes(2)
  })
})

describe('A key without a name', () => {
  const nameless = ({ jwk: { kid: _kid, ...jwk }, ...key }: SigningKey): SigningKey => ({ ...key, jwk })
  const [key, newKey] = [nameless(ecKey), nameless(anotherEcKey)]

  it('is changed for another within a minute, by the first token that it signed', async () => {
    const [byKey, byNewKey] = [await token({ payload, key }), await token({ payload, key: newKey })]
    const issuer = anIssuer(key)
    const isolate = issuer.isolate()
    await expectAccepted(byKey, isolate)

    issuer.publishes(newKey)
    await expectAccepted(byNewKey, isolate, NOW + SECOND)
    await expectRefused(byKey, 'signature verification failed', isolate, NOW + SECOND)
    expect(issuer.fetch).toHaveBeenCalledTimes(2)
  })

  it('is taken beside the one that follows it', async () => {
    const [byKey, byNewKey] = [await token({ payload, key }), await token({ payload, key: newKey })]
    const issuer = anIssuer(newKey, key)
    const isolate = issuer.isolate()
    await expectAccepted(byKey, isolate)
    await expectAccepted(byNewKey, isolate)
    expect(issuer.fetch).toHaveBeenCalledTimes(1)
  })

  it('is not asked for by a token that names one and is wrongly signed', async () => {
    const issuer = anIssuer(ecKey)
    const isolate = issuer.isolate()
    await expectAccepted(good, isolate)
    const forged = await token({ payload, key: anotherEcKey, header: { kid: 'ec' } })
    await expectRefused(forged, 'signature verification failed', isolate, NOW + MINUTE)
    expect(issuer.fetch).toHaveBeenCalledTimes(1)
  })
})

it('Whatever comes, an isolate asks its issuer seven times in a minute at most', async () => {
  const strangers = await Promise.all(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((kid) =>
      token({ payload, key: anotherEcKey, header: { kid } }),
    ),
  )
  const forged = await token({ payload, key: anotherEcKey, header: { kid: undefined } })
  const step = fc.record({
    ms: fc.oneof(fc.integer({ max: 2 * SECOND, min: 0 }), fc.integer({ min: 0, max: 12 * MINUTE })),
    sent: fc.constantFrom(good, forged, goodByAnotherKey, ...strangers),
    isUp: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.boolean()),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 120 }), async (steps) => {
      const issuer = anIssuer(ecKey)
      const isolate = issuer.isolate()
      const asked: number[] = []
      let now = NOW
      for (const { ms, sent, isUp } of steps) {
        now += ms
        if (isUp) issuer.publishes(ecKey)
        else issuer.fails()
        const before = issuer.fetch.mock.calls.length
        await isolate.authenticate(bearer(sent), now).catch(() => null)
        await issuer.settled()
        for (let each = before; each < issuer.fetch.mock.calls.length; each += 1) asked.push(now)
      }
      const inAMinute = asked.map((at) => asked.filter((other) => other >= at && other < at + MINUTE).length)
      expect(Math.max(0, ...inAMinute)).toBeLessThanOrEqual(7)
    }),
    { numRuns: 30 },
  )
})
