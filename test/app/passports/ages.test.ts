import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { catalogKey } from '../../../src/ledger/stored-catalog.ts'
import { aCountingIsolate, aKnownPair } from '../../support/a-counting-isolate.ts'
import { SECOND } from '../../support/a-reader.ts'
import { aFeature, ask, grant } from '../../support/api.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { anIsolate } from '../../support/isolate.ts'
import { KvAtLocation, NO_CATALOG_SHOWN, storedOf } from '../../support/kv-at-location.ts'
import { untilPublished } from '../../support/ledger.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'
import { askForPassport, claimsIn } from './a-passport.ts'

stopTheClock()

/** Lets time pass until the copy in KV was confirmed so long ago, and answers when that was, in seconds. */
async function untilCopyIsOld(userId: string, ms: number): Promise<number> {
  const { confirmedAt } = (await storedOf(userId)).snapshot
  pass(confirmedAt + ms - Date.now())
  return confirmedAt / SECOND
}

/** The catalog that isolates find, which nobody confirms anew here. */
async function catalogInKv() {
  return JSON.parse((await env.KV.get(catalogKey(1))) ?? '{}') as { readonly confirmedAt: number }
}

describe('exp', () => {
  it('counts from the confirmation of a copy of a minute, and of an older one the object is asked', async () => {
    const { userId, feature } = await aKnownPair()
    const confirmedAt = await untilCopyIsOld(userId, 60 * SECOND)
    const [near, late] = [await aCountingIsolate(), await aCountingIsolate()]
    const fromCopy = await askForPassport(userId, {}, { of: near.of })
    expect([fromCopy.json.source, near.counted.objects]).toEqual(['kv', 0])
    expect(await claimsIn(fromCopy)).toMatchObject({
      exp: Math.floor(confirmedAt + 600),
      iat: Math.floor(confirmedAt + 60),
      ent: { [feature]: [{}] },
    })
    pass(1)
    const fromObject = await askForPassport(userId, {}, { of: late.of })
    expect([fromObject.json.source, late.counted.objects]).toEqual(['ledger', 1])
    expect(Date.parse(fromObject.json.asOf)).toBe(Date.now())
  })

  it('is as near as was asked, and then so is the copy: one that has used up half of that is asked anew', async () => {
    const { userId } = await aKnownPair()
    const confirmedAt = await untilCopyIsOld(userId, 15 * SECOND)
    const { of } = await aCountingIsolate()
    const fromCopy = await askForPassport(userId, { ttlSeconds: 30 }, { of })
    expect(fromCopy.json.source).toBe('kv')
    expect((await claimsIn(fromCopy)).exp).toBe(Math.floor(confirmedAt + 30))
    pass(1)
    expect((await askForPassport(userId, { ttlSeconds: 30 }, { of })).json.source).toBe('ledger')
  })

  it('is no later than a yes may be given, whatever was asked', async () => {
    const { userId } = await aKnownPair()
    const confirmedAt = await untilCopyIsOld(userId, 0)
    const of = await anIsolate({ ALLOW_MAX_AGE_SECONDS: '300' })
    const { exp } = await claimsIn(await askForPassport(userId, { ttlSeconds: 600 }, { of }))
    expect(exp).toBe(Math.floor(confirmedAt + 300))
  })

  it('is ten minutes after D1 confirmed the catalog, where that was before the object confirmed the user', async () => {
    const { userId } = await aKnownPair()
    const { confirmedAt } = await catalogInKv()
    pass(confirmedAt + 75 * SECOND - Date.now())
    const { of } = await aCountingIsolate()
    const answered = await askForPassport(userId, {}, { of })
    expect(Date.parse(answered.json.asOf)).toBe(Date.now())
    expect((await claimsIn(answered)).exp).toBe(Math.floor(confirmedAt / SECOND + 600))
  })
})

describe('a value', () => {
  it('ends when a check would not tell it any more, and shortens nothing else', async () => {
    const [userId, yes, seats] = [aUser(), await aFeature(), await aFeature('config')]
    await grant(userId, { feature: yes })
    await grant(userId, { feature: seats, value: 5 })
    await untilPublished(userId)
    const confirmedAt = await untilCopyIsOld(userId, 0)
    const of = await anIsolate({ VALUE_MAX_AGE_SECONDS: '20' })
    const { ent, exp } = await claimsIn(await askForPassport(userId, {}, { of }))
    expect(ent).toEqual({ [yes]: [{}], [seats]: [{ v: 5, u: Math.floor(confirmedAt + 20) }] })
    expect(exp).toBeGreaterThan(confirmedAt + 500)
  })
})

describe('nothing is signed', () => {
  it('of a copy that is too old while the object does not answer, though a check says yes by it', async () => {
    const { userId, feature } = await aKnownPair()
    const { of, counted } = await aCountingIsolate()
    await untilCopyIsOld(userId, 59 * SECOND)
    counted.isCutOff = true
    expect((await askForPassport(userId, {}, { of })).status).toBe(200)
    pass(SECOND + 1)
    expectProblem(await askForPassport(userId, {}, { of }), 503, 'ledger_unavailable')
    expect((await ask('GET', `/v4/users/${userId}/access/${feature}`, { of })).json.allowed).toBe(true)
    pass(600 * SECOND)
    expect((await ask('GET', `/v4/users/${userId}/access/${feature}`, { of })).json).toMatchObject({
      degraded: true,
    })
    expectProblem(await askForPassport(userId, {}, { of }), 503, 'ledger_unavailable')
  })

  it('while no catalog is to be had', async () => {
    const { userId } = await aKnownPair()
    const place = new KvAtLocation()
    place.showCatalog(NO_CATALOG_SHOWN)
    const DB = new Proxy(env.DB, {
      get: () => () => {
        throw new Error('D1_ERROR: Network connection lost.')
      },
    })
    const of = await anIsolate({ KV: place.kv, DB })
    expectProblem(await askForPassport(userId, {}, { of }), 503, 'ledger_unavailable')
  })
})
