import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessAt } from '../../../src/domain/user/access-of-state.ts'
import {
  Ledger,
  aLot,
  bought,
  commit,
  consume,
  refunded,
  release,
  reserve,
  reverse,
} from '../usage/a-ledger.ts'
import { Both } from '../usage/both.ts'
import { happening } from '../usage/happenings.ts'
import { HOUR } from '../samples.ts'

const RUNS = 300

const setting = fc.record({
  feature: fc.constantFrom('calls', 'tokens'),
  spent: fc.constantFrom('floor_at_zero', 'allow_debt'),
  reset: fc.option(
    fc.record({ every: fc.constantFrom('day', 'week', 'month', 'year'), rolloverMax: fc.nat({ max: 6 }) }),
  ),
} as const)

/** What was given by hand stays with its user. */
const BY_HAND: readonly string[] = ['grant', 'update', 'reset', 'revoke']
const ofPurchases = happening.filter(({ type }) => !BY_HAND.includes(type))
const move = fc.record({ type: fc.constant('move'), to: fc.constantFrom('u', 'v', 'w') } as const)
const life = fc.array(fc.oneof({ weight: 4, arbitrary: ofPurchases }, { weight: 1, arbitrary: move }), {
  maxLength: 40,
  size: 'max',
})

type Happening = typeof life extends fc.Arbitrary<readonly (infer One)[]> ? One : never

function happen(both: Both, what: Happening): void {
  if (what.type === 'move') both.move(what.to)
  else both.happen(what)
}

describe('what is handed over', () => {
  it('makes no difference to what may be used, whatever happens before and after', () => {
    fc.assert(
      fc.property(setting, life, (set, happenings) => {
        const both = new Both(set)
        for (const what of happenings) {
          happen(both, what)
          const { ledger, reference } = both
          const { granted, ...balance } = ledger.balance(set.feature)
          expect(balance).toEqual(reference.balance(ledger.now))
          expect(granted).toBe(balance.used + balance.reserved + balance.remaining)
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('leaves nothing to who had it: to spend, to commit or to owe', () => {
    fc.assert(
      fc.property(setting, life, (set, happenings) => {
        const both = new Both(set)
        for (const what of happenings) {
          happen(both, what)
          for (const { state } of both.ledger.others.values()) {
            const { allowed, balance } = accessAt(state, set.feature, both.ledger.now)
            expect({ allowed, remaining: balance?.remaining ?? 0 }).toEqual({ allowed: false, remaining: 0 })
            expect([...state.reservations.keys()]).toEqual([])
          }
        }
      }),
      { numRuns: RUNS },
    )
  })
})

it('what was used of it is given back nowhere but where it was used, while it is there', () => {
  const ledger = holding()
  const consumption = ledger.do(consume(20))
  ledger.moveTo('v', 'floor_at_zero')
  ledger.swap('u')
  expect(ledger.ask(reverse(consumption))).toBe('consumption_moved')
  ledger.swap('v')
  ledger.moveTo('u', 'floor_at_zero')
  expect(ledger.balance()).toMatchObject({ used: 30 })
  ledger.do(reverse(consumption))
  expect(ledger.balance()).toMatchObject({ used: 10 })
})

/** Who bought a hundred, and has spent ten and holds sixty of it for an hour. */
function holding(): Ledger {
  const ledger = new Ledger()
  const feature = { feature: 'calls', type: 'metered', overage: 'deny', amount: 100 } as const
  ledger.products = { credits: { id: 'credits', features: [feature] } }
  ledger.told('order', [bought({ a: 1 })])
  ledger.do(consume(10))
  ledger.do(reserve(60, HOUR))
  return ledger
}

describe('what was stopped by hand of a source that moves', () => {
  const [calls, exports] = ['order a calls', 'order a export']

  /** Who bought calls, and exports that are no amount. */
  function buyer(): Ledger {
    const ledger = new Ledger()
    const features = [
      { feature: 'calls', type: 'metered', amount: 100 },
      { feature: 'export', type: 'boolean' },
    ] as const
    ledger.products = { credits: { id: 'credits', features } }
    ledger.told('order', [bought({ a: 1 })])
    return ledger
  }
  const reasons = (ledger: Ledger) => ['calls', 'export'].map((feature) => ledger.access(feature).reason)

  it('stays suspended at the new user, until it is resumed there', () => {
    const ledger = buyer()
    for (const entitlementId of [calls, exports]) ledger.do({ type: 'suspend_entitlement', entitlementId })
    ledger.moveTo('v', 'floor_at_zero')
    expect(reasons(ledger)).toEqual(['suspended', 'suspended'])
    for (const entitlementId of [calls, exports]) ledger.do({ type: 'resume_entitlement', entitlementId })
    expect(reasons(ledger)).toEqual(['granted', 'granted'])
    ledger.moveTo('u', 'floor_at_zero')
    expect(reasons(ledger)).toEqual(['granted', 'granted'])
  })

  it('stays revoked, wherever it moves, and with what was used of it', () => {
    const ledger = buyer()
    ledger.do(consume(1))
    for (const entitlementId of [calls, exports]) ledger.do({ type: 'revoke_entitlement', entitlementId })
    for (const userId of ['v', 'u']) {
      ledger.moveTo(userId, 'floor_at_zero')
      expect(reasons(ledger)).toEqual(['revoked', 'revoked'])
    }
  })

  it('stays so where it was withdrawn meanwhile, and comes back at the new user', () => {
    const ledger = buyer()
    ledger.do({ type: 'suspend_entitlement', entitlementId: exports })
    ledger.told('order', [refunded('r', 'a', 1)])
    ledger.moveTo('v', 'floor_at_zero')
    ledger.told('order', [refunded('r', 'a', 1, true)])
    expect(reasons(ledger)).toEqual(['granted', 'suspended'])
  })
})

describe('what is held of a source that moves', () => {
  it.each([
    ['commit', commit],
    ['release', release],
  ])('is refused a %s where it was reserved', (_name, resolve) => {
    const ledger = holding()
    const reservation = ledger.state.version
    ledger.moveTo('v', 'floor_at_zero')
    ledger.moveTo('u', 'floor_at_zero')
    expect(ledger.balance()).toEqual({ granted: 100, used: 10, reserved: 60, remaining: 30 })
    expect(ledger.ask(resolve(reservation))).toBe('reservation_moved')
    ledger.at(ledger.now + HOUR)
    expect(ledger.ask(resolve(reservation))).toBe('reservation_already_expired')
  })

  it('is held at the new user until it lapses, and is there then', () => {
    const ledger = holding()
    ledger.moveTo('v', 'floor_at_zero')
    expect(ledger.balance()).toEqual({ granted: 100, used: 10, reserved: 60, remaining: 30 })
    expect(ledger.ask(consume(31))).toBe('insufficient_balance')
    ledger.at(ledger.now + HOUR)
    expect(ledger.ask(consume(90))).toMatchObject({ type: 'usage_consumed' })
  })

  it('stays held of what else it was held of, until it lapses', () => {
    const ledger = holding()
    ledger.do(aLot({ entitlementId: 'ent_by_hand', amount: 40 }))
    const spanning = ledger.do(reserve(50, HOUR))
    expect(ledger.state.reservations.get(spanning)?.takes.map(({ amount }) => amount)).toEqual([40, 10])
    ledger.moveTo('v', 'floor_at_zero')
    expect(ledger.balance()).toEqual({ granted: 100, used: 10, reserved: 70, remaining: 20 })
    ledger.moveTo('u', 'floor_at_zero')
    expect(ledger.ask(commit(spanning, 40))).toBe('reservation_moved')
    expect(ledger.balance()).toEqual({ granted: 140, used: 10, reserved: 110, remaining: 20 })
    ledger.at(ledger.now + HOUR)
    expect(ledger.balance()).toEqual({ granted: 140, used: 10, reserved: 0, remaining: 130 })
  })
})
