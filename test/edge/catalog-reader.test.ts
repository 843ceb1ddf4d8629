import { beforeAll, describe, expect, it } from 'vitest'
import { ofFeature } from '../../src/app/checks/check-access.ts'
import { NO_DEMAND } from '../../src/edge/freshness.ts'
import { ChangingCatalog, publishedCatalog } from '../support/a-changing-catalog.ts'
import { MINUTE, SECOND, aReader, askD1 } from '../support/a-reader.ts'
import { aKey, ask, grant } from '../support/api.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { everybodysProduct } from '../support/everybodys-product.ts'
import { KvAtLocation, NO_CATALOG_SHOWN } from '../support/kv-at-location.ts'
import { aKnownUser, withExportFeature } from '../support/ledger.ts'
import { aUser } from '../support/user.ts'

stopTheClock()
beforeAll(withExportFeature)
// The first object of a file takes its time.
beforeAll(() => aKnownUser().then(() => undefined))

/** A feature that everybody has, as KV shows it, and an isolate that nothing was asked of. */
async function aPerk() {
  const catalog = new ChangingCatalog()
  await catalog.change({ isGiven: true, isEnabled: true })
  const place = new KvAtLocation()
  place.showCatalog(await publishedCatalog())
  const link = { isCut: false }
  const isolate = aReader({
    kv: place.kv,
    askD1: (known) => (link.isCut ? Promise.reject(new Error('D1_ERROR: cut off')) : askD1(known)),
  })
  const userId = aUser()
  return {
    catalog,
    place,
    link,
    ...isolate,
    check: (demand = {}) => isolate.check(userId, demand, catalog.feature),
    /** What memory says, without waiting for anybody. */
    remembered: () => isolate.reader.remembered(userId, NO_DEMAND, ofFeature(catalog.feature)),
  }
}

/** Past what decides. */
const TOO_OLD = 90 * SECOND

describe('the catalog of an isolate', () => {
  it('is asked for in KV again after ten seconds, and no check waits for that', async () => {
    const { place, check, remembered, settled, askedD1 } = await aPerk()
    expect(await check()).toMatchObject({ allowed: true, source: 'kv' })
    pass(10 * SECOND - 1)
    expect(remembered()).toMatchObject({ source: 'memory' })
    expect(place.catalogReads).toBe(1)
    pass(1)
    for (let n = 0; n < 3; n += 1) expect(remembered()).toMatchObject({ source: 'memory' })
    await settled()
    expect([place.catalogReads, askedD1()]).toEqual([2, 0])
  })

  it('is not parsed again while its version is the same', async () => {
    const { catalog, place, check, remembered, settled, askedD1 } = await aPerk()
    await check()
    pass(80 * SECOND)
    const mark = { version: catalog.newest, confirmedAt: Date.now() }
    place.showCatalog({ value: 'no JSON', metadata: mark })
    remembered()
    await settled()
    pass(80 * SECOND)
    expect(remembered()).toMatchObject({ answer: { allowed: true }, asOf: mark.confirmedAt })
    await settled()
    expect(askedD1()).toBe(1) // for the confirmation, which is old by now
  })

  it('never goes back to a lower version, however late that was confirmed', async () => {
    const { catalog, place, check, settled } = await aPerk()
    const before = await publishedCatalog(MINUTE)
    await catalog.change({ isGiven: false, isEnabled: true })
    place.showCatalog(await publishedCatalog())
    expect(await check()).toMatchObject({ allowed: false, catalogVersion: catalog.newest })
    place.showCatalog(before)
    for (let times = 0; times < 3; times += 1) {
      pass(20 * SECOND)
      expect(await check()).toMatchObject({ allowed: false, catalogVersion: catalog.newest })
      await settled()
    }
  })

  it('is not believed to be young for longer by a clock that is ahead', async () => {
    const { place, check, link, remembered, settled } = await aPerk()
    place.showCatalog(await publishedCatalog(60 * MINUTE))
    link.isCut = true
    expect(await check()).toMatchObject({ allowed: true })
    pass(TOO_OLD - 1)
    expect(remembered()).toMatchObject({ answer: { allowed: true } })
    await settled()
    pass(1)
    expect(remembered()).toBeNull()
  })

  it('is asked for in D1 once it is half as old as it may be, which no check waits for', async () => {
    const { check, remembered, settled, askedD1, place } = await aPerk()
    await check()
    pass(45 * SECOND)
    remembered()
    await settled()
    expect(askedD1()).toBe(0)
    pass(10 * SECOND)
    place.isBroken = true
    for (let n = 0; n < 3; n += 1) expect(remembered()).toMatchObject({ source: 'memory' })
    await settled()
    expect(askedD1()).toBe(1)
    pass(TOO_OLD - 1)
    expect(remembered()).not.toBeNull()
  })

  it('is waited for once it is too old, by many checks in one flight', async () => {
    const { check, place, askedD1 } = await aPerk()
    await check()
    pass(TOO_OLD)
    const all = await Promise.all(Array.from({ length: 5 }, () => check()))
    expect(all.map(({ source }) => source)).toEqual(all.map(() => 'ledger'))
    expect([place.catalogReads, askedD1()]).toEqual([2, 1])
  })

  it('comes from D1 where KV has none, fails or hangs', async () => {
    for (const fault of ['isBroken', 'hangs', 'isMissing'] as const) {
      const { check, place } = await aPerk()
      if (fault === 'isMissing') place.showCatalog(NO_CATALOG_SHOWN)
      else place[fault] = true
      expect(await check()).toMatchObject({ allowed: true, source: 'ledger' })
    }
  })
})

describe('minCatalogVersion', () => {
  it('of what a change answered is never answered with less', async () => {
    const { catalog, check } = await aPerk()
    expect(await check()).toMatchObject({ allowed: true })
    const version = await catalog.change({ isGiven: false, isEnabled: true })
    expect(await check()).toMatchObject({ allowed: true, catalogVersion: version - 1 })
    const demand = { minCatalogVersion: version }
    expect(await check(demand)).toMatchObject({ allowed: false, catalogVersion: version })
    expect(await check()).toMatchObject({ allowed: false, catalogVersion: version })
  })

  it('above what D1 has is told so, with what it has', async () => {
    const { catalog, check } = await aPerk()
    const asking = check({ minCatalogVersion: catalog.newest + 1 })
    await expect(asking).rejects.toMatchObject({
      name: 'VersionUnknown',
      newest: { catalogVersion: catalog.newest },
    })
  })

  it('is not bent while D1 does not answer', async () => {
    const { catalog, check, link } = await aPerk()
    await check()
    link.isCut = true
    const asking = check({ minCatalogVersion: catalog.newest + 1 })
    await expect(asking).rejects.toMatchObject({ name: 'LedgerUnavailable' })
  })
})

describe('what the catalog says alone', () => {
  it('asks nobody about the user: what everybody has, and what is switched off', async () => {
    const { catalog, check, place, asked } = await aPerk()
    const reads = place.reads
    await check()
    expect(await check()).toMatchObject({ allowed: true, version: 0, source: 'memory', ageMs: 0 })
    const version = await catalog.change({ isGiven: true, isEnabled: false })
    await check({ minCatalogVersion: version })
    expect(await check()).toMatchObject({ allowed: false, reason: 'disabled', version: 0 })
    // The first two did not know the catalog, and looked for both at once.
    expect([place.reads - reads, asked()]).toEqual([2, 0])
  })

  it('is left to the user’s ledger by who asks for that', async () => {
    const { check } = await aPerk()
    await check()
    expect(await check({ strong: true })).toMatchObject({ allowed: true, source: 'ledger' })
    await expect(check({ minVersion: 1 })).rejects.toMatchObject({ name: 'VersionUnknown' })
    pass(2 * SECOND)
    expect(await check({ maxAgeMs: 2 * SECOND })).toMatchObject({ source: 'memory', ageMs: 2 * SECOND })
    pass(1)
    expect(await check({ maxAgeMs: 2 * SECOND })).toMatchObject({ source: 'ledger', ageMs: 0 })
  })
})

describe('without any catalog', () => {
  it('what is recorded for a user is a yes that is degraded, and a no is refused', async () => {
    const { link, place, check, reader } = await aPerk()
    place.showCatalog(NO_CATALOG_SHOWN)
    link.isCut = true
    const known = await aKnownUser()
    const reading = await reader.read(known, NO_DEMAND, ofFeature('export'))
    expect(reading).toMatchObject({ answer: { allowed: true }, catalogVersion: null, degraded: true })
    await expect(check()).rejects.toMatchObject({ name: 'LedgerUnavailable' })
    await expect(check({ strong: true })).rejects.toMatchObject({ name: 'LedgerUnavailable' })
  })

  it('what everybody had when it was used is no yes: it may be nobody’s by now, and is not the user’s own', async () => {
    const { link, place, reader } = await aPerk()
    place.showCatalog(NO_CATALOG_SHOWN)
    const { keys } = await everybodysProduct([{ type: 'metered', amount: 10 }])
    const [userId, feature = ''] = [aUser(), keys[0]]
    const used = await ask('POST', `/v4/users/${userId}/consumptions`, {
      body: { feature, amount: 3 },
      headers: aKey(),
    })
    expect(used.json.balance).toMatchObject({ granted: 10, remaining: 7 })
    const read = (demand = {}) => reader.read(userId, { ...NO_DEMAND, ...demand }, ofFeature(feature))
    link.isCut = true
    for (const demand of [{}, { strong: true }]) {
      await expect(read(demand)).rejects.toMatchObject({ name: 'LedgerUnavailable' })
    }
    await grant(userId, { feature, amount: 5 })
    const balance = { granted: 5, used: 0, reserved: 0, remaining: 5 }
    expect(await read({ strong: true })).toMatchObject({ answer: { balance }, degraded: true })
  })

  it('D1 is asked again after a second, and not with every check', async () => {
    const { link, place, check, askedD1 } = await aPerk()
    place.showCatalog(NO_CATALOG_SHOWN)
    link.isCut = true
    for (let n = 0; n < 3; n += 1) await check().catch(() => undefined)
    expect(askedD1()).toBe(1)
    link.isCut = false
    pass(SECOND)
    expect(await check()).toMatchObject({ allowed: true, source: 'ledger' })
  })
})
