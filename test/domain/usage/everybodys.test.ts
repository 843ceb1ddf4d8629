import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { termsOf } from '../../../src/domain/entitlements/entitlement.ts'
import { hasRoomByHand, roomRefusal } from '../../../src/domain/user/capacity.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { type UserState, emptyState } from '../../../src/domain/user/user-state.ts'
import { bytesToEntry, entryToBytes } from '../../../src/ledger/store/entry-bytes.ts'
import { HOUR, NOON, anEntitlement } from '../samples.ts'
import { ChangingCatalog, type Happening } from './a-changing-catalog.ts'
import type { Every } from './plain-account.ts'

const every: fc.Arbitrary<Every> = fc.constantFrom('hour', 'day', 'week', 'month', 'year')
const product = fc.constantFrom('free', 'beta')
const units = fc.integer({ min: 1, max: 12 })
const place = fc.nat({ max: 5 })
const part = fc.option(fc.nat({ max: 8 }), { nil: null })
const is = <const Type extends string>(type: Type) => fc.constant(type)
const often = (weight: number, arbitrary: fc.Arbitrary<Happening>) => ({ weight, arbitrary })

const offer = fc.record({
  product,
  amount: units,
  every: fc.option(fc.constantFrom<Every>('hour', 'day', 'day', 'week', 'month', 'year'), { nil: null }),
  rolloverMax: fc.nat({ max: 8 }),
  priority: fc.nat({ max: 1 }),
  percent: fc.constantFrom(100, 100, 100, 0),
})

const happening: fc.Arbitrary<Happening> = fc.oneof(
  often(2, fc.record({ type: is('wait'), ms: fc.integer({ min: 0, max: 40 }).map((hours) => hours * HOUR) })),
  often(
    3,
    fc.record({ type: is('wait_for_period'), every, besides: fc.constantFrom(-1, 0, 1, 30 * 24 * HOUR) }),
  ),
  often(5, fc.record({ type: is('offer'), offer })),
  often(1, fc.record({ type: is('end'), product })),
  often(1, fc.record({ type: is('grant'), amount: units, priority: fc.nat({ max: 1 }) })),
  often(7, fc.record({ type: is('consume'), amount: units })),
  often(
    2,
    fc.record({
      type: is('reserve'),
      amount: units,
      ttlMs: fc.integer({ min: 1, max: 60 }).map((hours) => hours * HOUR),
    }),
  ),
  often(2, fc.record({ type: is('reverse'), place, amount: part })),
  often(2, fc.record({ type: is('commit'), place, amount: part })),
  often(1, fc.record({ type: is('release'), place })),
)

/** Lets all of it happen to what everybody has, and looks at it after every step. */
function afterEach(
  look: (world: ChangingCatalog) => void,
  atTheEnd: (world: ChangingCatalog) => void = () => undefined,
) {
  fc.assert(
    fc.property(
      fc.constantFrom('calls', 'calls', 'tokens'),
      fc.array(happening, { maxLength: 40, size: 'max' }),
      (feature, happenings) => {
        const world = new ChangingCatalog(feature)
        for (const what of happenings) {
          world.happen(what)
          look(world)
        }
        atTheEnd(world)
      },
    ),
    { numRuns: 300 },
  )
}

/** What of so many rights of a provider leaves room for. */
function roomBeside(provider: string, count: number) {
  const source = { provider, account: '', ref: 'r', product: 'p' }
  const rights = Array.from({ length: count }, (_, index) => anEntitlement({ id: `ent_${index}`, source }))
  const state = { ...emptyState('u'), entitlements: new Map(rights.map((one) => [one.id, one])) }
  const given = anEntitlement({ id: 'ent_new', source: { ...source, provider: 'stripe', ref: 'order' } })
  const data = {
    ...given,
    entitlementId: given.id,
    terms: termsOf(given),
    rules: 4,
    forgiven: 0,
    spent: null,
  }
  const refusal = roomRefusal(state, given.source, [{ type: 'entitlement_given', data }], NOON)
  return { byHand: hasRoomByHand(state, NOON), bought: refusal === null }
}

function folded({ ledger }: ChangingCatalog): UserState {
  return ledger.entries.reduce(
    (state, entry) => fold(state, bytesToEntry(entryToBytes(entry, null)).entry, null),
    emptyState(ledger.state.userId),
  )
}

describe('what everybody has of a metered feature, however the catalog changes', () => {
  it('is what a plain book says: of what the catalog said at each use, and says now', () => {
    afterEach((world) => {
      expect(world.ledger.balance(world.feature)).toEqual(world.balance)
    })
  })

  it('is the same at the edge, by a copy of when something was last recorded and by the newest catalog', () => {
    afterEach((world) => {
      const access = world.ledger.access(world.feature)
      expect(world.atTheEdge).toEqual(access)
    })
  })

  it('is never a debt, unless the feature may be overdrawn', () => {
    afterEach((world) => {
      const least = world.feature === 'calls' ? 0 : -Infinity

      expect(world.ledger.balance(world.feature).remaining).toBeGreaterThanOrEqual(least)
    })
  })

  it('takes no room from what is granted and bought', () => {
    expect(roomBeside('everyone', 2000)).toEqual({ byHand: true, bought: true })
    expect(roomBeside('paddle', 2000)).toEqual({ byHand: true, bought: false })
    expect(roomBeside('api', 2000)).toEqual({ byHand: false, bought: true })
  })

  it('follows from the entries alone, which hold what everybody has once a period, or when it is more', () => {
    afterEach(
      () => undefined,
      (world) => {
        expect(folded(world)).toEqual(world.ledger.state)
        const entering = world.ledger.entries.flatMap(({ data }) =>
          'everyone' in data ? (data.everyone ?? []) : [],
        )
        const records = [...world.accounts.values()].reduce((sum, account) => sum + account.records, 0)
        expect(entering).toHaveLength(records)
      },
    )
  })
})
