import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import type { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import { userHash } from '../../src/app/user-hash.ts'
import { SCOPES } from '../../src/contract/scopes.ts'
import { NO_DEMAND } from '../../src/edge/freshness.ts'
import type { CreateEntitlement } from '../../src/domain/user/command.ts'
import { createApp } from '../../src/http/app.ts'
import type { HttpEnv } from '../../src/http/routes/context.ts'
import { Cursors } from '../../src/app/paging/cursors.ts'
import { hotCheck } from '../../src/http/hot-check.ts'
import { ProblemError } from '../../src/app/problems/problem-error.ts'
import { HttpProblem } from '../../src/http/answers/http-problem.ts'
import type { Services } from '../../src/http/routes/services.ts'
import { HOUR, NOON, aCreation } from '../domain/samples.ts'
import { aCaller } from '../support/a-caller.ts'
import { FRESHNESS, aReader } from '../support/a-reader.ts'
import { putFeature } from '../../src/catalog/features.ts'
import { publishedCatalog } from '../support/a-changing-catalog.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { everybodysProduct } from '../support/everybodys-product.ts'
import { aKnownUser, aSubmission, recordAt, withExportFeature } from '../support/ledger.ts'
import { aUser } from '../support/user.ts'
import { DatabaseSize } from '../../src/platform/database-size.ts'

stopTheClock()
beforeAll(withExportFeature)
beforeAll(() => putFeature(env.DB, { key: 'quota', type: 'config', overage: 'deny', name: null, unit: null }))

/** A feature that everybody has, and one that is switched off. */
let [perk, disabled] = ['', '']
beforeAll(async () => {
  const { keys } = await everybodysProduct([{ type: 'boolean' }, { type: 'boolean' }])
  ;[perk = '', disabled = ''] = keys
  await env.DB.prepare('UPDATE features SET disabled_at = 1 WHERE key = ?').bind(disabled).run()
  await publishedCatalog()
})

/** An isolate that remembers the token `Bearer known`, of a caller with these scopes. */
function anIsolate(caller = aCaller('tester', SCOPES)) {
  const services: Services = {
    authenticator: {
      remembered: (authorization) => (authorization === 'Bearer known' ? caller : null),
      authenticate: () => Promise.resolve(caller),
      check: () => Promise.resolve(),
    },
    hashUser: userHash(null),
    reader: aReader().reader,
    ledgers: (userId) => env.USERS.getByName(userId),
    cursors: new Cursors(() => Promise.reject(new Error('no check needs one'))),
    db: env.DB,
    size: new DatabaseSize(Infinity),
    kv: env.KV,
    epoch: 1,
    now: () => Date.now(),
    isSampled: () => false,
    passports: () => Promise.resolve(null),
    waitUntil: () => undefined,
    checkout: {
      process: () => Promise.resolve(null),
      followUp: () => Promise.reject(new Error('no check puts anything')),
      follow: () => Promise.resolve(),
    },
  }
  return { services, app: createApp(services) }
}

function asking(path: string, { method = 'GET', token = 'known', body }: RequestFacts = {}): Request {
  const headers = { Authorization: `Bearer ${token}`, 'X-Request-Id': 'req_same' }
  return new Request(`https://ledger.test${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  })
}

interface RequestFacts {
  readonly method?: string
  readonly token?: string
  readonly body?: string
}

/** All that a client can see. */
async function seen(answer: Response | Promise<Response> | null) {
  if (answer === null) return null
  const response = await answer
  return { status: response.status, headers: [...response.headers], text: await response.text() }
}

async function theLongWay(app: Hono<HttpEnv>, request: Request) {
  return seen(await app.fetch(request, { sampled: false }))
}

const instant = fc.option(fc.integer({ min: NOON - HOUR, max: NOON + HOUR }), { nil: null })

const terms: fc.Arbitrary<Partial<CreateEntitlement>> = fc
  .record({
    feature: fc.constantFrom('export', 'quota'),
    period: fc.tuple(instant, instant, instant),
    trial: fc.boolean(),
    value: fc.jsonValue({ maxDepth: 2 }),
  })
  .map(({ feature, period, trial, value }) => {
    const [startsAt, endsAt, graceEndsAt] = period.toSorted((a, b) => (a ?? 0) - (b ?? 0))
    return {
      feature,
      trial,
      value: feature === 'quota' ? (value as number) : undefined,
      startsAt: startsAt ?? null,
      endsAt: endsAt ?? null,
      graceEndsAt: endsAt === null ? null : (graceEndsAt ?? null),
    }
  })
  .filter(
    ({ startsAt, endsAt, graceEndsAt }) =>
      (startsAt ?? -1) < (endsAt ?? Infinity) && (endsAt ?? 0) < (graceEndsAt ?? Infinity),
  )

describe('a check of a remembered user with a remembered token', () => {
  it('is answered on the spot, byte for byte as on the long way', async () => {
    const property = fc.asyncProperty(
      fc.array(terms, { maxLength: 4 }),
      fc.constantFrom('suspend_entitlement' as const, 'revoke_entitlement' as const, null),
      fc.integer({ min: 0, max: FRESHNESS.denyMaxAgeMs - 1 }),
      async (all, ending, ms) => {
        const userId = aUser()
        const ids = all.map((_terms, index) => `ent_${index.toString().repeat(32)}`)
        for (const [index, entitlementId] of ids.entries()) {
          const source = { provider: 'api', account: '', ref: entitlementId, product: null }
          await recordAt(userId, aSubmission(aCreation({ ...all[index], entitlementId, source })))
        }
        const [first] = ids
        if (ending !== null && first !== undefined) {
          await env.USERS.getByName(userId).submit(aSubmission({ type: ending, entitlementId: first }))
        }
        // The keeper's work: once 90 s have passed in all, the catalog of the beginning decides nothing any more.
        await publishedCatalog()
        const { services, app } = anIsolate()
        await theLongWay(app, asking(`/v4/users/${userId}/access/export`))
        pass(ms)
        for (const feature of ['export', 'quota', 'unheard-of', 'constructor', perk, disabled]) {
          const path = `/v4/users/${userId}/access/${feature}`
          const hot = hotCheck(asking(path), services)
          expect(hot).toBeInstanceOf(Response)
          expect(await seen(hot)).toEqual(await theLongWay(app, asking(path)))
        }
      },
    )
    await fc.assert(property, { numRuns: 40 })
  }, 30_000)

  it('is never answered what the long way would not answer, however it is written', async () => {
    const userId = await aKnownUser()
    const segment = fc.oneof(
      fc.constantFrom(
        userId,
        'export',
        '.',
        '..',
        '%2e',
        'a%20b',
        '%2e%2e',
        '%zz',
        '%25zz',
        '%2F',
        "o'brien+/=",
        encodeURIComponent('auth0|a+b@c.d/%41'),
        `${userId}?`,
        'x'.repeat(200),
        'x'.repeat(201),
        'Export',
        '-x',
        '',
      ),
      fc.string({ maxLength: 6 }).map(encodeURIComponent),
      fc.string({ unit: fc.constantFrom('%', '2', '5', 'F', '.', 'a'), maxLength: 6 }),
    )
    const property = fc.asyncProperty(
      segment,
      segment,
      fc.constantFrom('', '?', '?maxAge=1', '/', '#x'),
      async (user, feature, rest) => {
        const path = `/v4/users/${user}/access/${feature}${rest}`
        const hot = await seen(hotCheck(asking(path), anIsolate().services))
        if (hot !== null) expect(hot).toEqual(await theLongWay(anIsolate().app, asking(path)))
      },
    )
    await fc.assert(property, { numRuns: 300 })
    for (const user of [userId, encodeURIComponent('auth0|jane+news@example.com'), "github|o'brien"]) {
      expect(hotCheck(asking(`/v4/users/${user}/access/export`), anIsolate().services)).not.toBeNull()
    }
  })

  it('takes the long way for all that is not plain', async () => {
    const userId = await aKnownUser()
    const { services } = anIsolate()
    const path = `/v4/users/${userId}/access/export`
    for (const request of [
      asking(path, { method: 'HEAD' }),
      asking(path, { method: 'DELETE' }),
      asking(path, { method: 'POST', body: '{}' }),
      asking(`${path}?maxAge=1`),
      asking(`${path}?consistency=cached`),
      asking(`/v4/users/${userId}/access`),
    ]) {
      expect(hotCheck(request, services)).toBeNull()
    }
  })

  it.each([
    ['the user is not remembered', asking, '', 'kv'],
    ['the object has to be asked', asking, '?consistency=strong', 'ledger'],
    ['the token has to be verified', (path: string) => asking(path, { token: 'other' }), '', 'kv'],
  ] as const)('is looked up ahead of the router where %s', async (_where, request, query, source) => {
    const path = `/v4/users/${await aKnownUser()}/access/export${query}`
    const hot = await seen(hotCheck(request(path), anIsolate().services))
    expect(hot?.headers).toContainEqual(['server-timing', `${source};dur=0`])
    expect(hot).toEqual(await theLongWay(anIsolate().app, request(path)))
  })

  it('says the same as the long way when it cannot be answered', async () => {
    const path = `/v4/users/${aUser()}/access/export`
    const { services, app } = anIsolate()
    const failing = {
      ...services,
      reader: aReader({ ask: () => Promise.reject(new Error('no answer')) }).reader,
    }
    const hot = await seen(hotCheck(asking(path), failing))
    expect(hot?.status).toBe(503)
    expect(hot).toEqual(await theLongWay(createApp(failing), asking(path)))

    const nobody = {
      ...services.authenticator,
      authenticate: () => Promise.reject(new HttpProblem('unauthenticated')),
    }
    const unknown = { ...services, authenticator: nobody }
    const request = () =>
      new Request(`https://ledger.test${path}`, { headers: { 'X-Request-Id': 'req_same' } })
    expect((await seen(hotCheck(request(), unknown)))?.status).toBe(401)
    expect(await seen(hotCheck(request(), unknown))).toEqual(await theLongWay(createApp(unknown), request()))
    expect((await theLongWay(app, asking(path)))?.status).toBe(200)
  })

  it('is counted first where a limit is bound, and refused as on the long way', async () => {
    const path = `/v4/users/${await aKnownUser()}/access/export`
    const { services } = anIsolate()
    const counted: string[] = []
    const limited: Services = {
      ...services,
      limit: async (asked, { issuer, subject }) => {
        counted.push(`${asked} ${issuer} ${subject}`)
        if (counted.length > 3) throw new ProblemError('rate_limited', {}, { retryAfterSeconds: 10 })
      },
    }
    const app = createApp(limited)
    await theLongWay(app, asking(path))
    const hot = hotCheck(asking(path), limited)
    expect(hot).not.toBeInstanceOf(Response)
    expect(await seen(hot)).toEqual(await theLongWay(app, asking(path)))
    const refused = await seen(hotCheck(asking(path), limited))
    expect(refused).toMatchObject({ status: 429, headers: expect.arrayContaining([['retry-after', '10']]) })
    expect(refused).toEqual(await theLongWay(app, asking(path)))
    expect(counted).toEqual(counted.map(() => 'reads https://issuer.test tester'))
    expect(counted.length).toBe(5)
  })

  it('is answered to who has the scope, and without any scope to the user themself', async () => {
    const userId = await aKnownUser()
    const path = `/v4/users/${userId}/access/export`
    const checker = aCaller('tester', ['access:check'])
    for (const [caller, mayAsk] of [
      [checker, true],
      [aCaller('tester', ['entitlements:write']), false],
      [aCaller('tester', []), false],
      [aCaller(userId, []), true],
      [aCaller(userId, ['entitlements:write']), false],
      [{ ...checker, usersPrefix: userId.slice(0, -1) }, true],
      [{ ...checker, usersPrefix: userId }, false],
      [{ ...checker, usersPrefix: 'acme:' }, false],
      [{ ...aCaller(userId, []), users: [] }, false],
      [{ ...aCaller('tester', []), users: ['org_1', userId] }, true],
    ] as const) {
      const { services, app } = anIsolate(caller)
      const long = await theLongWay(app, asking(path))
      expect(long?.status).toBe(mayAsk ? 200 : 403)
      await services.reader.read(
        userId,
        { ...NO_DEMAND, strong: true },
        { of: () => ({ answer: null, kind: 'yes', isLasting: true }) },
      )
      expect(await seen(hotCheck(asking(path), services))).toEqual(await theLongWay(app, asking(path)))
    }
  })
})
