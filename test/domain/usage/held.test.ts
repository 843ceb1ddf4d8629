import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold } from '../../../src/domain/user/fold.ts'
import { accessBy } from '../../../src/domain/user/access-by-catalog.ts'
import type { Snapshot } from '../../../src/domain/user/snapshot.ts'
import { snapshotOf } from '../../../src/domain/user/access-of-state.ts'
import { emptyState } from '../../../src/domain/user/user-state.ts'
import { bytesToEntry, entryToBytes } from '../../../src/ledger/store/entry-bytes.ts'
import { aCatalog, aFeature } from '../../support/a-catalog.ts'
import { HOUR } from '../samples.ts'
import { Both } from './both.ts'
import { type Happening, happening } from './happenings.ts'
import { Seats, type Taking } from './seats-from-outside.ts'

/** What comes and goes of sources; of what is held nothing is given anew. */
const ofSources = happening
  .filter(
    ({ type }) => !['consume', 'reverse', 'reserve', 'extend', 'commit', 'release', 'reset'].includes(type),
  )
  .map((one): Happening => (one.type === 'grant' ? { ...one, reset: null } : one))

const holder = fc.constantFrom('ann', 'bob', 'cid', 'dan')
const amount = fc.integer({ min: 1, max: 4 })
const ttl = fc.integer({ min: 1, max: 48 }).map((hours) => hours * HOUR)

const taking: fc.Arbitrary<Taking> = fc.oneof(
  fc.record({ type: fc.constant('take' as const), holder, amount }),
  fc.record({ type: fc.constant('lease' as const), holder, amount, ttlMs: ttl }),
  fc.record({ type: fc.constant('renew' as const), holder, ttlMs: ttl }),
  fc.record({ type: fc.constant('commit' as const), holder, amount: fc.option(amount) }),
  fc.record({ type: fc.constant('give_back' as const), holder, amount: fc.option(amount) }),
  fc.record({ type: fc.constant('let_go' as const), holder }),
)

const setting = fc.record({
  feature: fc.constant('calls' as const),
  spent: fc.constantFrom('floor_at_zero' as const, 'allow_debt' as const),
  reset: fc.constant(null),
})

const CATALOG = aCatalog([aFeature({ key: 'calls', type: 'metered', held: true })])

/** Sources and holders come and go; both sides are looked at after each step. */
function afterEach(look: (both: Both, seats: Seats) => void): void {
  const some = fc.array(fc.oneof({ weight: 2, arbitrary: ofSources }, { weight: 3, arbitrary: taking }), {
    maxLength: 50,
    size: 'max',
  })
  fc.assert(
    fc.property(setting, some, (set, steps) => {
      const both = new Both(set)
      both.ledger.catalog = CATALOG
      const seats = new Seats(both)
      for (const step of steps) {
        if ('holder' in step) seats.do(step)
        else both.happen(step)
        look(both, seats)
      }
    }),
    { numRuns: 300 },
  )
}

describe('whatever sources come and go', () => {
  it('granted is what is live, taken what holders have, and what remains may be below zero', () => {
    afterEach((both, seats) => {
      expect(both.ledger.balance()).toEqual(seats.balance())
      const { allowed, reason } = both.ledger.access()
      const { granted, remaining } = seats.balance()
      expect(allowed).toBe(remaining > 0)
      if (!allowed && granted > 0) expect(reason).toBe('limit_reached')
    })
  })

  it('the entries alone give the same again, but for who it is and until when', () => {
    afterEach(({ ledger: { state, entries } }) => {
      const again = entries.reduce(
        (before, entry) => fold(before, bytesToEntry(entryToBytes(entry, null)).entry, null),
        emptyState('u'),
      )
      const erased = [...state.holdings.values()].map((one) => ({ ...one, holder: null }))
      expect([...again.holdings.values()]).toEqual(erased)
      expect([...again.reservations.keys()]).toEqual([...state.reservations.keys()])
      expect(again.usage).toEqual(new Map())
    })
  })

  it('a snapshot says what the state does, then and later', () => {
    afterEach(({ ledger }) => {
      const { state, now } = ledger
      const snapshot = JSON.parse(JSON.stringify(snapshotOf(state, now))) as Snapshot
      const next = ledger.access().nextChangeAt ?? now + 1000 * HOUR
      for (const at of [now, next - 1, next, next + 30 * HOUR]) {
        expect(accessBy(snapshot, CATALOG, 'calls', at)).toEqual(ledger.access('calls', at))
      }
      expect(JSON.stringify(snapshot)).not.toMatch(/ann|bob|cid|dan/)
    })
  })
})
