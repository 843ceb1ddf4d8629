import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { readCatalog } from '../../../src/ledger/store/catalog/read-catalog.ts'
import { sha256 } from '../../../src/platform/sha256.ts'
import { aFeature, aKey, ask } from '../../support/api.ts'
import { stopTheClock } from '../../support/clock.ts'
import { expectProblem } from '../../support/problem.ts'
import { aToken } from '../../support/token.ts'
import { aUser } from '../../support/user.ts'
import { aMeter, meterOf, numbersOf } from './a-meter.ts'

stopTheClock()
const now = (moment: string) => void vi.setSystemTime(Date.parse(moment))
beforeEach(() => now('2031-02-28T22:30:00.000Z'))

/** The first of March in Berlin. */
const MIDNIGHT = '2031-02-28T23:00:00.000Z'
const BERLIN = { every: 'month', anchor: MIDNIGHT, rolloverMax: 20, timeZone: 'Europe/Berlin' }

type Meter = ReturnType<typeof meterOf>

const resetsAt = async (meter: Meter) => (await meter.lots())[0].resetsAt
const verdict = async ({ get }: Meter) => (await get('ledger/verify')).json

async function changed({ userId, feature, get }: Meter, reset: object | null) {
  const [{ id }] = (await get(`entitlements?feature=${feature}`)).json.items
  const { json } = await ask('PATCH', `/v4/users/${userId}/entitlements/${id}`, { body: { reset } })
  return json.reset
}

describe('a month that begins at midnight in Berlin', () => {
  it('does so in winter and in summer, to the millisecond, with what goes over', async () => {
    const meter = await aMeter(100, { reset: BERLIN })
    expect(meter.granted.json.reset).toEqual(BERLIN)
    expect((await meter.consume(90)).status).toBe(201)
    now('2031-02-28T22:59:59.999Z')
    expect(await meter.balance()).toEqual([100, 90, 0, 10])
    expect(await meter.check()).toMatchObject({ nextChangeAt: MIDNIGHT })
    now(MIDNIGHT)
    expect(await meter.balance()).toEqual([110, 0, 0, 110])
    expect(await resetsAt(meter)).toBe('2031-03-31T22:00:00.000Z')
    await meter.consume(50)
    now('2031-03-31T21:59:59.999Z')
    expect(await meter.balance()).toEqual([110, 50, 0, 60])
    now('2031-03-31T22:00:00.000Z')
    expect(await meter.balance()).toEqual([120, 0, 0, 120])
    expect(await resetsAt(meter)).toBe('2031-04-30T22:00:00.000Z')
    await meter.consume(1)
    expect(await verdict(meter)).toMatchObject({ intact: true })
  })

  it('begins on the 28th where no zone is named, and nothing that is told or kept names one', async () => {
    const { timeZone: _zone, ...plain } = BERLIN
    for (const timeZone of [undefined, 'UTC']) {
      const meter = await aMeter(100, { reset: { ...plain, timeZone } })
      now(MIDNIGHT)
      expect(await resetsAt(meter)).toBe('2031-03-28T23:00:00.000Z')
      expect(meter.granted.json.reset).toEqual(plain)
      const [entry] = (await meter.get('ledger')).json.items
      expect(entry.data.terms.allowance.reset).toEqual(plain)
      now('2031-02-28T22:30:00.000Z')
    }
  })

  it('is what it is given as in an update, with what was spent', async () => {
    const meter = await aMeter(100)
    await meter.consume(30)
    expect(await changed(meter, BERLIN)).toEqual(BERLIN)
    expect(await resetsAt(meter)).toBe(MIDNIGHT)
    const inNewYork = { ...BERLIN, timeZone: 'America/New_York', anchor: '2031-02-01T05:00:00.000Z' }
    expect(await changed(meter, inNewYork)).toEqual(inNewYork)
    expect(await resetsAt(meter)).toBe('2031-03-01T05:00:00.000Z')
    expect(await meter.balance()).toEqual([100, 30, 0, 70])
    expect(await changed(meter, { every: 'hour' })).toEqual({
      every: 'hour',
      anchor: '2031-02-28T22:30:00.000Z',
      rolloverMax: 0,
    })
    expect(await verdict(meter)).toMatchObject({ intact: true })
  })
})

it('An amount each hour is given each hour, also while clocks are set back', async () => {
  const reset = { every: 'hour', anchor: '2031-02-28T22:40:00.000Z', timeZone: 'Europe/Berlin' }
  const meter = await aMeter(5, { reset })
  now('2031-10-25T23:40:00.000Z')
  for (const hour of ['2031-10-26T00:40', '2031-10-26T01:40', '2031-10-26T02:40']) {
    await meter.consume(5)
    expect(await resetsAt(meter)).toBe(`${hour}:00.000Z`)
    now(`${hour}:00.000Z`)
    expect(await meter.balance()).toEqual([5, 0, 0, 5])
  }
  expect(await verdict(meter)).toMatchObject({ intact: true })
})

async function put(feature: string, reset: object, more: object = {}) {
  const product = `product-${crypto.randomUUID()}`
  const body = { name: 'Plan', features: [{ feature, amount: 10, reset }], ...more }
  const { status, json } = await ask('PUT', `/v4/products/${product}`, { body, token: await aToken() })
  expect(status).toBe(201)
  return { product, json }
}

it('A plan by hand counts from its start, by the clocks of the zone that its product names', async () => {
  const meter = meterOf(aUser(), await aFeature('metered'))
  now('2031-10-04T14:45:00.000Z') // 01:15, and at two the clocks are set forward by half an hour
  const reset = { every: 'day', rolloverMax: 0, timeZone: 'Australia/Lord_Howe' }
  const { product, json } = await put(meter.feature, reset)
  expect(json.features[0].reset).toEqual(reset)
  const token = await aToken()
  const given = await ask('POST', `${meter.path}/products`, { body: { product }, headers: aKey(), token })
  expect(given.status).toBe(201)
  await meter.consume(4)
  expect(await resetsAt(meter)).toBe('2031-10-05T14:15:00.000Z')
  now('2031-10-05T14:15:00.000Z')
  expect(await meter.balance()).toEqual([10, 0, 0, 10])
  expect(await verdict(meter)).toMatchObject({ intact: true })
})

describe('what everybody has in a zone', () => {
  it.each([
    ['hour', 'Asia/Kathmandu', '2031-02-28T23:15:00.000Z'],
    ['day', 'Asia/Kolkata', '2031-03-01T18:30:00.000Z'],
    ['week', 'America/New_York', '2031-03-03T05:00:00.000Z'],
    ['month', 'Europe/Kiev', '2031-03-31T21:00:00.000Z'],
    ['year', 'Pacific/Apia', '2031-12-31T11:00:00.000Z'],
  ])('begins by the calendar there: every %s in %s', async (every, timeZone, next) => {
    const meter = meterOf(aUser(), await aFeature('metered'))
    const { json } = await put(meter.feature, { every, timeZone }, { everyone: true })
    expect((await meter.consume(3)).status).toBe(201)
    const known = `consistency=strong&minCatalogVersion=${json.version}`
    const { balances } = (await meter.get(`balances?feature=${meter.feature}&${known}`)).json
    expect(balances).toMatchObject([{ used: 3, lots: [{ resetsAt: next }] }])
    now(next)
    const { balance } = await meter.check(known)
    expect(numbersOf(balance)).toEqual([10, 0, 0, 10])
    await meter.consume(1)
    expect(await verdict(meter)).toMatchObject({ intact: true })
  })

  it('is another right than without one, whose id is as it ever was', async () => {
    const feature = await aFeature('metered')
    const plain = await put(feature, { every: 'month' }, { everyone: true })
    const zoned = await put(feature, { every: 'month', timeZone: 'Asia/Kolkata' }, { everyone: true })
    const { everyone } = await readCatalog(env.DB)
    const idOf = (id: string) => everyone.find((one) => one.id === id)?.features[0]?.entitlementId
    const hashed = async (...name: string[]) =>
      `ent_${(await sha256(`entitlement-ledger/v4/everyone\n${JSON.stringify(name)}`)).slice(0, 32)}`
    expect(idOf(plain.product)).toBe(await hashed(plain.product, feature, 'month'))
    expect(idOf(zoned.product)).toBe(await hashed(zoned.product, feature, 'month', 'Asia/Kolkata'))
  })
})

describe('a zone that cannot be', () => {
  it.each([
    ['+02:00', 'is an offset, which a zone has for a part of the year: name it, as "Europe/Berlin"'],
    ['UTC+2', 'is no IANA name such as "Europe/Berlin"'],
    ['CEST', 'is no IANA name such as "Europe/Berlin"'],
    ['BST', 'is no IANA name such as "Europe/Berlin"'],
    ['europe/berlin', 'is no IANA name such as "Europe/Berlin"'],
    ['', 'is no IANA name such as "Europe/Berlin"'],
    ['Europe/Berln', 'is no time zone that is known here; did you mean "Europe/Berlin"?'],
    ['Europe/Atlantis', 'is no time zone that is known here'],
    [2, 'must be a text, not a number'],
    [null, 'must be a text, not null'],
  ])('is refused with its place: %j', async (timeZone, message) => {
    const feature = await aFeature('metered')
    const reset = { every: 'month', timeZone }
    const problems = (path: string) => [{ path, message }]
    const path = `/v4/users/${aUser()}/entitlements`
    const granted = await ask('POST', path, { body: { feature, amount: 1, reset }, headers: aKey() })
    expectProblem(granted, 400, 'malformed_request')
    expect(granted.json.errors).toEqual(problems('body.reset.timeZone'))
    const updated = await ask('PATCH', `${path}/ent_${'0'.repeat(32)}`, { body: { reset } })
    expect(updated.json.errors).toEqual(problems('body.reset.timeZone'))
    const body = { name: 'Plan', features: [{ feature, amount: 1, reset }] }
    const sold = await ask('PUT', `/v4/products/product-${crypto.randomUUID()}`, { body })
    expect(sold.json.errors).toEqual(problems('body.features.0.reset.timeZone'))
  })
})
