import { describe, expect, it } from 'vitest'
import { aBinding } from '../rpc/bindings.ts'
import { aCountingIsolate, aKnownPair } from '../support/a-counting-isolate.ts'
import { FRESHNESS } from '../support/a-reader.ts'
import { publishedCatalog } from '../support/a-changing-catalog.ts'
import { ask, grant } from '../support/api.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { aBrokenD1, anIsolate } from '../support/isolate.ts'
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

  it('answers one that is malformed as a problem in its place, through both doors', async () => {
    const { userId, feature } = await aKnownPair()
    const good = { userId, feature }
    const checks = [
      good,
      { userId: 'two words', feature },
      { ...good, feature: 'Export' },
      { ...good, at: 1 },
      7,
      { feature },
      good,
    ]
    const { status, json } = await ask('POST', '/v4/checks', { body: { checks } })
    expect(status).toBe(200)
    const told = json.results.map(
      ({ allowed, code, errors }: { allowed: boolean; code: string; errors: { path: string }[] }) => [
        allowed ?? code,
        errors?.map(({ path }) => path),
      ],
    )
    expect(told).toEqual([
      [true, undefined],
      ['malformed_request', ['body.checks.1.userId']],
      ['malformed_request', ['body.checks.2.feature']],
      ['malformed_request', ['body.checks.3']],
      ['malformed_request', ['body.checks.4']],
      ['malformed_request', ['body.checks.5.userId']],
      [true, undefined],
    ])
    expect(json.results[1]).toMatchObject({ status: 400, retryable: false })
    const { results } = await aBinding().checkMany({ checks: checks as (typeof good)[] })
    expect(results[1]).toMatchObject({
      code: 'malformed_request',
      errors: [{ path: 'input.checks.1.userId' }],
    })
    expect([results[0], results[6]]).toMatchObject([{ allowed: true }, { allowed: true }])
  })

  it('is refused as a whole for what is not of one check', async () => {
    for (const body of [
      {},
      { checks: [] },
      { checks: {} },
      { checks: [7], at: 1 },
      { checks: Array.from({ length: 101 }, () => 7) },
    ]) {
      expect((await ask('POST', '/v4/checks', { body })).status).toBe(400)
    }
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

  it.for(['strong', 'cached'] as const)(
    'asks the object once for a user who is named a hundred times, %s, with what each has to know of',
    async (consistency) => {
      const { userId, feature } = await aKnownPair()
      const { of, asked } = await aCountingIsolate()
      const checks = Array.from({ length: 100 }, (_, index) => ({
        userId,
        feature,
        minVersion: 1 + (index % 2),
      }))
      const { json } = await ask('POST', '/v4/checks', { of, body: { checks, consistency } })
      const told = json.results.map(({ allowed, code }: Record<string, unknown>) => allowed ?? code)
      expect(told).toEqual(checks.map((_, index) => (index % 2 === 0 ? true : 'version_unknown')))
      expect(asked()).toEqual([consistency === 'strong' ? 0 : 1, 1])
    },
  )

  it.for(['strong', 'cached'] as const)(
    'asks no object for a hundred users of whom nothing is recorded, %s, and answers as for one',
    async (consistency) => {
      const pair = await aKnownPair()
      const { of, asked } = await aCountingIsolate()
      const unknown = Array.from({ length: 98 }, () => ({ userId: aUser(), feature: pair.feature }))
      const late = { userId: aUser(), feature: pair.feature }
      await grant(late.userId, { feature: pair.feature })
      const checks = [...unknown.slice(0, 50), pair, late, ...unknown.slice(50)].map(
        ({ userId, feature }) => ({
          userId,
          feature,
        }),
      )
      const { json } = await ask('POST', '/v4/checks', { of, body: { checks, consistency } })
      const told = json.results.map(({ userId, allowed }: Record<string, unknown>) => [userId, allowed])
      expect(told).toEqual(
        checks.map(({ userId }) => [userId, userId === pair.userId || userId === late.userId]),
      )
      // Who is known is asked for at the object, where no copy may answer.
      const [kvReads, objects] = asked()
      expect(kvReads).toBe(consistency === 'strong' ? 0 : 100)
      expect(objects).toBeLessThanOrEqual(2)

      const first = { of, body: { checks: checks.slice(0, 1), consistency } }
      const { results } = (await ask('POST', '/v4/checks', first)).json
      const alone = await ask('GET', `/v4/users/${checks[0]?.userId}/access/${pair.feature}`, { of })
      expect(results).toEqual([{ ...alone.json, source: results[0].source }])
    },
  )

  it('asks the objects where D1 does not say of whom anything is recorded', async () => {
    const { userId, feature } = await aKnownPair()
    await publishedCatalog()
    const DB = { ...aBrokenD1('D1_ERROR: Network connection lost.') }
    const of = await anIsolate({ DB, CHECK_LOG_SAMPLE: '0' })
    const users = [userId, ...Array.from({ length: 20 }, () => aUser())]
    const checks = users.map((one) => ({ userId: one, feature }))
    const { json } = await ask('POST', '/v4/checks', { of, body: { checks, consistency: 'strong' } })
    expect(json.results.map(({ allowed }: { allowed: boolean }) => allowed)).toEqual(
      users.map((one) => one === userId),
    )
  })

  it('asks KV for many users in one question, and for a single one as a check does', async () => {
    const pairs = [await aKnownPair(), await aKnownPair(), await aKnownPair()]
    const { of, asked, questionsForMany } = await aCountingIsolate()
    const checks = pairs.map(({ userId, feature }) => ({ userId, feature }))
    const sources = async (some: readonly object[]) => {
      const { json } = await ask('POST', '/v4/checks', { of, body: { checks: some } })
      return json.results.map(({ source }: { source: string }) => source)
    }
    expect(await sources(checks.slice(0, 1))).toEqual(['kv'])
    expect([asked(), questionsForMany()]).toEqual([[1, 0], 0])
    // Who is remembered by now is not asked for.
    expect(await sources(checks)).toEqual(['memory', 'kv', 'kv'])
    expect([asked(), questionsForMany()]).toEqual([[3, 0], 1])
  })

  it('answers each of many users as well when KV fails or hangs', async () => {
    const pairs = [await aKnownPair(), await aKnownPair()]
    for (const fault of ['isBroken', 'hangs'] as const) {
      const { of, place } = await aCountingIsolate()
      place[fault] = true
      const body = { checks: pairs.map(({ userId, feature }) => ({ userId, feature })) }
      const { json } = await ask('POST', '/v4/checks', { of, body })
      expect(json.results).toMatchObject(pairs.map(() => ({ allowed: true, source: 'ledger' })))
    }
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
