import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Demand } from '../../src/edge/freshness.ts'
import type { ReaderDeps } from '../../src/edge/reader.ts'
import { FRESHNESS, MINUTE, SECOND, aReader, askObject } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { KvAtLocation, storedOf } from '../support/kv-at-location.ts'
import { untilPublished, withExportFeature } from '../support/ledger.ts'
import { inAnyOrder } from './in-any-order.ts'
import { RecordedTruth } from './recorded-truth.ts'

stopTheClock()
beforeAll(withExportFeature)

type Step =
  | { readonly do: 'grant'; readonly lastsMs: number | null }
  | { readonly do: 'revoke' | 'publish' }
  | { readonly do: 'wait'; readonly ms: number }
  /** Until so many milliseconds before the next entitlement ends. */
  | { readonly do: 'wait for the end'; readonly before: number }
  /** From now on the isolate reaches users' objects, or does not. */
  | { readonly do: 'link'; readonly isolate: number; readonly isCut: boolean }
  | Check

interface Check {
  readonly do: 'check'
  readonly isolate: number
  /** KV shows this isolate what was there so long ago; `null` is a miss. */
  readonly behindMs: number | null
  readonly demand: 'nothing' | 'maxAge' | 'minVersion' | 'strong'
  readonly together: number
}

const ISOLATES = [0, 1, 2]
const MAX_AGE_MS = 10 * SECOND

const { denyMaxAgeMs, memoryMaxAgeMs, allowMaxAgeMs, staleIfErrorMs } = FRESHNESS
const isolate = fc.constantFrom(...ISOLATES)
const anOccasion = fc.oneof(
  fc.record({
    do: fc.constant('grant' as const),
    lastsMs: fc.constantFrom(null, 4 * SECOND, 20 * SECOND, 8 * MINUTE),
  }),
  fc.constantFrom<Step>({ do: 'revoke' }, { do: 'publish' }),
  fc.record({ do: fc.constant('link' as const), isolate, isCut: fc.boolean() }),
)
const aWait = fc.oneof(
  fc.record({
    do: fc.constant('wait' as const),
    ms: fc.constantFrom(1, SECOND, denyMaxAgeMs, memoryMaxAgeMs, 2 * MINUTE, allowMaxAgeMs - 1, 50 * MINUTE),
  }),
  fc.record({ do: fc.constant('wait for the end' as const), before: fc.constantFrom(0, 1) }),
)
const aCheck = fc.record({
  do: fc.constant('check' as const),
  isolate,
  behindMs: fc.constantFrom(0, MINUTE, 20 * MINUTE, 60 * MINUTE, null),
  demand: fc.constantFrom('nothing', 'nothing', 'maxAge', 'minVersion', 'strong'),
  together: fc.constantFrom(1, 1, 4),
})

/** An isolate and the KV that it sees, the way to the objects from it, and the newest version that it gave. */
function anIsolateSomewhere() {
  const place = new KvAtLocation()
  const link = { isCut: false }
  const ask: ReaderDeps['ask'] = (...question) =>
    link.isCut ? Promise.reject(new Error('Network connection lost.')) : askObject(...question)
  return { place, link, seen: 0, ...aReader({ kv: place.kv, ask }) }
}

type Somewhere = ReturnType<typeof anIsolateSomewhere>

async function play(steps: readonly Step[]): Promise<void> {
  const truth = new RecordedTruth()
  const isolates = ISOLATES.map(anIsolateSomewhere)
  const published: { readonly at: number; readonly stored: unknown }[] = []
  for (const step of steps) {
    switch (step.do) {
      case 'grant':
        await truth.grant(step.lastsMs)
        break
      case 'revoke':
        await truth.revoke()
        break
      case 'publish':
        await untilPublished(truth.userId)
        published.push({ at: Date.now(), stored: await storedOf(truth.userId) })
        break
      case 'wait':
        pass(step.ms)
        break
      case 'wait for the end': {
        const next = Math.min(...truth.ends.map(([, endsAt]) => endsAt))
        if (next !== Infinity) pass(Math.max(0, next - step.before - Date.now()))
        break
      }
      case 'link':
        Object.assign(isolates[step.isolate]?.link ?? {}, { isCut: step.isCut })
        break
      case 'check': {
        const { behindMs } = step
        const shown = published.findLast(({ at }) => behindMs !== null && at <= Date.now() - behindMs)
        const somewhere = isolates[step.isolate] ?? expect.unreachable()
        somewhere.place.serve(truth.userId, shown?.stored ?? null)
        await expectFresh(truth, somewhere, step)
      }
    }
  }
}

async function expectFresh(
  truth: RecordedTruth,
  somewhere: Somewhere,
  { demand, together }: Check,
): Promise<void> {
  const demands: Readonly<Record<Check['demand'], Partial<Demand>>> = {
    nothing: {},
    maxAge: { maxAgeMs: MAX_AGE_MS },
    minVersion: { minVersion: truth.newest },
    strong: { strong: true },
  }
  const { place, asked, settled } = somewhere
  const { isCut } = somewhere.link
  const [readsBefore, askedBefore] = [place.reads, asked()]
  const all = Array.from({ length: together }, () => somewhere.check(truth.userId, demands[demand]))
  const outcomes = await Promise.allSettled(all)
  await settled()
  const isStrong = demand === 'strong'
  expect(place.reads - readsBefore, 'one flight to KV').toBeLessThanOrEqual(isStrong ? 0 : 1)
  expect(asked() - askedBefore, 'one flight to the object').toBeLessThanOrEqual(isStrong ? together : 1)

  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') {
      expect(outcome.reason).toMatchObject({ name: 'LedgerUnavailable' })
      expect(isCut, 'refuses while the object answers').toBe(true)
      continue
    }
    const { allowed, version, degraded, ageMs } = outcome.value
    expect(allowed, 'is what its version says, on the millisecond').toBe(truth.isAllowedAt(version))
    expect(version, 'goes back').toBeGreaterThanOrEqual(somewhere.seen)
    if (isStrong || demand === 'minVersion') expect(version).toBe(truth.newest)
    if (demand === 'maxAge') expect(ageMs).toBeLessThanOrEqual(MAX_AGE_MS)
    if (degraded) expect([allowed, isCut, isStrong]).toEqual([true, true, false])
    const boundMs = degraded ? staleIfErrorMs : allowed ? allowMaxAgeMs : denyMaxAgeMs
    expect(ageMs, 'was confirmed').toBeLessThan(boundMs)
    expect(truth.outdatedForMs(version), 'was true until').toBeLessThan(boundMs)
  }
  const versions = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.version : 0))
  somewhere.seen = Math.max(somewhere.seen, ...versions)
}

/** A check of the first isolate, of which KV is not behind. */
const look: Check = { do: 'check', isolate: 0, behindMs: 0, demand: 'nothing', together: 1 }
const lookBehind: Check = { ...look, behindMs: 20 * MINUTE }
const granted: readonly Step[] = [{ do: 'grant', lastsMs: null }, { do: 'publish' }]
const revoked: readonly Step[] = [{ do: 'revoke' }, { do: 'publish' }]
const wait = (ms: number): Step => ({ do: 'wait', ms })
const isCut = { do: 'link', isolate: 0, isCut: true } as const

/** What chance comes to seldom: the edges of the bounds. */
const STORIES: readonly (readonly Step[])[] = [
  [...granted, look, ...revoked, wait(memoryMaxAgeMs), look],
  [...granted, wait(2 * MINUTE), ...revoked, look, wait(memoryMaxAgeMs), { ...look, behindMs: MINUTE }],
  [...granted, look, isCut, wait(memoryMaxAgeMs), { ...look, demand: 'maxAge' }],
  [...granted, wait(10 * MINUTE), ...revoked, wait(allowMaxAgeMs - 1), lookBehind],
  [...granted, look, { do: 'revoke' }, { ...look, demand: 'minVersion' }, { ...look, demand: 'strong' }],
  [...granted, look, isCut, wait(allowMaxAgeMs), look, wait(50 * MINUTE - 1), look, wait(10 * SECOND), look],
  [
    ...granted,
    look,
    ...revoked,
    isCut,
    wait(allowMaxAgeMs),
    { ...look, behindMs: null, demand: 'minVersion' },
  ],
  [{ ...look, together: 4 }, ...granted, wait(denyMaxAgeMs), { ...look, behindMs: null, together: 4 }],
  [
    { do: 'grant', lastsMs: 20 * SECOND },
    { do: 'publish' },
    look,
    { do: 'wait for the end', before: 1 },
    look,
    wait(1),
    look,
  ],
]

describe('whatever KV shows where and whenever, for up to an hour', () => {
  it('no answer is older than it may be, goes back, or comes from a flight that need not have been', async () => {
    await inAnyOrder<Step>({ anOccasion, aWait, aCheck }, STORIES, play)
  }, 60_000)
})
