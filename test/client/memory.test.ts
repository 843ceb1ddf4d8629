import { describe, expect, it } from 'vitest'
import { AccessMemory } from '../../src/client/access-memory.ts'
import { createLedger } from '../../src/client/ledger.ts'
import type { MemoryOptions } from '../../src/client/memory-bounds.ts'
import { type FetchCall, aFetch, brokenLine, refusal, silence } from './a-fetch.ts'

const SECOND = 1000
const NOON = Date.parse('2030-01-01T12:00:00.000Z')

interface Told {
  /** How long before it is asked for the ledger confirmed it. */
  readonly ageMs?: number
  readonly version?: number
  readonly features?: readonly {
    readonly feature: string
    readonly allowed: boolean
    readonly nextChangeAt?: string
    readonly balance?: object
    readonly maxAmount?: number
    readonly spends?: object
    readonly value?: object
  }[]
}

const YES = { feature: 'export', allowed: true }
const DATE = { Date: new Date(NOON).toUTCString() }
const LIST_OF_EVE = {
  userId: 'eve',
  features: [{ ...YES, reason: 'granted', entitlements: [], nextChangeAt: null }],
  version: 1,
  catalogVersion: 1,
  source: 'ledger',
}
const NO = { feature: 'invite', allowed: false }

/** A ledger that tells what it is told to, a client with a memory before it, and the time of both. */
function aPlace(options: MemoryOptions = {}, token: string | (() => string) = 'a.b.c') {
  const time = { ms: NOON }
  const told: { now: Told } = { now: {} }
  const failing: { with: null | ((call: FetchCall) => Response | Promise<Response>) } = { with: null }
  const { ask, calls } = aFetch((call) => {
    if (failing.with !== null) return failing.with(call)
    const { ageMs = 0, version = 1, features = [YES, NO] } = told.now
    const asOf = new Date(time.ms - ageMs).toISOString()
    const freshness = { version, catalogVersion: 1, asOf, source: 'memory' }
    const all = features.map((one) => ({
      reason: one.allowed ? 'granted' : 'expired',
      entitlements: [],
      nextChangeAt: null,
      ...one,
    }))
    const [, userId, single] = /users\/([^/?]+)(?:\/access\/([^?]+))?/.exec(call.url) ?? []
    const found = all.find(({ feature }) => feature === single)
    const body =
      call.method !== 'GET'
        ? { feature: 'renders', version: version + 1 }
        : single === undefined
          ? { userId, features: all, ...freshness }
          : { userId, ...found, ...freshness }
    return Response.json(body, { headers: { Date: new Date(time.ms).toUTCString() } })
  })
  const memory = new AccessMemory(options, () => ({ wall: time.ms, steady: time.ms - NOON }))
  const ledger = createLedger({ url: 'https://ledger.test', token, fetch: ask, memory })
  return { time, told, failing, ledger, user: ledger.user('u'), calls, asked: () => calls.length }
}

describe('a remembered yes', () => {
  it('is used for 30 seconds after it was asked for, however old it was then', async () => {
    for (const ageMs of [0, 4 * SECOND, 300 * SECOND]) {
      const { time, told, user, asked } = aPlace()
      told.now = { ageMs }
      const answered = await user.check('export')
      time.ms += 30 * SECOND - 1
      expect(user.remembered('export')).toEqual(answered)
      expect(await user.check('export')).toEqual(answered)
      time.ms += 1
      expect(user.remembered('export')).toBeNull()
      await user.check('export')
      expect(asked()).toBe(2)
    }
  })

  it('is never used once the ledger confirmed it as long ago as it would itself have it confirmed anew', async () => {
    const { time, told, user } = aPlace()
    told.now = { ageMs: 595 * SECOND }
    await user.check('export')
    // `Date` says no more than the second: so one is counted that may not have passed.
    time.ms += 4 * SECOND - 1
    expect(user.remembered('export')).not.toBeNull()
    time.ms += 1
    expect(user.remembered('export')).toBeNull()
  })

  it('is never used once time has changed it', async () => {
    const { time, told, user } = aPlace()
    told.now = { features: [{ ...YES, nextChangeAt: new Date(NOON + 10 * SECOND).toISOString() }, NO] }
    await user.check('export')
    time.ms = NOON + 9 * SECOND - 1
    expect(user.remembered('export')).not.toBeNull()
    time.ms += 1
    expect(user.remembered('export')).toBeNull()
  })

  it('answers nine of ten checks, one a second, by copies of every age up to 300 seconds', async () => {
    for (let ageMs = 0; ageMs <= 300 * SECOND; ageMs += 10 * SECOND) {
      const { time, told, user, asked } = aPlace()
      told.now = { ageMs }
      for (let checks = 0; checks < 300; checks += 1) {
        expect((await user.check('export')).allowed).toBe(true)
        time.ms += SECOND
      }
      expect(1 - asked() / 300, `copies of ${ageMs} ms`).toBeGreaterThanOrEqual(0.9)
    }
  })
})

describe('a remembered no', () => {
  it('is used until the ledger confirmed it five seconds ago, as is that a feature is not there', async () => {
    for (const feature of ['invite', 'nowhere']) {
      const { time, told, user } = aPlace()
      told.now = { ageMs: 2 * SECOND }
      expect((await user.check(feature)).allowed).toBe(false)
      time.ms += 2 * SECOND - 1
      expect(user.remembered(feature)?.allowed).toBe(false)
      time.ms += 1
      expect(user.remembered(feature)).toBeNull()
    }
  })
})

describe('what is remembered', () => {
  it('is nothing of an answer that does not say when it was given', async () => {
    const { user, failing } = aPlace()
    failing.with = () =>
      Response.json({
        userId: 'u',
        features: [],
        version: 1,
        catalogVersion: 1,
        asOf: '2030-01-01T12:00:00.000Z',
        source: 'kv',
      })
    await user.check('export')
    expect(user.remembered('export')).toBeNull()
  })

  it('meets what is demanded, or is not given', async () => {
    const { time, told, user, asked } = aPlace()
    told.now = { version: 3 }
    await user.check('export')
    time.ms += 5 * SECOND
    expect(user.remembered('export', { maxAge: 6, minVersion: 3, minCatalogVersion: 1 })).not.toBeNull()
    for (const demand of [
      { maxAge: 5 },
      { minVersion: 4 },
      { minCatalogVersion: 2 },
      { consistency: 'strong' as const },
    ]) {
      expect(user.remembered('export', demand)).toBeNull()
    }
    await user.check('export', { maxAge: 6 })
    expect(asked()).toBe(1)
    await user.check('export', { consistency: 'strong' })
    expect(asked()).toBe(2)
  })

  it('is given again after a consumption of another feature, and not of the same', async () => {
    const { time, told, user, calls } = aPlace()
    told.now = { features: [YES, { feature: 'renders', allowed: true, balance: { remaining: 3 } }] }
    await user.check('export')
    for (let turn = 0; turn < 25; turn += 1) {
      await user.consume({ feature: 'renders', amount: 1 })
      expect((await user.check('export')).allowed).toBe(true)
      time.ms += SECOND
    }
    expect(calls.filter(({ method }) => method === 'GET')).toHaveLength(1)
    told.now = { ...told.now, version: 2 }
    expect(user.remembered('renders')).toBeNull()
    await user.check('renders')
    expect(user.remembered('renders')).not.toBeNull()
    expect(user.remembered('export')).not.toBeNull()
  })

  it('is not given again where what was spent is of the same pool', async () => {
    const { told, user } = aPlace()
    const spends = { feature: 'renders', cost: { amount: 2, per: 1 } }
    told.now = { features: [YES, { feature: 'films', allowed: true, maxAmount: 3, spends }] }
    await user.check('export')
    expect(user.remembered('films')).not.toBeNull()
    await user.consume({ feature: 'renders', amount: 1 })
    expect(user.remembered('films')).toBeNull()
    expect(user.remembered('export')).not.toBeNull()
  })

  it('is of one: whoever asks for more of what is metered asks the ledger', async () => {
    const { told, user, calls } = aPlace()
    told.now = {
      features: [YES, { feature: 'renders', allowed: true, balance: { remaining: 3 }, maxAmount: 3 }],
    }
    await user.check('renders', { amount: 1 })
    expect(user.remembered('renders', { amount: 1 })).not.toBeNull()
    expect(user.remembered('renders', { amount: 2 })).toBeNull()
    expect(user.remembered('export', { amount: 2 })).not.toBeNull()
    await user.check('renders', { amount: 2 })
    expect(calls.map(({ url }) => url.replace(/.*users/, ''))).toEqual([
      expect.stringMatching(/^\/u\/access\?all=true/),
      expect.stringMatching(/^\/u\/access\/renders\?amount=2/),
    ])
  })

  it('is not given again after a change of rights', async () => {
    const { told, user } = aPlace()
    await user.check('export')
    await user.grant({ feature: 'invite' })
    expect(user.remembered('export')).toBeNull()
    told.now = { version: 2 }
    await user.check('export')
    expect(user.remembered('export')?.version).toBe(2)
  })

  it('is the same for all, and so cannot be changed by one of them', async () => {
    const { told, user } = aPlace()
    told.now = { features: [{ ...YES, value: { seats: 5 } }] }
    const { value, entitlements } = await user.check('export')
    expect(() => Object.assign(value as object, { seats: 500 })).toThrow(TypeError)
    expect(() => (entitlements as string[]).push('ent_1')).toThrow(TypeError)
    expect(user.remembered('export')?.value).toEqual({ seats: 5 })
  })

  it('is asked for once by all who ask at once', async () => {
    const { user, asked } = aPlace()
    const all = await Promise.all(Array.from({ length: 10 }, () => user.check('export')))
    expect(all.every(({ allowed }) => allowed)).toBe(true)
    expect(asked()).toBe(1)
  })

  it('is asked for anew where the one who asked may have gone: in a Worker a question dies with its request', async () => {
    const { time, user, failing, asked } = aPlace()
    failing.with = silence
    const gone = user.check('export').catch(() => null)
    failing.with = null
    time.ms += 1500
    expect(await user.check('export')).toMatchObject({ allowed: true })
    expect(asked()).toBe(2)
    expect(gone).toBeInstanceOf(Promise)
  })

  it('is of a thousand users, and forgets who was asked for longest ago', async () => {
    const { ledger } = aPlace()
    for (let n = 0; n <= 1000; n += 1) await ledger.user(`u${n}`).check('export')
    expect(ledger.user('u0').remembered('export')).toBeNull()
    expect(ledger.user('u1').remembered('export')).not.toBeNull()
    ledger.forget()
    expect(ledger.user('u1').remembered('export')).toBeNull()
  })

  it('is of one caller: of a token of another it keeps nothing, of the next of the same it does', async () => {
    const tokenOf = (sub: string, iat: number) => `x.${btoa(JSON.stringify({ iss: 'i', sub, iat }))}.y`
    let token = tokenOf('ann', 1)
    const { ledger, user } = aPlace({}, () => token)
    await user.check('export')
    token = tokenOf('ann', 2)
    await ledger.user('u2').check('export')
    expect(user.remembered('export')).not.toBeNull()
    token = tokenOf('bob', 3)
    await ledger.user('u3').check('export')
    expect(user.remembered('export')).toBeNull()
  })
})

describe('while the ledger does not answer', () => {
  const unavailable = refusal('misconfigured', 503, false)

  it('a check throws, unless it was said for how long a yes may stand in', async () => {
    const { time, user, failing } = aPlace()
    await user.check('export')
    time.ms += 30 * SECOND
    failing.with = unavailable
    await expect(user.check('export')).rejects.toMatchObject({ status: 503 })
  })

  it('the last known yes is given up to its bound, with degraded, and never beyond', async () => {
    const { time, user, failing } = aPlace({ lastKnownSeconds: 300 })
    await user.check('export')
    failing.with = unavailable
    time.ms += 299 * SECOND - 1
    expect(await user.check('export')).toMatchObject({ allowed: true, degraded: true })
    time.ms += 1
    await expect(user.check('export')).rejects.toMatchObject({ status: 503 })
  })

  it.each([
    ['a no', 'invite', {}],
    ['a feature that was never answered', 'nowhere', {}],
    ['what may be used up', 'renders', {}],
    ['a demand', 'export', { maxAge: 10 }],
    ['what time has changed', 'trial', {}],
  ])('nothing stands in for %s', async (_what, feature, demand) => {
    const { time, told, user, failing } = aPlace({ lastKnownSeconds: 300 })
    const renders = { feature: 'renders', allowed: true, balance: { remaining: 1 } }
    const trial = {
      feature: 'trial',
      allowed: true,
      nextChangeAt: new Date(NOON + 40 * SECOND).toISOString(),
    }
    told.now = { features: [YES, NO, renders, trial] }
    await user.check('export')
    time.ms += 45 * SECOND
    failing.with = unavailable
    await expect(user.check(feature, demand)).rejects.toMatchObject({ status: 503 })
  })

  it('silence is the same', async () => {
    const { time, user, failing } = aPlace({ lastKnownSeconds: 300 })
    await user.check('export')
    failing.with = silence
    time.ms += 30 * SECOND
    expect(await user.check('export', { timeoutMs: 1 })).toMatchObject({ allowed: true, degraded: true })
  })

  it('nobody gets a yes who has called the check off', async () => {
    const { time, user, failing } = aPlace({ lastKnownSeconds: 300 })
    await user.check('export')
    failing.with = silence
    time.ms += 30 * SECOND
    const signal = AbortSignal.abort()
    await expect(user.check('export', { signal })).rejects.toMatchObject({ code: 'aborted' })
  })

  it('nor does who has no token any more, as after signing out', async () => {
    let isSignedIn = true
    const token = () => {
      if (!isSignedIn) throw new Error('Nobody is signed in')
      return 'a.b.c'
    }
    const { time, user } = aPlace({ lastKnownSeconds: 300 }, token)
    await user.check('export')
    isSignedIn = false
    time.ms += 30 * SECOND
    await expect(user.check('export', { timeoutMs: 100 })).rejects.toMatchObject({ code: 'no_token' })
  })

  it('nothing is made of nothing', async () => {
    const { user, failing } = aPlace({ lastKnownSeconds: 300 })
    failing.with = unavailable
    await expect(user.check('export')).rejects.toMatchObject({ status: 503 })
  })

  it('nothing is made of a list of somebody else, as what lies between may have kept it', async () => {
    const { user, failing, asked } = aPlace()
    failing.with = (call) =>
      /\/access\?/.test(call.url)
        ? Response.json({ ...LIST_OF_EVE, asOf: new Date(NOON).toISOString() }, { headers: DATE })
        : Response.json({ userId: 'u', ...NO, version: 1 })
    expect(await user.check('export')).toMatchObject({ userId: 'u', allowed: false })
    expect(user.remembered('export')).toBeNull()
    expect(asked()).toBe(2)
  })

  it('a list that cannot be had gives way to the one check, for which the ledger may have an old copy', async () => {
    const { user, failing, calls } = aPlace()
    failing.with = (call) =>
      /\/access\?/.test(call.url) ? brokenLine(call) : Response.json({ ...YES, version: 1, degraded: true })
    expect(await user.check('export')).toMatchObject({ allowed: true, degraded: true })
    expect(calls.map(({ url }) => new URL(url).pathname)).toEqual([
      '/v4/users/u/access',
      '/v4/users/u/access/export',
    ])
  })

  it('what the ledger refuses for good is no outage', async () => {
    const { time, user, failing } = aPlace({ lastKnownSeconds: 300 })
    await user.check('export')
    time.ms += 30 * SECOND
    failing.with = refusal('forbidden', 403, false)
    await expect(user.check('export')).rejects.toMatchObject({ code: 'forbidden' })
  })
})
