import { describe, expect, it } from 'vitest'
import { aCountingIsolate, aKnownPair } from '../support/a-counting-isolate.ts'
import { FRESHNESS } from '../support/a-reader.ts'
import { ask } from '../support/api.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { aUser } from '../support/user.ts'

stopTheClock()

describe('POST /v4/checks', () => {
  it('answers in the order of the checks, each as if it were alone, yes, no and problem beside each other', async () => {
    const pairs = [await aKnownPair(), await aKnownPair()]
    const { of } = await aCountingIsolate()
    const checks = [
      ...pairs.map(({ userId, feature }) => ({ userId, feature })),
      { userId: pairs[0]?.userId, feature: pairs[1]?.feature },
      { userId: pairs[0]?.userId, feature: pairs[0]?.feature, minVersion: 9 },
      { userId: aUser(), feature: 'unheard-of' },
      { userId: pairs[1]?.userId, feature: pairs[1]?.feature, minVersion: 1 },
    ]
    const headers = { 'X-Request-Id': 'req_same' }
    const body = { checks, consistency: 'strong' }
    const { json, headers: answered } = await ask('POST', '/v4/checks', { of, headers, body })
    expect(answered.get('Cache-Control')).toBe('private, no-store')
    const alone = await Promise.all(
      checks.map(async ({ userId, feature, minVersion = 0 }) => {
        const query = `consistency=strong&minVersion=${minVersion}`
        return (await ask('GET', `/v4/users/${userId}/access/${feature}?${query}`, { of, headers })).json
      }),
    )
    expect(json.results).toEqual(alone)
    expect(alone.map(({ allowed, code }) => allowed ?? code)).toEqual([
      true,
      true,
      false,
      'version_unknown',
      false,
      true,
    ])
  })

  it('asks KV and the object once for a hundred features of a user', async () => {
    const { userId, feature } = await aKnownPair()
    const { of, asked } = await aCountingIsolate()
    pass(FRESHNESS.denyMaxAgeMs)
    const checks = Array.from({ length: 100 }, (_, n) => ({
      userId,
      feature: n === 0 ? feature : `feature-${n}`,
    }))
    const { json } = await ask('POST', '/v4/checks', { of, body: { checks } })
    expect(json.results.map((result: { feature: string }) => result.feature)).toEqual(
      checks.map(({ feature }) => feature),
    )
    expect(json.results.filter((result: { allowed: boolean }) => result.allowed)).toHaveLength(1)
    expect(asked()).toEqual([1, 1])
  })

  it('keeps the answers that can be given when an object does not answer', async () => {
    const { userId, feature } = await aKnownPair()
    const { of, counted } = await aCountingIsolate()
    counted.isCutOff = true
    const body = {
      checks: [
        { userId: aUser(), feature },
        { userId, feature },
      ],
    }
    const { status, json } = await ask('POST', '/v4/checks', { of, body })
    expect(status).toBe(200)
    expect(json.results).toMatchObject([
      { code: 'ledger_unavailable', status: 503 },
      { allowed: true, source: 'kv' },
    ])
  })
})
