import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../src/domain/user/entry.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { withUsageMovedIn } from '../../../src/domain/user/fold-usage.ts'
import { emptyState } from '../../../src/domain/user/user-state.ts'
import { HOUR, NOON, anEntitlement } from '../samples.ts'
import { Ledger, aLot, bought, consume, refunded, reserve } from './a-ledger.ts'

const period = { period: NOON, name: NOON, carried: 0, forgiven: 0, others: [] }

describe('a state', () => {
  it('keeps no reservation whose time has passed, once anything is recorded', () => {
    const ledger = new Ledger()
    ledger.do(aLot())
    ledger.do(reserve(1, HOUR))
    ledger.at(NOON + HOUR - 1).do(consume(1))
    expect(ledger.state.reservations.size).toBe(1)
    ledger.at(NOON + HOUR).do(consume(1))
    expect(ledger.state.reservations.size).toBe(0)
  })

  it('cannot follow an entry that spends of what no entry gave', () => {
    const takes = [{ entitlementId: 'ent_x', period: null, amount: 1 }]
    const entry: Entry = {
      type: 'usage_consumed',
      data: { feature: 'calls', amount: 1, takes, overage: 0 },
      userId: 'u',
      seq: 1,
      commandId: 'c',
      cause: { kind: 'api', ref: 'r' },
      recordedAt: NOON,
      effectiveAt: NOON,
    }
    expect(() => fold(emptyState('u'), entry, null)).toThrow('No entry gave the lot ent_x')
  })
})

describe('what was spent at the user from whom a lot comes over', () => {
  const lot = anEntitlement({ version: 7 })
  const knownToHave = (used: number) => ({
    ...emptyState('u'),
    usage: new Map([[lot.id, { ...period, used, version: 3 }]]),
  })

  it.each([
    ['nothing is known of it', emptyState('u'), 4],
    ['less is known to be spent of the same period', knownToHave(1), 4],
    ['more is known to be spent of the same period', knownToHave(6), 6],
  ])('is spent here once when %s', (_when, state, used) => {
    const after = withUsageMovedIn(state, lot, { ...period, used: 4 })
    expect(after.usage.get(lot.id)).toEqual({ ...period, used, version: 7 })
  })

  it('is all that is spent when what is known is of another period', () => {
    const later = { ...period, period: NOON + HOUR, name: NOON + HOUR, used: 4 }
    expect(withUsageMovedIn(knownToHave(6), lot, later).usage.get(lot.id)).toEqual({ ...later, version: 7 })
  })
})

describe('what was forgiven', () => {
  /** Twenty bought: so much spent and so much held of it for an hour, when ten are given back. */
  function takenBack(used: number, held: number): Ledger {
    const ledger = new Ledger()
    const sold = { feature: 'calls', type: 'metered', amount: 10, perQuantity: true } as const
    ledger.products = { credits: { id: 'credits', features: [sold] } }
    ledger.told('order', [bought({ one: 2 })])
    ledger.do(consume(used))
    ledger.do(reserve(held, HOUR))
    ledger.told('order', [refunded('r1', 'one', 1)])
    return ledger
  }

  it('stays so while what is held needs it, whatever else is recorded', () => {
    const ledger = takenBack(9, 9)
    expect(ledger.balance()).toEqual({ granted: 18, used: 9, reserved: 9, remaining: 0 })
    ledger.do(aLot({ amount: 1 }))
    ledger.do(consume(1))
    expect(ledger.balance()).toEqual({ granted: 19, used: 10, reserved: 9, remaining: 0 })
    ledger.told('order', [refunded('r2', 'one', 1)])
    expect(ledger.remaining()).toBe(0)
    expect(ledger.entries.at(-1)).toMatchObject({ data: { forgiven: 18 } })
  })

  it('is no allowance to spend anew once what was held is free', () => {
    const ledger = takenBack(9, 9)
    expect(ledger.remaining(NOON + HOUR)).toBe(1)
  })
})
