import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { openApiDocument } from '../../src/contract/operations/openapi.ts'
import type { Operation } from '../../src/contract/operations/operation.ts'
import { OPERATIONS } from '../../src/contract/operations/operations.ts'
import { type Answered, aFeature, aKey, ask } from '../support/api.ts'
import { anIsolate } from '../support/isolate.ts'
import { expectProblem } from '../support/problem.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'

/** Three reads and two writes in a minute, as the platform counts them. */
const bound = { RATE_LIMIT_READS: env.TEST_RATE_LIMIT_READS, RATE_LIMIT_WRITES: env.TEST_RATE_LIMIT_WRITES }

type Of = (request: Request) => Promise<Response>

let of: Of
let feature: string
beforeAll(async () => {
  of = await anIsolate(bound)
  feature = await aFeature()
})
afterEach(() => void vi.restoreAllMocks())

/** A caller of its own, and what it can ask. */
async function aCaller(isolate: Of = of) {
  const token = await aToken({ sub: aUser() })
  const by = { of: isolate, token }
  const checks = { checks: [{ userId: 'u', feature }] }
  return {
    check: () => ask('GET', `/v4/users/u/access/${feature}`, by),
    strongCheck: () => ask('GET', `/v4/users/u/access/${feature}?consistency=strong`, by),
    checkMany: () => ask('POST', '/v4/checks', { ...by, body: checks }),
    list: () => ask('GET', '/v4/features', by),
    grant: () =>
      ask('POST', `/v4/users/${aUser()}/entitlements`, { ...by, headers: aKey(), body: { feature } }),
    put: () => ask('PUT', `/v4/features/${feature}`, { ...by, body: { type: 'boolean' } }),
  }
}

/** What is answered until something is refused. A minute ends once at most while it is tried. */
async function untilRefused(limit: number, ...acts: readonly (() => Promise<Answered>)[]) {
  const statuses: number[] = []
  for (let tries = 0; tries <= 2 * limit; tries += 1) {
    const answered = await acts[tries % acts.length]?.()
    if (answered === undefined) break
    if (answered.status === 429) return { statuses, refused: answered }
    statuses.push(answered.status)
  }
  throw new Error(`Nothing was refused: ${statuses.join(' ')}`)
}

describe('A caller that asks too often', () => {
  it('is refused until the period is over, with a problem of its own', async () => {
    const { check } = await aCaller()
    const { statuses, refused } = await untilRefused(3, check)
    expect(statuses.length).toBeGreaterThanOrEqual(3)
    expect(new Set(statuses)).toEqual(new Set([200]))
    expectProblem(refused, 429, 'rate_limited')
    expect(refused.headers.get('Retry-After')).toBe('60')
    expect(refused.json.retryable).toBe(true)
  })

  it('is told the period that is configured', async () => {
    const { list } = await aCaller(await anIsolate({ ...bound, RATE_LIMIT_PERIOD_SECONDS: '10' }))
    const { refused } = await untilRefused(3, list)
    expect(refused.headers.get('Retry-After')).toBe('10')
  })

  it('has its reads counted together: checks ahead of the router and behind it, many at once as one, and lists', async () => {
    const { check, strongCheck, checkMany, list } = await aCaller()
    const { statuses } = await untilRefused(3, check, checkMany, strongCheck, list)
    expect(statuses.length).toBeLessThanOrEqual(6)
    expect(statuses.length).toBeGreaterThanOrEqual(3)
  })

  it('has its writes counted by themselves, and nothing is recorded of what is refused', async () => {
    const { grant, put, check } = await aCaller()
    const { statuses, refused } = await untilRefused(2, grant, put)
    expect(statuses.length).toBeGreaterThanOrEqual(2)
    expectProblem(refused, 429, 'rate_limited')
    expect((await check()).status).toBe(200)
    expect((await (await aCaller()).grant()).status).toBe(201)
  })

  it('does not take from another', async () => {
    await untilRefused(3, (await aCaller()).check)
    expect((await (await aCaller()).check()).status).toBe(200)
  })

  it('is a subject of an issuer: the same one of another is somebody else', async () => {
    const keys: string[] = []
    const limit = ({ key }: RateLimitOptions) => {
      keys.push(key)
      return env.TEST_RATE_LIMIT_READS.limit({ key })
    }
    const watched = await anIsolate({ RATE_LIMIT_READS: { limit } })
    const sub = aUser()
    await ask('GET', '/v4/features', { of: watched, token: await aToken({ sub }) })
    expect(keys).toEqual([`https://issuer.test ${sub}`])
  })
})

describe('What is not bound is not counted', () => {
  it.each([
    ['RATE_LIMIT_READS', 'grant', 'check'],
    ['RATE_LIMIT_WRITES', 'check', 'grant'],
  ] as const)('with %s alone', async (name, free, limited) => {
    const caller = await aCaller(await anIsolate({ [name]: bound[name] }))
    for (let tries = 0; tries < 7; tries += 1) expect((await caller[free]()).status).toBeLessThan(300)
    await untilRefused(3, caller[limited])
  })

  it('with none', async () => {
    const { check } = await aCaller(await anIsolate())
    for (let tries = 0; tries < 7; tries += 1) expect((await check()).status).toBe(200)
  })

  it('nor who is nobody, or may not', async () => {
    const nobody = { of, token: null }
    for (let tries = 0; tries < 7; tries += 1) {
      expect((await ask('GET', '/v4/features', nobody)).status).toBe(401)
      expect((await ask('GET', '/healthz', nobody)).status).toBe(200)
    }
  })
})

it('A platform that does not count lets everybody in, and the log says so', async () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const failing = { limit: () => Promise.reject(new Error('internal error')) }
  const { check, list } = await aCaller(await anIsolate({ RATE_LIMIT_READS: failing }))
  expect([(await check()).status, (await list()).status]).toEqual([200, 200])
  const lines = warned.mock.calls.map(([line]) => JSON.parse(String(line)))
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'warn', event: 'rate_limit_failed', reason: 'Error: internal error' }),
  )
})

it('Every operation that needs a token says that it may be refused so', () => {
  const { paths, components } = openApiDocument()
  for (const { who, path, method } of Object.values<Operation>(OPERATIONS)) {
    const names = JSON.stringify(paths[path]?.[method]).matchAll(/#\/components\/responses\/(\w+)/g)
    const told = [...names].map(([, name = '']) => JSON.stringify(components.responses[name])).join('')
    expect([path, told.includes('`rate_limited`')]).toEqual([path, who.type !== 'anyone'])
  }
})
