import { describe, expect, it } from 'vitest'
import { HOUR, NOON } from '../samples.ts'
import {
  Ledger,
  aLot,
  bought,
  consume,
  paid,
  paidBack,
  refunded,
  release,
  reserve,
  reverse,
} from './a-ledger.ts'

const DAY = 24 * HOUR

/** Where ten calls are sold, and a plan of ten a month. */
function aShop(facts: object = {}, feature = 'calls'): Ledger {
  const ledger = new Ledger()
  const type = 'metered' as const
  const overage = feature === 'tokens' ? ('allow' as const) : ('deny' as const)
  const sold = { feature, type, overage, amount: 10, perQuantity: true, ...facts }
  ledger.products = {
    credits: { id: 'credits', features: [sold] },
    plan: { id: 'plan', features: [sold] },
  }
  return ledger
}

describe('what was bought', () => {
  it('gives its amount once for each order line, however often the order is told', () => {
    const ledger = aShop()
    ledger.told('order', [bought({ one: 1, two: 2 })])
    expect(ledger.remaining()).toBe(30)
    ledger.do(consume(4))
    expect(ledger.told('order', [bought({ one: 1, two: 2 })])).toEqual([])
    expect(ledger.remaining()).toBe(26)
  })

  it('is taken back by the refund of its line and of no other', () => {
    const ledger = aShop()
    ledger.told('order', [bought({ one: 1, two: 2 })])
    ledger.told('order', [refunded('r1', 'two', 1)])
    expect(ledger.remaining()).toBe(20)
    ledger.told('order', [refunded('r2', 'two', 1)])
    expect(ledger.remaining()).toBe(10)
  })

  it('comes back with what was spent of it when the refund is undone', () => {
    for (const policy of ['floor_at_zero', 'allow_debt'] as const) {
      const ledger = aShop()
      ledger.told('order', [bought({ one: 2 })])
      ledger.do(consume(13))
      ledger.told('order', [refunded('r1', 'one', 1)], policy)
      ledger.told('order', [refunded('r2', 'one', 1)], policy)
      ledger.told('order', [refunded('r2', 'one', 1, true)], policy)
      expect(ledger.remaining()).toBe(policy === 'allow_debt' ? -3 : 0)
      ledger.told('order', [refunded('r1', 'one', 1, true)], policy)
      expect(ledger.balance()).toEqual({ granted: 20, used: 13, reserved: 0, remaining: 7 })
    }
  })
})

describe('a refund of what was spent', () => {
  /** Twenty bought of which thirteen are spent, and ten of another right. */
  function spent(): Ledger {
    const ledger = aShop({ priority: 1 })
    ledger.do(aLot())
    ledger.told('order', [bought({ one: 2 })])
    ledger.do(consume(13))
    return ledger
  }

  it('owes nothing where the policy is to floor at zero, and says what was forgiven', () => {
    const ledger = spent()
    const entries = ledger.told('order', [refunded('r', 'one', 2)], 'floor_at_zero')
    expect(entries.at(-1)).toMatchObject({ type: 'entitlement_withdrawn', data: { forgiven: 13 } })
    expect(ledger.remaining()).toBe(10)
  })

  it('is owed where the policy is to allow a debt, until it would have ended', () => {
    const ledger = spent()
    ledger.told('order', [refunded('r', 'one', 2)], 'allow_debt')
    expect(ledger.access()).toMatchObject({ allowed: false, reason: 'limit_reached' })
    expect(ledger.remaining()).toBe(-3)
  })

  it('gives a debt that ends when what was bought would have', () => {
    const ledger = aShop({ priority: 1 })
    ledger.do(aLot({ amount: 5 }))
    ledger.told('sub', [paid(NOON, NOON + 30 * DAY)])
    ledger.do(consume(8))
    ledger.told('sub', [paidBack('r', NOON)], 'allow_debt')
    const end = NOON + 30 * DAY
    expect([end - 1, end, end + 1].map((now) => ledger.remaining(now))).toEqual([-3, 5, 5])
    // Who asked before has to ask again then.
    expect(ledger.access().nextChangeAt).toBe(end)
  })

  it('never lifts above zero what is reversed later', () => {
    const ledger = aShop()
    ledger.told('order', [bought({ one: 1 })])
    const consumption = ledger.do(consume(8))
    ledger.told('order', [refunded('r', 'one', 1)], 'floor_at_zero')
    ledger.do(reverse(consumption, 5))
    expect(ledger.remaining()).toBe(0)
    ledger.told('order', [refunded('r', 'one', 1, true)], 'floor_at_zero')
    expect(ledger.remaining()).toBe(7)
  })

  it('forgives what is held with what is spent, and takes back first what is neither', () => {
    const ledger = aShop({ amount: 5 })
    ledger.told('order', [bought({ one: 2 })])
    ledger.do(consume(5))
    const held = ledger.do(reserve(3, HOUR))
    ledger.told('order', [refunded('r', 'one', 1)], 'floor_at_zero')
    expect(ledger.balance()).toEqual({ granted: 8, used: 5, reserved: 3, remaining: 0 })
    ledger.do(release(held))
    expect(ledger.balance()).toEqual({ granted: 5, used: 5, reserved: 0, remaining: 0 })
  })

  it('forgives no overage of before', () => {
    const ledger = aShop({}, 'tokens')
    ledger.told('order', [bought({ one: 2 })])
    ledger.do(consume(23, 'tokens'))
    ledger.told('order', [refunded('r', 'one', 1)], 'floor_at_zero')
    expect(ledger.balance('tokens').remaining).toBe(-3)
    ledger.told('order', [refunded('s', 'one', 1)], 'floor_at_zero')
    ledger.told('order', [refunded('r', 'one', 1, true)], 'floor_at_zero')
    expect(ledger.balance('tokens').remaining).toBe(-3)
  })

  it('forgives nothing that is spent after it, once what it forgave has been reversed', () => {
    const ledger = aShop({}, 'tokens')
    ledger.told('order', [bought({ one: 2 })])
    const consumption = ledger.do(consume(15, 'tokens'))
    ledger.told('order', [refunded('r', 'one', 1)], 'floor_at_zero')
    ledger.do(reverse(consumption, 5))
    ledger.do(consume(3, 'tokens'))
    expect(ledger.entries.at(-1)).toMatchObject({ data: { overage: 3 } })
    expect(ledger.balance('tokens').remaining).toBe(-3)
  })
})

describe('a renewal', () => {
  it('gives the next allowance, and nothing of the last', () => {
    const ledger = aShop()
    ledger.told('sub', [paid(NOON, NOON + 30 * DAY)])
    const consumption = ledger.do(consume(8))
    ledger.at(NOON + 29 * DAY)
    ledger.told('sub', [paid(NOON + 30 * DAY, NOON + 60 * DAY, { since: NOON })])
    expect(ledger.balance()).toEqual({ granted: 10, used: 0, reserved: 0, remaining: 10 })
    ledger.do(reverse(consumption))
    expect(ledger.remaining()).toBe(10)
  })

  it('gives nothing anew where the calendar does', () => {
    const ledger = aShop({ reset: { every: 'day', rolloverMax: 0 } })
    ledger.told('sub', [paid(NOON, NOON + 30 * DAY)])
    ledger.do(consume(8))
    ledger.told('sub', [paid(NOON + HOUR, NOON + 60 * DAY, { since: NOON })])
    expect(ledger.remaining()).toBe(2)
    expect(ledger.remaining(NOON + DAY)).toBe(10)
  })

  it('told twice, or any other news of the same period, gives nothing anew', () => {
    const ledger = aShop()
    ledger.told('sub', [paid(NOON, NOON + 30 * DAY)])
    ledger.do(consume(8))
    ledger.told('sub', [paid(NOON, NOON + 31 * DAY, { at: NOON + 1 })])
    expect(ledger.remaining()).toBe(2)
  })
})
