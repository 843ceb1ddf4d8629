import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type LedgerOptions, createLedger } from '../../src/client/ledger.ts'
import { LedgerError } from '../../src/client/ledger-error.ts'
import { aFetch, answer, brokenLine, refusal, silence } from './a-fetch.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const CONSUMPTION = { id: 'con_1', feature: 'renders', version: 3 }
const UNAVAILABLE = refusal('ledger_unavailable', 503, true, { 'Retry-After': '2' })

function aUser(fetch: LedgerOptions extends infer _ ? typeof globalThis.fetch : never, timeoutMs?: number) {
  return createLedger({ url: 'https://ledger.test/', token: 'a.b.c', fetch, timeoutMs }).user('jane+1@x')
}

/** What a call ends in, once all that it waits for has passed. */
async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  const outcome = call.catch((error: unknown) => error)
  await vi.runAllTimersAsync()
  return outcome
}

describe('a request', () => {
  it('spreads what is asked over path, query, headers and body, percent-encoded', async () => {
    const { ask, calls } = aFetch(answer({}))
    const user = aUser(ask)
    await user.check('export-4k', { maxAge: 60, consistency: 'cached', minVersion: undefined })
    await user.update('ent_1', { priority: 3, metadata: null }, { ifVersion: 7, idempotencyKey: 'key' })
    expect(calls.map(({ method, url, body }) => [method, url, body])).toEqual([
      [
        'GET',
        'https://ledger.test/v4/users/jane%2B1%40x/access/export-4k?maxAge=60&consistency=cached',
        null,
      ],
      [
        'PATCH',
        'https://ledger.test/v4/users/jane%2B1%40x/entitlements/ent_1',
        { priority: 3, metadata: null },
      ],
    ])
    expect(calls[0]?.headers.get('Authorization')).toBe('Bearer a.b.c')
    expect(calls[1]?.headers.get('If-Match')).toBe('"7"')
    expect(calls[1]?.headers.get('Idempotency-Key')).toBe('key')
  })

  it('asks for the token of now, before each try', async () => {
    const { ask, calls } = aFetch(UNAVAILABLE, answer({}))
    let tokens = 0
    const token = () => Promise.resolve(`token-${(tokens += 1)}`)
    await outcomeOf(createLedger({ url: 'https://ledger.test', token, fetch: ask }).user('u').check('export'))
    expect(calls.map(({ headers }) => headers.get('Authorization'))).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ])
  })

  it('is about one user: an id that an address would drop, or that is none, is asked of nobody', async () => {
    const { ask, calls } = aFetch(answer({ items: [], nextCursor: null }))
    const ledger = createLedger({ url: 'https://ledger.test', token: 'a.b.c', fetch: ask })
    for (const id of ['..', '.', '', undefined, null, 5]) {
      const user = ledger.user(id as string)
      const refused = { code: 'malformed_request', status: 400, retryable: false }
      // What is left of `/v4/users/../entitlements` is the list of all users.
      await expect(user.entitlements({ feature: 'export' }).page()).rejects.toMatchObject(refused)
      await expect(user.consume({ feature: 'renders', amount: 1 })).rejects.toMatchObject(refused)
    }
    await expect(ledger.user('u').endPlan('..')).rejects.toMatchObject({ code: 'malformed_request' })
    expect(calls).toEqual([])
  })

  it('changes what its call names, whatever else a body of somebody else says', async () => {
    const { ask, calls } = aFetch(answer({}))
    const user = aUser(ask)
    const others = { entitlementId: 'ent_2', consumptionId: 'con_2', sourceRef: 'plan-2', userId: 'eve' }
    await user.update('ent_1', { ...others, priority: 3 })
    await user.reverse('con_1', { ...others, amount: 1 })
    await user.changePlan('plan-1', { ...others, product: 'pro', endsAt: null })
    expect(calls.map(({ url }) => url.replace(/.*%40x/, ''))).toEqual([
      '/entitlements/ent_1',
      '/consumptions/con_1/reversals',
      '/products/plan-1',
    ])
  })

  it('does not go on to another address, where a change would become a reading', async () => {
    const moved = () => new Response(null, { status: 301, headers: { Location: 'https://other.test/' } })
    const asked: (RequestInit | undefined)[] = []
    const user = aUser((_, init) => {
      asked.push(init)
      return Promise.resolve(moved())
    })
    const error = await outcomeOf(user.consume({ feature: 'renders', amount: 1 }))
    expect(error).toMatchObject({ code: 'no_answer', status: 301, retryable: false })
    expect(asked.map((init) => init?.redirect)).toEqual(['manual'])
  })

  it('passes on what it does not know, of members and of values', async () => {
    const check = { allowed: true, reason: 'on_the_house', version: 1, mood: ['good'] }
    expect(await aUser(aFetch(answer(check)).ask).check('export')).toEqual(check)
  })
})

describe('what is tried again', () => {
  it.each([
    ['what the ledger says may succeed later', UNAVAILABLE],
    ['what nothing answered', brokenLine],
    ['what something between answered', () => new Response('<html>', { status: 502 })],
    ['an answer that broke off', () => new Response('{"id":', { status: 200 })],
  ])('is %s, with the same key, made before the first try', async (_what, failure) => {
    const { ask, calls } = aFetch(failure, failure, answer(CONSUMPTION))
    expect(await outcomeOf(aUser(ask).consume({ feature: 'renders', amount: 3 }))).toEqual(CONSUMPTION)
    const keys = new Set(calls.map(({ headers }) => headers.get('Idempotency-Key')))
    expect([calls.length, keys.size]).toEqual([3, 1])
    expect([...keys][0]).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('is given up after three tries, with the key in the error', async () => {
    const { ask, calls } = aFetch(UNAVAILABLE)
    const error = await outcomeOf(aUser(ask).grant({ feature: 'export' }))
    expect(error).toBeInstanceOf(LedgerError)
    expect(error).toMatchObject({
      code: 'ledger_unavailable',
      status: 503,
      retryable: true,
      requestId: 'req_1',
      idempotencyKey: calls[0]?.headers.get('Idempotency-Key'),
    })
    expect(calls).toHaveLength(3)
  })

  it('is nothing where something else than a ledger says that there is nothing', async () => {
    const { ask, calls } = aFetch(() => new Response('<html>', { status: 404 }))
    const error = await outcomeOf(aUser(ask).check('export'))
    expect(error).toMatchObject({ code: 'no_answer', status: 404, retryable: false })
    expect(calls).toHaveLength(1)
  })

  it('is what something between has no room for now, and waits as long as that says', async () => {
    const tooMany = () => new Response('<h1>', { status: 429, headers: { 'Retry-After': '1' } })
    const { ask, calls } = aFetch(tooMany, answer(CONSUMPTION))
    expect(await outcomeOf(aUser(ask).consume({ feature: 'renders', amount: 1 }))).toEqual(CONSUMPTION)
    expect(calls).toHaveLength(2)
  })

  it('is nothing of a key that no header carries', async () => {
    const { ask, calls } = aFetch(answer(CONSUMPTION))
    for (const idempotencyKey of ['订单-7', 'a\r\nX: 1']) {
      const error = await outcomeOf(aUser(ask).consume({ feature: 'renders', amount: 1 }, { idempotencyKey }))
      expect(error).toMatchObject({ code: 'malformed_request', retryable: false, idempotencyKey })
    }
    expect(calls).toEqual([])
  })

  it('is nothing that the ledger refuses for good', async () => {
    const { ask, calls } = aFetch(refusal('insufficient_balance', 409, false))
    expect(await outcomeOf(aUser(ask).consume({ feature: 'renders', amount: 3 }))).toMatchObject({
      retryable: false,
    })
    expect(calls).toHaveLength(1)
  })

  it.each([
    ['as many seconds as the ledger says', { 'Retry-After': '3' }, 3000],
    ['until the moment that it says', { 'Retry-After': new Date(5000).toUTCString() }, 5000],
    ['for a moment where it says nothing', {}, 0],
  ])('waits %s, and some chance more', async (_what, headers, leastMs) => {
    vi.setSystemTime(0)
    const { ask, calls } = aFetch(refusal('overloaded', 503, true, headers), answer({}))
    const call = aUser(ask).check('export')
    await vi.advanceTimersByTimeAsync(leastMs + 249)
    expect(calls).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(251)
    await call
    expect(calls).toHaveLength(2)
  })
})

describe('the deadline', () => {
  it('is one for all tries: what would be tried after it is not waited for', async () => {
    const { ask, calls } = aFetch(refusal('rate_limited', 429, true, { 'Retry-After': '60' }))
    // No time passes.
    await expect(aUser(ask).check('export')).rejects.toMatchObject({ code: 'rate_limited', retryable: true })
    expect(calls).toHaveLength(1)
  })

  it('ends what nobody answers, and a change with its key: it may have been recorded', async () => {
    const error = await aUser(aFetch(silence).ask, 1)
      .consume({ feature: 'renders', amount: 1 })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'timed_out', status: 0, retryable: true, requestId: null })
    expect(error).toHaveProperty('idempotencyKey', expect.stringMatching(/^[0-9a-f-]{36}$/))
  })

  it('may come earlier, by the caller', async () => {
    const controller = new AbortController()
    const { ask, calls } = aFetch(silence)
    const call = aUser(ask).check('export', { signal: controller.signal })
    controller.abort(new Error('They left'))
    await expect(call).rejects.toMatchObject({ code: 'aborted', cause: { message: 'They left' } })
    await expect(aUser(ask).check('export', { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    })
    expect(calls.length).toBeLessThanOrEqual(1)
  })
})

describe('what the client itself has changed', () => {
  it('is known to whatever it asks afterwards: rights to all, lots to their feature', async () => {
    const { ask, calls } = aFetch(
      answer({ version: 4 }),
      answer({ feature: 'renders', version: 7 }),
      answer({}),
    )
    const ledger = createLedger({ url: 'https://ledger.test', token: 'a.b.c', fetch: ask })
    const user = ledger.user('u')
    await user.grant({ feature: 'export' })
    await user.consume({ feature: 'renders', amount: 1 })
    // Whose lots a feature spends is told by its first answer.
    await user.check('export')
    await user.check('export')
    await user.check('renders')
    await user.check('renders', { minVersion: 9 })
    await ledger.user('u').access()
    await user.balances({ feature: 'renders' })
    await ledger.user('other').check('export')
    await ledger.checkMany([
      { userId: 'u', feature: 'renders' },
      { userId: 'other', feature: 'renders' },
    ])
    const asked = calls.slice(2).map(({ url, body }) => new URL(url).searchParams.get('minVersion') ?? body)
    expect(asked.slice(0, 7)).toEqual(['7', '4', '7', '9', '7', '7', null])
    expect(asked[7]).toMatchObject({ checks: [{ minVersion: 7 }, { userId: 'other', feature: 'renders' }] })
    expect(user.version).toBe(7)
  })

  it('is known to what spends the same pool, and to whoever is named beside others', async () => {
    const pool = { feature: 'credits', cost: 1 }
    const { ask, calls } = aFetch(
      answer({ userId: 'u', feature: 'photos', version: 4, spends: pool }),
      answer({ spends: { feature: 'credits' } }),
      answer({}),
      answer({ spends: { feature: 'credits' } }),
    )
    const ledger = createLedger({ url: 'https://ledger.test', token: 'a.b.c', fetch: ask })
    const user = ledger.user('u')
    await ledger.consumeAny(['ann', 'u'], { feature: 'photos', amount: 1 })
    await user.check('films')
    await user.check('export')
    await user.check('films')
    await user.check('export')
    await ledger.checkAny(['ann', 'bob'], 'films')
    await ledger.checkAny(['ann', 'u'], 'films', { amount: 3 })
    await ledger.checkMany([{ anyOf: ['ann', 'u'], feature: 'films' }])
    expect(calls[0]?.body).toEqual({ anyOf: ['ann', 'u'], feature: 'photos', amount: 1 })
    expect(calls.slice(1, 7).map(({ url }) => new URL(url).search)).toEqual([
      '?minVersion=4',
      '?minVersion=4',
      '?minVersion=4',
      '',
      '?anyOf=ann&anyOf=bob',
      '?amount=3&consistency=strong&anyOf=ann&anyOf=u',
    ])
    expect(calls[7]?.body).toEqual({
      consistency: 'strong',
      checks: [{ anyOf: ['ann', 'u'], feature: 'films' }],
    })
  })

  it('is known of a purchase too, and of what another service hands over', async () => {
    const { ask, calls } = aFetch(answer({ state: 'applied', userId: 'u', version: 5 }), answer({}))
    const ledger = createLedger({ url: 'https://ledger.test', token: 'a.b.c', fetch: ask })
    await ledger.purchase({ provider: 'stripe', id: 'cs_1' })
    await ledger.user('u').check('export')
    ledger.user('u').expect(8)
    await ledger.user('u').check('export')
    expect(calls.slice(1).map(({ url }) => new URL(url).search)).toEqual(['?minVersion=5', '?minVersion=8'])
  })

  it('is kept where an answer, or another service, says none', async () => {
    const { ask, calls } = aFetch(answer({ version: 5 }), answer({ feature: 'renders' }), answer({}))
    const user = aUser(ask)
    await user.grant({ feature: 'export' })
    await user.consume({ feature: 'renders', amount: 1 })
    user.expect(Number.NaN)
    await user.check('renders')
    expect(user.version).toBe(5)
    expect(calls.slice(2).map(({ url }) => new URL(url).search)).toEqual(['?minVersion=5'])
  })

  it('is forgotten where the ledger has lost it, as by a restore; what the caller demands is not', async () => {
    const lost = refusal('version_unknown', 409, false)
    const { ask, calls } = aFetch(answer({ version: 4 }), lost, answer({ allowed: false }), lost)
    const user = aUser(ask)
    await user.grant({ feature: 'export' })
    expect(await user.check('export')).toEqual({ allowed: false })
    expect(calls.map(({ url }) => new URL(url).search)).toEqual(['', '?minVersion=4', ''])
    await expect(user.check('export', { minVersion: 9 })).rejects.toMatchObject({ code: 'version_unknown' })
  })
})
