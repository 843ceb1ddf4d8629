import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Lot } from '../../../src/domain/usage/lot.ts'
import { lotAt } from '../../../src/domain/usage/lot-at.ts'
import { accessToAmount } from '../../../src/domain/usage/access-to-amount.ts'
import { spendingOf } from '../../../src/domain/usage/metered-access.ts'
import { withSpentAsOne } from '../../../src/domain/usage/spent-lots.ts'
import { takeFrom } from '../../../src/domain/usage/take.ts'
import { HOUR, NOON, anEntitlement } from '../samples.ts'
import { Ledger, aLot, consume } from './a-ledger.ts'

const hours = fc.integer({ min: 0, max: 3 }).map((after) => NOON + after * HOUR)
const maybe = fc.oneof(fc.constant(null), hours)
const few = fc.integer({ min: 0, max: 2 })

/** Lots of which many are spent, and many of these stand alike. */
const lot = fc
  .record({
    endsAt: maybe,
    graceEndsAt: fc.constant(null),
    trial: fc.constantFrom(false, false, false, true),
    suspendedAt: fc.constantFrom(null, null, null, NOON - HOUR),
    revokedAt: fc.constantFrom(null, null, null, NOON - HOUR),
    priority: few,
    startedAt: few.map((before) => NOON - before * HOUR),
    amount: few,
    isSpent: fc.boolean(),
    used: few,
    forgiven: few,
    isHeld: fc.boolean(),
    overage: fc.constantFrom(...Array.from({ length: 30 }, () => 'deny'), 'allow'),
    isDaily: fc.boolean(),
  })
  .map(({ amount, isSpent, used, forgiven, isHeld, overage, isDaily, ...of }): Lot => {
    const reset = isDaily && !isSpent ? ({ every: 'day', anchor: NOON, rolloverMax: 0 } as const) : null
    const period = reset === null ? null : NOON
    const usage = { period, name: period, carried: 0, others: [] }
    return {
      ...anEntitlement(of),
      ...of,
      allowance: { type: 'metered', amount, overage, reset, period: null },
      usage: isSpent ? { ...usage, used: amount, forgiven: 0 } : { ...usage, used, forgiven },
      holds: isHeld && !isSpent ? [{ period, amount: 1, endsAt: NOON + HOUR }] : [],
    } as Lot
  })

const lots = fc
  .array(lot, { maxLength: 12, size: 'max' })
  .map((all) => all.map((one, index) => ({ ...one, id: `ent_${index}` })))

function spendingAt(some: readonly Lot[], at: number) {
  const spending = spendingOf(
    some.map((one) => lotAt(one, at)),
    at,
  )
  const { spendable } = spending
  const access = accessToAmount(spending, { amount: 1, rate: null, overageMax: Infinity })
  const { entitlements, ...rest } = access
  const left = access.balance?.remaining ?? 0
  const takes = left > 0 || access.allowed ? takeFrom(spendable, Math.max(1, left), at) : []
  return { rest, named: access.allowed ? entitlements : [], takes, isSpendable: spendable.length > 0 }
}

it('spent lots as one give the same access and balance, and are spent as before, at any later moment', () => {
  let left = 0
  fc.assert(
    fc.property(lots, hours, (all, at) => {
      const some = withSpentAsOne(all, () => true)
      left += all.length - some.length
      expect(spendingAt(some, at)).toEqual(spendingAt(all, at))
    }),
    { numRuns: 3000 },
  )
  expect(left).toBeGreaterThan(300)
})

it('a thousand that are spent alike are one, of the id that came first', () => {
  const allowance = { type: 'metered', amount: 2, overage: 'deny', reset: null, period: null } as const
  const usage = { period: null, name: null, carried: 0, used: 2, forgiven: 0, others: [] }
  const all = Array.from({ length: 1000 }, (_, index): Lot => {
    return { ...anEntitlement({ id: `ent_${index}` }), allowance, usage, holds: [], startedAt: NOON }
  })
  const [one, ...others] = withSpentAsOne(all, () => true)
  expect(others).toEqual([])
  expect(one).toMatchObject({ id: 'ent_0', allowance: { amount: 2000 }, usage: { used: 2000 } })
  expect(withSpentAsOne(all, ({ id }) => id !== 'ent_7')).toHaveLength(2)
})

it('lots that are spent one after another are named as one, however often was asked between', () => {
  const ledger = new Ledger()
  for (const entitlementId of ['ent_a', 'ent_b', 'ent_c']) ledger.do(aLot({ entitlementId, amount: 2 }))
  const named = [2, 2, 1, 1].map((amount) => {
    ledger.access()
    ledger.do(consume(amount))
    return ledger.access().entitlements.length
  })
  expect(named).toEqual([2, 1, 1, 1])
  expect(ledger.balance()).toEqual({ granted: 6, used: 6, reserved: 0, remaining: 0 })
})
