import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Demand } from '../../src/edge/freshness.ts'
import { aCreation } from '../domain/samples.ts'
import { ChangingCatalog, publishedCatalog } from '../support/a-changing-catalog.ts'
import { MINUTE, SECOND, aReader, askD1 } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { KvAtLocation, NO_CATALOG_SHOWN, type ShownCatalog } from '../support/kv-at-location.ts'
import { aKnownUser, aSubmission, recordAt, withExportFeature } from '../support/ledger.ts'
import { aUser } from '../support/user.ts'
import { inAnyOrder } from './in-any-order.ts'

stopTheClock()
beforeAll(withExportFeature)
// The first object of a file takes its time.
beforeAll(() => aKnownUser().then(() => undefined))

/** Within this every change of the catalog shows everywhere. */
const BOUND_MS = 90 * SECOND

/** How far the clock of who confirms the catalog may be off. */
const SKEW_MS = 2 * SECOND

type Step =
  | { readonly do: 'change'; readonly isGiven: boolean; readonly isEnabled: boolean }
  /** By whoever changed it, or by the keeper. */
  | { readonly do: 'publish'; readonly skewMs: number }
  | { readonly do: 'wait'; readonly ms: number }
  /** From now on the isolate reaches D1, or does not. */
  | { readonly do: 'link'; readonly isolate: number; readonly isCut: boolean }
  | Check

interface Check {
  readonly do: 'check'
  /** Of whom nothing is recorded, or who was granted the feature. */
  readonly who: 'stranger' | 'owner'
  readonly isolate: number
  /** KV shows this isolate what was there so long ago; `null` is a miss. */
  readonly behindMs: number | null
  readonly demand: 'nothing' | 'strong' | 'minCatalogVersion'
  readonly together: number
}

const ISOLATES = [0, 1, 2]
const isolate = fc.constantFrom(...ISOLATES)

const anOccasion = fc.oneof(
  fc.record({ do: fc.constant('change' as const), isGiven: fc.boolean(), isEnabled: fc.boolean() }),
  fc.record({ do: fc.constant('publish' as const), skewMs: fc.constantFrom(0, 0, -SKEW_MS, SKEW_MS) }),
  fc.record({ do: fc.constant('link' as const), isolate, isCut: fc.boolean() }),
)
const aWait = fc.record({
  do: fc.constant('wait' as const),
  ms: fc.constantFrom(1, SECOND, 10 * SECOND, 20 * SECOND, 45 * SECOND, BOUND_MS - 1, BOUND_MS, 20 * MINUTE),
})
const aCheck = fc.record({
  do: fc.constant('check' as const),
  who: fc.constantFrom('stranger', 'stranger', 'owner'),
  isolate,
  behindMs: fc.constantFrom(0, 30 * SECOND, MINUTE, 60 * MINUTE, null),
  demand: fc.constantFrom('nothing', 'nothing', 'nothing', 'strong', 'minCatalogVersion'),
  together: fc.constantFrom(1, 1, 4),
})

/** An isolate and the KV that it sees, the way to D1 from it, and the newest version of the catalog that it gave. */
function anIsolateSomewhere() {
  const place = new KvAtLocation()
  const link = { isCut: false, brokeAt: -Infinity }
  const reader = aReader({
    kv: place.kv,
    askD1: (known) => {
      if (!link.isCut) return askD1(known)
      link.brokeAt = Date.now()
      return Promise.reject(new Error('D1_ERROR: Network connection lost.'))
    },
  })
  return { place, link, seen: 0, ...reader }
}

type Somewhere = ReturnType<typeof anIsolateSomewhere>

async function play(steps: readonly Step[]): Promise<void> {
  const catalog = new ChangingCatalog()
  await catalog.change({ isGiven: false, isEnabled: true })
  const isolates = ISOLATES.map(anIsolateSomewhere)
  const published: { readonly at: number; readonly shown: ShownCatalog }[] = []
  const users = { stranger: aUser(), owner: aUser() }
  const source = { provider: 'api', account: '', ref: 'order-1', product: null }
  await recordAt(users.owner, aSubmission(aCreation({ feature: catalog.feature, source })))
  for (const step of steps) {
    switch (step.do) {
      case 'change':
        await catalog.change(step)
        break
      case 'publish':
        published.push({ at: Date.now(), shown: await publishedCatalog(step.skewMs) })
        break
      case 'wait':
        pass(step.ms)
        break
      case 'link':
        Object.assign(isolates[step.isolate]?.link ?? {}, { isCut: step.isCut })
        break
      case 'check': {
        const { behindMs } = step
        const seen = published.findLast(({ at }) => behindMs !== null && at <= Date.now() - behindMs)
        const somewhere = isolates[step.isolate] ?? expect.unreachable()
        somewhere.place.showCatalog(seen?.shown ?? NO_CATALOG_SHOWN)
        await expectFresh(catalog, users[step.who], somewhere, step)
      }
    }
  }
}

async function expectFresh(
  catalog: ChangingCatalog,
  userId: string,
  somewhere: Somewhere,
  { who, demand, together }: Check,
): Promise<void> {
  const demands: Readonly<Record<Check['demand'], Partial<Demand>>> = {
    nothing: {},
    strong: { strong: true },
    minCatalogVersion: { minCatalogVersion: catalog.newest },
  }
  const { place, link, askedD1, settled } = somewhere
  const [readsBefore, askedBefore] = [place.catalogReads, askedD1()]
  const all = Array.from({ length: together }, () =>
    somewhere.check(userId, demands[demand], catalog.feature),
  )
  const outcomes = await Promise.allSettled(all)
  await settled()
  expect(place.catalogReads - readsBefore, 'one flight to KV').toBeLessThanOrEqual(1)
  expect(askedD1() - askedBefore, 'one flight to D1').toBeLessThanOrEqual(1)

  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') {
      expect(outcome.reason).toMatchObject({ name: 'LedgerUnavailable' })
      const isPausing = Date.now() - link.brokeAt < SECOND
      expect(link.isCut || isPausing, 'refuses while D1 answers').toBe(true)
      continue
    }
    const { allowed, reason, catalogVersion, degraded } = outcome.value
    if (catalogVersion === null) {
      const isPausing = Date.now() - link.brokeAt < SECOND
      expect(link.isCut || isPausing, 'has none while D1 answers').toBe(true)
      expect([who, allowed, reason, degraded], 'is a right of one’s own').toEqual([
        'owner',
        true,
        'granted',
        true,
      ])
      expect(demand, 'is bent').not.toBe('minCatalogVersion')
      continue
    }
    const { isGiven, isEnabled } = catalog.at(catalogVersion)
    const has = isGiven || who === 'owner'
    const said = isEnabled ? (has ? 'granted' : 'no_entitlement') : 'disabled'
    expect([allowed, reason], 'is what its version says').toEqual([said === 'granted', said])
    expect(degraded).toBe(false)
    expect(catalogVersion, 'goes back').toBeGreaterThanOrEqual(somewhere.seen)
    expect(catalog.outdatedForMs(catalogVersion), 'was true until').toBeLessThan(BOUND_MS + SKEW_MS)
    if (demand === 'minCatalogVersion') expect(catalogVersion).toBe(catalog.newest)
    somewhere.seen = Math.max(somewhere.seen, catalogVersion)
  }
}

const look: Check = { do: 'check', who: 'stranger', isolate: 0, behindMs: 0, demand: 'nothing', together: 1 }
const wait = (ms: number): Step => ({ do: 'wait', ms })
const publish: Step = { do: 'publish', skewMs: 0 }
const given: Step = { do: 'change', isGiven: true, isEnabled: true }
const taken: Step = { do: 'change', isGiven: false, isEnabled: true }
const off: Step = { do: 'change', isGiven: true, isEnabled: false }
const isCut = { do: 'link', isolate: 0, isCut: true } as const

/** What chance comes to seldom: the edges of the bound. */
const STORIES: readonly (readonly Step[])[] = [
  [given, publish, look, taken, publish, wait(10 * SECOND), look, wait(1), look],
  [given, publish, look, off, wait(BOUND_MS - 1), { ...look, behindMs: 60 * MINUTE }, wait(1), look],
  [publish, look, given, wait(BOUND_MS), { ...look, behindMs: null, together: 4 }],
  [given, publish, look, isCut, off, wait(BOUND_MS - 1), look, wait(1), look, wait(20 * MINUTE), look],
  [given, publish, look, taken, { ...look, demand: 'minCatalogVersion' }, look],
  [given, { do: 'publish', skewMs: SKEW_MS }, look, taken, isCut, wait(BOUND_MS), look, wait(SKEW_MS), look],
  [
    isCut,
    { ...look, who: 'owner' },
    look,
    given,
    publish,
    { ...look, who: 'owner' },
    off,
    wait(BOUND_MS),
    { ...look, who: 'owner' },
  ],
  [isCut, look, { do: 'link', isolate: 0, isCut: false }, look, wait(SECOND), look],
]

describe('whatever KV shows of the catalog where and whenever, for up to an hour', () => {
  it('no answer rests on one that was changed 90 s ago, goes back, or comes from a flight that need not have been', async () => {
    await inAnyOrder<Step>({ anOccasion, aWait, aCheck }, STORIES, play)
  }, 60_000)
})
