import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { LedgerError } from '../../../src/client/ledger-error.ts'
import type { ReaderDeps } from '../../../src/edge/reader.ts'
import { inAnyOrder } from '../../edge/in-any-order.ts'
import { RecordedTruth } from '../../edge/recorded-truth.ts'
import { FRESHNESS, MINUTE, SECOND, aReader, askObject } from '../../support/a-reader.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { KvAtLocation, storedOf } from '../../support/kv-at-location.ts'
import { untilPublished, withExportFeature } from '../../support/ledger.ts'
import { LAST_KNOWN_MS, aRememberingClient } from './a-remembering-client.ts'

stopTheClock()
beforeAll(withExportFeature)

/** Which of the clocks may be wrong in a play: where both are, nobody could know the time. */
type Clock = 'wall' | 'steady'

type Step =
  | { readonly do: 'grant'; readonly lastsMs: number | null }
  | { readonly do: 'revoke' | 'publish' }
  /** By the client itself, which then knows of it. */
  | { readonly do: 'change'; readonly how: 'grant' | 'revoke' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'wait for the end'; readonly before: number }
  /** From now on the isolate reaches the user’s object, and the client the ledger, or not. */
  | { readonly do: 'cut'; readonly what: 'object' | 'ledger'; readonly isCut: boolean }
  | { readonly do: 'jump'; readonly ms: number }
  | { readonly do: 'stand'; readonly isStill: boolean }
  | Check

interface Check {
  readonly do: 'check'
  /** Which isolate the client comes to. */
  readonly isolate: number
  readonly behindMs: number | null
  readonly demand: 'nothing' | 'maxAge' | 'strong'
  readonly together: number
}

const MAX_AGE_MS = 10 * SECOND
const YES_MS = 30 * SECOND
const { denyMaxAgeMs, allowMaxAgeMs, staleIfErrorMs } = FRESHNESS

const anOccasion = fc.oneof(
  fc.record({ do: fc.constant('grant' as const), lastsMs: fc.constantFrom(null, 4 * SECOND, 20 * SECOND) }),
  fc.constantFrom<Step>({ do: 'revoke' }, { do: 'publish' }),
  fc.record({ do: fc.constant('change' as const), how: fc.constantFrom('grant', 'revoke') }),
  fc.record({
    do: fc.constant('cut' as const),
    what: fc.constantFrom('object', 'ledger'),
    isCut: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('jump' as const),
    ms: fc.constantFrom(-60 * MINUTE, -SECOND, 20 * SECOND, 60 * MINUTE),
  }),
  fc.record({ do: fc.constant('stand' as const), isStill: fc.boolean() }),
)
const aWait = fc.oneof(
  fc.record({
    do: fc.constant('wait' as const),
    ms: fc.constantFrom(
      1,
      SECOND,
      denyMaxAgeMs,
      YES_MS - 1,
      YES_MS,
      2 * MINUTE,
      allowMaxAgeMs - 1,
      50 * MINUTE,
    ),
  }),
  fc.record({ do: fc.constant('wait for the end' as const), before: fc.constantFrom(0, 1, SECOND) }),
)
const aCheck = fc.record({
  do: fc.constant('check' as const),
  isolate: fc.constantFrom(0, 1),
  behindMs: fc.constantFrom(0, MINUTE, 20 * MINUTE, null),
  demand: fc.constantFrom('nothing', 'nothing', 'nothing', 'maxAge', 'strong'),
  together: fc.constantFrom(1, 1, 4),
})

function anIsolate(link: { isCut: boolean }) {
  const place = new KvAtLocation()
  const ask: ReaderDeps['ask'] = (...question) =>
    link.isCut ? Promise.reject(new Error('Network connection lost.')) : askObject(...question)
  return { place, ...aReader({ kv: place.kv, ask }) }
}

async function expectFreshIn(wrong: Clock, steps: readonly Step[]): Promise<void> {
  const truth = new RecordedTruth()
  const link = { isCut: false }
  const isolates = [anIsolate(link), anIsolate(link)]
  let at = 0
  const isolateOfNow = () => isolates[at] ?? expect.unreachable()
  const { door, clocks, user } = aRememberingClient(() => isolateOfNow().reader, truth)
  const published: { readonly at: number; readonly stored: unknown }[] = []
  /** The newest version that was answered, and the newest that the client itself made. */
  let [seen, own] = [0, 0]

  for (const step of steps) {
    switch (step.do) {
      case 'grant':
        await truth.grant(step.lastsMs)
        break
      case 'revoke':
        await truth.revoke()
        break
      case 'change':
        if (door.isCut) break
        await (step.how === 'grant' ? user.grant({ feature: 'export' }) : user.revoke('ent_1'))
        own = truth.newest
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
      case 'cut':
        if (step.what === 'object') link.isCut = step.isCut
        else door.isCut = step.isCut
        break
      case 'jump':
        if (wrong === 'wall') clocks.jump(step.ms)
        break
      case 'stand':
        clocks.stand(wrong, step.isStill)
        break
      case 'check': {
        at = step.isolate
        const { behindMs } = step
        const shown = published.findLast((one) => behindMs !== null && one.at <= Date.now() - behindMs)
        isolateOfNow().place.serve(truth.userId, shown?.stored ?? null)
        await expectFresh(step)
      }
    }
  }

  async function expectFresh({ demand, together }: Check): Promise<void> {
    const demands = {
      nothing: {},
      maxAge: { maxAge: MAX_AGE_MS / 1000 },
      strong: { consistency: 'strong' },
    } as const
    const callsBefore = door.calls
    const all = Array.from({ length: together }, () => user.check('export', demands[demand]))
    const outcomes = await Promise.allSettled(all)
    await isolateOfNow().settled()
    const isWell = !door.isCut && !link.isCut
    if (demand === 'nothing' && isWell) {
      // Who joined a list that is too old at once, as right before an end, asks again, and all of them with one.
      expect(door.calls - callsBefore, 'one flight for all').toBeLessThanOrEqual(Math.min(together, 2))
    }
    expect(door.listsAtOnce, 'one flight at a time').toBeLessThanOrEqual(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toBeInstanceOf(LedgerError)
        expect(isWell, 'throws while the ledger answers').toBe(false)
        continue
      }
      const { allowed, version, degraded, asOf } = outcome.value
      expect(allowed, 'is what its version says, on the millisecond').toBe(truth.isAllowedAt(version))
      expect(version, 'goes back').toBeGreaterThanOrEqual(seen)
      expect(version, 'does not know what the client itself did').toBeGreaterThanOrEqual(own)
      if (demand === 'strong') expect(version).toBe(truth.newest)
      const ageMs = Date.now() - Date.parse(asOf)
      if (demand === 'maxAge') expect(ageMs).toBeLessThanOrEqual(MAX_AGE_MS)
      if (degraded === true) expect([allowed, isWell, demand === 'strong']).toEqual([true, false, false])
      const boundMs =
        degraded === true ? Math.max(staleIfErrorMs, LAST_KNOWN_MS) : allowed ? allowMaxAgeMs : denyMaxAgeMs
      expect(ageMs, 'was confirmed').toBeLessThan(boundMs)
      expect(truth.outdatedForMs(version), 'was true until').toBeLessThan(boundMs)
      seen = Math.max(seen, version)
    }
  }
}

const look: Check = { do: 'check', isolate: 0, behindMs: 0, demand: 'nothing', together: 1 }
const elsewhere: Check = { ...look, isolate: 1, behindMs: 20 * MINUTE }
const granted: readonly Step[] = [{ do: 'grant', lastsMs: null }, { do: 'publish' }]
const revoked: readonly Step[] = [{ do: 'revoke' }, { do: 'publish' }]
const wait = (ms: number): Step => ({ do: 'wait', ms })
const cut = (what: 'object' | 'ledger'): Step => ({ do: 'cut', what, isCut: true })

/** What chance comes to seldom. */
const STORIES: readonly (readonly Step[])[] = [
  [...granted, look, ...revoked, wait(YES_MS - 1), look, wait(1), look],
  [...granted, look, ...revoked, { do: 'stand', isStill: true }, wait(YES_MS), look],
  [...granted, look, ...revoked, { do: 'jump', ms: -60 * MINUTE }, wait(allowMaxAgeMs), look],
  [{ ...look, together: 4 }, ...granted, wait(denyMaxAgeMs), { ...look, together: 4 }],
  [...granted, look, { do: 'change', how: 'revoke' }, look, elsewhere],
  [...granted, look, { do: 'change', how: 'revoke' }, cut('ledger'), look],
  [...granted, look, cut('ledger'), wait(YES_MS), look, wait(LAST_KNOWN_MS), look],
  [...granted, look, cut('object'), wait(YES_MS), look, wait(LAST_KNOWN_MS), look, wait(50 * MINUTE), look],
  [...granted, ...revoked, { ...look, demand: 'strong' }, elsewhere],
  [...granted, look, { do: 'revoke' }, { ...look, demand: 'strong' }, look],
  [
    { do: 'grant', lastsMs: 20 * SECOND },
    { do: 'publish' },
    look,
    { do: 'wait for the end', before: SECOND },
    look,
    { do: 'wait for the end', before: 1 },
    look,
    wait(1),
    look,
  ],
  [
    { do: 'grant', lastsMs: 20 * SECOND },
    { do: 'publish' },
    look,
    cut('ledger'),
    { do: 'wait for the end', before: 0 },
    look,
  ],
]

describe('with the memory of a client before all that the ledger remembers', () => {
  it.each<Clock>(['wall', 'steady'])(
    'no answer is older than it may be, goes back or forgets a change, whatever the %s clock does',
    async (wrong) => {
      await inAnyOrder<Step>({ anOccasion, aWait, aCheck }, STORIES, (steps) => expectFreshIn(wrong, steps))
    },
    60_000,
  )
})
