import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../src/domain/user/entry.ts'
import { accessBy } from '../../../src/domain/user/access-by-catalog.ts'
import { snapshotOf } from '../../../src/domain/user/access-of-state.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { shortSnapshot } from '../../../src/domain/user/short-snapshot.ts'
import type { Snapshot } from '../../../src/domain/user/snapshot.ts'
import { emptyState } from '../../../src/domain/user/user-state.ts'
import { bytesToEntry, entryToBytes } from '../../../src/ledger/store/entry-bytes.ts'
import { rowToWindow, windowToRow } from '../../../src/ledger/store/usage/usage-rows.ts'
import { aCatalog, aFeature } from '../../support/a-catalog.ts'
import { HOUR } from '../samples.ts'
import { Ledger, aLot, commit, consume, release, reserve, reverse, revoke } from './a-ledger.ts'
import { agree } from './agree.ts'

const RATE = { amount: 3, per: 2 }
const CATALOG = aCatalog([
  aFeature({ key: 'hourly', type: 'metered', windowMs: HOUR }),
  aFeature({
    key: 'spender',
    type: 'metered',
    spends: { feature: 'hourly', rate: RATE, requiresRight: false },
  }),
])

const amount = fc.integer({ min: 1, max: 6 })
const place = fc.nat({ max: 7 })
const feature = fc.constantFrom('hourly', 'spender')
const is = <const Type extends string>(type: Type) => fc.constant(type)

const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: is('wait'), ms: fc.constantFrom(0, 1, 60_000, 1_200_000, HOUR - 1, HOUR) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: is('grant'),
      amount: fc.integer({ min: 1, max: 20 }),
      lasts: fc.option(fc.constantFrom(HOUR, 3 * HOUR)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: is('revoke'), place }) },
  { weight: 5, arbitrary: fc.record({ type: is('consume'), feature, amount }) },
  { weight: 2, arbitrary: fc.record({ type: is('reverse'), place, amount: fc.option(amount) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: is('reserve'), feature, amount, ttlMs: fc.constantFrom(60_000, 2 * HOUR) }),
  },
  { weight: 2, arbitrary: fc.record({ type: is('commit'), place, amount: fc.option(amount) }) },
  { weight: 1, arbitrary: fc.record({ type: is('release'), place }) },
)

type Happening = typeof happening extends fc.Arbitrary<infer One> ? One : never

interface Taken {
  readonly seq: number
  readonly feature: string
  readonly at: number
  /** What of it stands of what was asked. */
  amount: number
  /** What of it counts while it is within the window. */
  counts: number
}

/** The ledger beside a list of all that was ever taken, held and granted. */
class Beside {
  readonly ledger = new Ledger()
  readonly takes: Taken[] = []
  readonly holds: { seq: number; feature: string; amount: number; endsAt: number }[] = []
  readonly grants: { id: string; amount: number; endsAt: number }[] = []

  constructor() {
    this.ledger.catalog = CATALOG
  }

  balance(at = this.ledger.now) {
    const sum = (some: readonly number[]) => some.reduce((all, one) => all + one, 0)
    const granted = sum(this.grants.filter(({ endsAt }) => at < endsAt).map((one) => one.amount))
    const used = sum(this.takes.filter((one) => at < one.at + HOUR).map(({ counts }) => counts))
    const reserved = sum(
      this.holds.filter(({ endsAt }) => at < endsAt).map((one) => cost(one.feature, one.amount)),
    )
    return { granted, used, reserved, remaining: granted - used - reserved }
  }

  happen(what: Happening): void {
    const { ledger } = this
    const { now } = ledger
    switch (what.type) {
      case 'wait':
        ledger.at(now + what.ms)
        return
      case 'grant': {
        const [id, endsAt] = [`ent_${this.grants.length}`, what.lasts === null ? null : now + what.lasts]
        ledger.do(aLot({ entitlementId: id, feature: 'hourly', amount: what.amount, endsAt }))
        this.grants.push({ id, amount: what.amount, endsAt: endsAt ?? Infinity })
        return
      }
      case 'revoke': {
        const one = this.grants[what.place]
        if (one === undefined || one.endsAt <= now) return
        ledger.do(revoke(one.id))
        one.endsAt = now
        return
      }
      case 'consume':
      case 'reserve': {
        const hasLot = this.grants.some(({ endsAt }) => now < endsAt)
        const isThere = hasLot && cost(what.feature, what.amount) <= this.balance().remaining
        agree(ledger.access(what.feature, now, what.amount).allowed, isThere)
        const outcome = ledger.ask(
          what.type === 'consume'
            ? consume(what.amount, what.feature)
            : reserve(what.amount, what.ttlMs, what.feature),
        )
        if (!isThere) return agree(outcome, 'insufficient_balance')
        const { seq } = outcome as Entry
        if (what.type === 'consume') this.#taken(seq, what.feature, what.amount)
        else this.holds.push({ seq, feature: what.feature, amount: what.amount, endsAt: now + what.ttlMs })
        return
      }
      case 'reverse': {
        const one = this.takes[what.place]
        if (one === undefined) return
        const back = what.amount ?? one.amount
        const outcome = ledger.ask(reverse(one.seq, what.amount))
        if (back === 0 || back > one.amount) return agree(outcome, 'reversal_exceeds_consumption')
        if (now < one.at + HOUR)
          one.counts -= cost(one.feature, one.amount) - cost(one.feature, one.amount - back)
        one.amount -= back
        return
      }
      case 'commit':
      case 'release': {
        const one = this.holds[what.place]
        if (one === undefined || one.endsAt <= now) return
        const part = what.type === 'release' ? 0 : (what.amount ?? one.amount)
        if (part > one.amount) return
        const seq = ledger.do(what.type === 'release' ? release(one.seq) : commit(one.seq, part))
        one.endsAt = now
        if (what.type === 'commit') this.#taken(seq, one.feature, part)
      }
    }
  }

  #taken(seq: number, of: string, taken: number): void {
    this.takes.push({ seq, feature: of, at: this.ledger.now, amount: taken, counts: cost(of, taken) })
  }
}

function cost(of: string, asked: number): number {
  if (of === 'hourly') return asked
  let found = 0
  while (found * RATE.per < asked * RATE.amount) found += 1
  return found
}

function afterEach(look: (beside: Beside) => void): void {
  const property = fc.property(fc.array(happening, { maxLength: 50, size: 'max' }), (all) => {
    const beside = new Beside()
    for (const what of all) {
      beside.happen(what)
      look(beside)
    }
  })
  fc.assert(property, { numRuns: 250 })
}

describe('a limit within a window, taken of itself and through a rate', () => {
  it('has the balance that a list of all takes says, now and later, by state, snapshot and copy', () => {
    afterEach((beside) => {
      const { ledger } = beside
      const { state, now } = ledger
      const whole: Snapshot = stored(snapshotOf(state, now))
      for (const at of [now, now + 60_000, now + HOUR - 1, now + HOUR, now + 4 * HOUR]) {
        const expected = beside.balance(at)
        const access = ledger.access('hourly', at)
        expect(access.balance ?? NOTHING).toEqual(expected)
        for (const key of ['hourly', 'spender']) {
          expect(accessBy(whole, CATALOG, key, at)).toEqual(ledger.access(key, at))
        }
        const copied = accessBy(stored(shortSnapshot(whole)), CATALOG, 'hourly', at).balance ?? NOTHING
        expect(copied.remaining).toBeLessThanOrEqual(expected.remaining)
      }
      const { nextChangeAt, ...answer } = ledger.access('hourly')
      if (nextChangeAt !== null) expect(ledger.access('hourly', nextChangeAt - 1)).toMatchObject(answer)
    })
  })

  it('is the same again from the bytes of its entries, and from its row', () => {
    afterEach(({ ledger: { state, entries } }) => {
      const read = entries.map((entry) => bytesToEntry(entryToBytes(entry, null)).entry)
      expect(read.reduce((before, entry) => fold(before, entry, null), emptyState('u'))).toEqual(state)
      const record = state.windows.get('hourly')
      if (record !== undefined) expect(rowToWindow(windowToRow('u', 'hourly', record))).toEqual(record)
    })
  })
})

const NOTHING = { granted: 0, used: 0, reserved: 0, remaining: 0 }

function stored<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}
