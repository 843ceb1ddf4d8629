import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type RollingWindow,
  emptyWindow,
  inParts,
  nextLeaving,
  takenWithin,
  withTake,
  withoutTake,
} from '../../../src/domain/usage/rolling-window.ts'
import { NOON } from '../samples.ts'

const WINDOW_MS = 60_000
const PART_MS = WINDOW_MS / 60

type Step =
  | { readonly type: 'take'; readonly count: number; readonly apartMs: number; readonly amount: number }
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'reverse'; readonly place: number; readonly part: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('take'),
    count: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 900 })),
    apartMs: fc.constantFrom(0, 1, 1, 7, 60, 400),
    amount: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({ type: fc.constant('wait'), ms: fc.oneof(fc.nat(3000), fc.nat(WINDOW_MS + 2)) }),
  fc.record({ type: fc.constant('reverse'), place: fc.nat(), part: fc.integer({ min: 1, max: 9 }) }),
)

/** Every take for ever, with what has come back of it while it counted. */
class ExactLog {
  readonly takes: { readonly at: number; amount: number }[] = []

  /** What was taken later than so long before a moment. */
  within(now: number, ms = WINDOW_MS): number {
    const later = this.takes.slice(this.#firstAfter(now - ms))
    return later.reduce((sum, { amount }) => sum + amount, 0)
  }

  momentsWithin(now: number): number {
    return new Set(this.takes.slice(this.#firstAfter(now - WINDOW_MS)).map(({ at }) => at)).size
  }

  nextLeaving(now: number): number | null {
    const first = this.takes.slice(this.#firstAfter(now - WINDOW_MS)).find(({ amount }) => amount > 0)
    return first === undefined ? null : first.at + WINDOW_MS
  }

  #firstAfter(moment: number): number {
    return this.takes.findLastIndex(({ at }) => at <= moment) + 1
  }
}

/** Plays steps on a window and on the log, and looks at both after each take, wait and reversal. */
function play(
  steps: readonly Step[],
  look: (window: RollingWindow, log: ExactLog, now: number) => void,
): void {
  const log = new ExactLog()
  let [window, now] = [emptyWindow(WINDOW_MS), NOON]
  for (const one of steps) {
    if (one.type === 'wait') now += one.ms
    if (one.type === 'take') {
      for (let nth = 0; nth < one.count; nth += 1) {
        now += one.apartMs
        window = withTake(window, now, one.amount)
        log.takes.push({ at: now, amount: one.amount })
      }
    }
    if (one.type === 'reverse') {
      const known = log.takes[one.place % log.takes.length]
      const amount = Math.min(one.part, known?.amount ?? 0)
      if (known === undefined || amount === 0) continue
      window = withoutTake(window, known.at, amount, now)
      // What has left the window gives nothing back.
      if (now < known.at + WINDOW_MS) known.amount -= amount
    }
    look(window, log, now)
  }
}

function always(look: (window: RollingWindow, log: ExactLog, now: number) => void): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25, size: 'max' }), (steps) => play(steps, look)),
    { numRuns: 80 },
  )
}

describe('a rolling window beside a log of all takes', () => {
  it('is exact up to a thousand takes, and beyond counts nothing too short, nor longer by a sixtieth', () => {
    let seenBeyond = 0
    always((window, log, now) => {
      const counted = takenWithin(window, now)
      const exact = log.within(now)
      expect(counted).toBeGreaterThanOrEqual(exact)
      expect(counted).toBeLessThanOrEqual(log.within(now, WINDOW_MS + PART_MS))
      if (log.momentsWithin(now) <= 1000) {
        expect(counted).toBe(exact)
        expect(nextLeaving(window, now)).toBe(log.nextLeaving(now))
      } else seenBeyond += 1
    })
    expect(seenBeyond).toBeGreaterThan(10)
  })

  it('takes no more memory than a thousand takes and a window of parts', () => {
    always(({ takes }) => expect(takes.length).toBeLessThanOrEqual(1061))
  })

  it('put together in parts for a copy, counts nothing too short, nor longer by a sixtieth', () => {
    always((window, _log, now) => {
      const copy = { ...window, takes: inParts(window) }
      expect(copy.takes.length).toBeLessThanOrEqual(62)
      for (const at of [now, now + 3 * PART_MS, now + WINDOW_MS - 1, now + WINDOW_MS]) {
        expect(takenWithin(copy, at)).toBeGreaterThanOrEqual(takenWithin(window, at))
        const later = { ...window, ms: WINDOW_MS + PART_MS }
        expect(takenWithin(copy, at)).toBeLessThanOrEqual(takenWithin(later, at))
      }
    })
  })

  it('never lets more than the limit be taken within any window, whoever asks how often', () => {
    const asked = fc.array(fc.tuple(fc.constantFrom(0, 1, 3, 20, 55, 100), fc.integer({ min: 1, max: 3 })), {
      minLength: 1500,
      maxLength: 4000,
      size: 'max',
    })
    const property = fc.property(fc.integer({ min: 1, max: 5000 }), asked, (limit, all) => {
      const log = new ExactLog()
      let [window, now] = [emptyWindow(WINDOW_MS), NOON]
      for (const [apartMs, amount] of all) {
        now += apartMs
        if (takenWithin(window, now) + amount > limit) {
          // Within a sixtieth of the window it would have been refused by the log as well.
          expect(log.within(now, WINDOW_MS + PART_MS) + amount).toBeGreaterThan(limit)
          continue
        }
        window = withTake(window, now, amount)
        log.takes.push({ at: now, amount })
        expect(log.within(now)).toBeLessThanOrEqual(limit)
      }
    })
    fc.assert(property, { numRuns: 12 })
  })

  it('counts a take until exactly one window later, also while the clock stands still', () => {
    let window = emptyWindow(1000)
    for (let nth = 0; nth < 5000; nth += 1) window = withTake(window, NOON, 1)
    expect(window.takes).toEqual([{ at: NOON, amount: 5000 }])
    expect([NOON, NOON + 999, NOON + 1000].map((at) => takenWithin(window, at))).toEqual([5000, 5000, 0])
    expect(nextLeaving(window, NOON)).toBe(NOON + 1000)
  })
})
