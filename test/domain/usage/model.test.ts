import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../src/domain/user/entry.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { accessAt, snapshotOf } from '../../../src/domain/user/access-of-state.ts'
import { accessBy } from '../../../src/domain/user/access-by-catalog.ts'
import type { Snapshot } from '../../../src/domain/user/snapshot.ts'
import { balanceOf } from '../../../src/domain/usage/lot.ts'
import type { Take } from '../../../src/domain/usage/take.ts'
import { lotsFor } from '../../../src/domain/user/user-lots.ts'
import { type UserState, emptyState } from '../../../src/domain/user/user-state.ts'
import { bytesToEntry, entryToBytes } from '../../../src/ledger/store/entry-bytes.ts'
import { HOUR } from '../samples.ts'
import { consume } from './a-ledger.ts'
import { Both } from './both.ts'
import { type Happening, happening } from './happenings.ts'
import type { Setting } from './purchases.ts'

const setting: fc.Arbitrary<Setting> = fc.record({
  feature: fc.constantFrom('calls', 'tokens'),
  spent: fc.constantFrom('floor_at_zero', 'allow_debt'),
  reset: fc.option(
    fc.oneof(
      fc.record({
        every: fc.constantFrom('hour', 'day', 'week', 'month', 'year'),
        rolloverMax: fc.nat({ max: 6 }),
      }),
      fc.record({
        every: fc.constantFrom('day', 'week', 'month'),
        rolloverMax: fc.nat({ max: 6 }),
        timeZone: fc.constant('America/New_York'),
      }),
    ),
  ),
  rate: fc.option(fc.record({ amount: fc.integer({ min: 1, max: 5 }), per: fc.integer({ min: 1, max: 4 }) })),
  overageMax: fc.option(fc.nat({ max: 12 })),
})

const RUNS = 200

/** Lets all of it happen, and looks at both after every step. */
function afterEach(look: (both: Both, what: Happening) => void) {
  const some = fc.array(happening, { maxLength: 40, size: 'max' })
  fc.assert(
    fc.property(setting, some, (set, happenings) => {
      const both = new Both(set)
      for (const what of happenings) {
        both.happen(what)
        look(both, what)
      }
    }),
    { numRuns: RUNS },
  )
}

/** Without what no entry tells: until when leases are renewed, and who has them. */
function asFolded(state: UserState): UserState {
  const reservations = [...state.reservations].map(
    ([seq, one]) => [seq, one.hasHolder === true ? { ...one, endsAt: Infinity, holder: null } : one] as const,
  )
  return { ...state, reservations: new Map(reservations) }
}

/** Through what is stored, as another object would read it. */
function stored<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}

function sumFor(id: string, takes: readonly Take[]): number {
  return takes.reduce((sum, { entitlementId, amount }) => sum + (entitlementId === id ? amount : 0), 0)
}

/** What of a lot the entries say was spent and not reversed, in all of its periods. */
function spentOf(id: string, entries: readonly Entry[]): number {
  return entries.reduce((sum, { type, data }) => {
    if (type === 'usage_consumed' || type === 'reservation_committed') return sum + sumFor(id, data.takes)
    return type === 'consumption_reversed' ? sum - sumFor(id, data.returns) : sum
  }, 0)
}

describe('whatever happens to a user', () => {
  it('the balance is what a simple account of it says, and its parts add up', () => {
    afterEach(({ ledger, reference, debtMax, setting: { feature } }) => {
      const { granted, ...balance } = ledger.balance(feature)
      expect(balance).toEqual(reference.balance(ledger.now))
      expect(granted).toBe(balance.used + balance.reserved + balance.remaining)
      const { allowed } = ledger.access(feature)
      expect(allowed).toBe(reference.inOrder(ledger.now).length > 0 && balance.remaining + debtMax > 0)
    })
  })

  it('a check for an amount says what a consumption of it would, and the most that one may ask', () => {
    afterEach((both) => {
      const { ledger, reference, asked, debtMax } = both
      const { remaining } = reference.balance(ledger.now)
      const hasLots = reference.inOrder(ledger.now).length > 0
      const most = ledger.access(asked).maxAmount ?? -1
      for (const amount of [1, 2, 7, most, most + 1]) {
        if (amount < 1 || amount > 1000) continue
        const { allowed, reason, maxAmount } = ledger.access(asked, ledger.now, amount)
        const cost = both.cost(amount)
        expect(allowed).toBe(hasLots && cost <= remaining + debtMax)
        expect(allowed).toBe(ledger.wouldDo(consume(amount, asked)))
        expect([allowed, maxAmount]).toEqual([amount <= most, most])
        if (allowed) expect(reason === 'overage').toBe(cost > remaining)
        else if (hasLots) expect(reason).toBe('limit_reached')
      }
    })
  })

  it('all that was given of a lot was spent, is held, is there, has expired or was taken back', () => {
    afterEach(({ ledger: { state, entries, now }, reference, setting: { feature } }) => {
      const lots = new Map(lotsFor(state, feature, now).map((lot) => [lot.id, lot]))
      for (const { id, given, excused, expired, isGone, now: account } of reference.lots) {
        const lot = lots.get(id)
        if (lot === undefined) throw new Error(`There is no lot ${id}`)
        const { remaining } = balanceOf(lot, now)
        expect(remaining).toBe(account.free)
        if (isGone) expect(remaining).toBeLessThanOrEqual(0)
        const open = [...state.reservations.values()].filter(({ endsAt }) => now < endsAt)
        const held = open.reduce((sum, { takes }) => sum + sumFor(id, takes), 0)
        expect(given + excused).toBe(spentOf(id, entries) + held + remaining + expired)
      }
    })
  })

  it('nothing is below zero where no debt is allowed', () => {
    afterEach(({ ledger: { state, now }, setting: { feature, spent } }, what) => {
      const lots = lotsFor(state, feature, now)
      for (const lot of lots) {
        const { used, reserved, remaining } = balanceOf(lot, now)
        expect(Math.min(used, reserved)).toBeGreaterThanOrEqual(0)
        // An amount that was lowered by hand is not forgiven.
        const isBought = !lot.id.startsWith('ent_')
        if (isBought && feature === 'calls' && spent === 'floor_at_zero') {
          expect(remaining, `After ${what.type}`).toBeGreaterThanOrEqual(0)
        }
      }
    })
  })

  it('each reservation is resolved at most once, and before its end', () => {
    afterEach(({ ledger: { entries } }) => {
      const resolved = entries.filter(
        ({ type }) => type === 'reservation_committed' || type === 'reservation_released',
      )
      const of = resolved.map(({ data }) => ('reservation' in data ? data.reservation : 0))
      expect(new Set(of).size).toBe(of.length)
      for (const [index, seq] of of.entries()) {
        const made = entries[seq - 1]
        if (made?.type !== 'usage_reserved') throw new Error('What was resolved is no reservation')
        if (made.data.hasHolder !== true) expect(resolved[index]?.recordedAt).toBeLessThan(made.data.endsAt)
      }
    })
  })

  it('the entries alone give the state again', () => {
    afterEach(({ ledger: { state, entries } }) => {
      const again = entries.reduce(
        (before, entry) => fold(before, bytesToEntry(entryToBytes(entry, null)).entry, null),
        emptyState('u'),
      )
      expect(again).toEqual(asFolded(state))
    })
  })

  it('what was asked before is no other than what is reckoned anew', () => {
    afterEach(({ ledger, setting: { feature } }) => {
      const { state, now } = ledger
      for (const at of [now, now + HOUR, now + 30 * HOUR]) {
        const known = accessAt(state, feature, at, ledger.catalog)
        const [entitlements, usage] = [new Map(state.entitlements), new Map(state.usage)]
        expect(known).toEqual(accessAt({ ...state, entitlements, usage }, feature, at, ledger.catalog))
      }
    })
  })

  it('a snapshot answers what the state does, then and later, and says when that will change', () => {
    afterEach(({ ledger, asked: feature }) => {
      const { state, now } = ledger
      const snapshot: Snapshot = stored(snapshotOf(state, now))
      const access = ledger.access(feature)
      const next = access.nextChangeAt ?? now + 1000 * HOUR
      for (const at of [now, next - 1, next, next + 1, next + 25 * HOUR, next + 800 * HOUR]) {
        expect(accessBy(snapshot, ledger.catalog, feature, at)).toEqual(ledger.access(feature, at))
      }
      expect(ledger.access(feature, next - 1)).toEqual(access)
    })
  })
})
