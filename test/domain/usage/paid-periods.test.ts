import { describe, expect, it } from 'vitest'
import { usageInPeriod } from '../../../src/domain/usage/paid-usage.ts'
import { lotsFor } from '../../../src/domain/user/user-lots.ts'
import { paysFor } from '../purchases/facts.ts'
import { HOUR, NOON } from '../samples.ts'
import { Ledger, commit, consume, paid, paidBack, release, reserve, reverse } from './a-ledger.ts'

const MONTH = 30 * 24 * HOUR
const [FIRST, SECOND, THIRD] = [NOON, NOON + MONTH, NOON + 2 * MONTH]

/** Where a plan gives ten a month, a larger one thirty, and a smaller one five. */
function aShop(): Ledger {
  const ledger = new Ledger()
  const plan = (id: string, amount: number) =>
    ({ id, features: [{ feature: 'calls', type: 'metered', overage: 'deny', amount }] }) as const
  ledger.products = { plan: plan('plan', 10), larger: plan('larger', 30), smaller: plan('smaller', 5) }
  return ledger
}

/** What is told so long after a month began: the item that is held in it. */
const month = (startsAt: number, item = 'item', product = 'plan', after = 0) =>
  paid(startsAt, startsAt + MONTH, { since: FIRST, at: startsAt + after, item, product })

describe('what was used in a paid period', () => {
  it.each([
    ['larger', 26],
    ['plan', 6],
    ['smaller', 1],
  ])('stays used when the item is replaced by another: %s', (product, remaining) => {
    const ledger = aShop()
    ledger.told('sub', [month(FIRST)])
    ledger.do(consume(4))
    ledger.told('sub', [month(FIRST, 'new item', product, 1)])
    expect(ledger.remaining()).toBe(remaining)
  })

  it('stays used however often items are replaced, and is used up once', () => {
    const ledger = aShop()
    ledger.told('sub', [month(FIRST)])
    ledger.do(consume(4))
    ledger.told('sub', [month(FIRST, 'second', 'larger', 1)])
    ledger.do(consume(10))
    ledger.told('sub', [month(FIRST, 'third', 'larger', 2)])
    expect(ledger.remaining()).toBe(16)
    ledger.told('sub', [month(FIRST, 'second', 'larger', 3)])
    expect(ledger.remaining()).toBe(16)
  })

  it('never takes another item below nothing, and is never owed', () => {
    const ledger = aShop()
    ledger.told('sub', [month(FIRST, 'item', 'larger')])
    ledger.do(consume(20))
    ledger.told('sub', [month(FIRST, 'new item', 'smaller', 1)])
    expect(ledger.remaining()).toBe(0)
    for (const { withdrawn, usage } of lotsFor(ledger.state, 'calls', ledger.now)) {
      if (!withdrawn) expect(usage?.used).toBe(5)
    }
  })

  it('goes along with what is held of it, which is free again when it is released', () => {
    const ledger = aShop()
    ledger.told('sub', [month(FIRST)])
    const held = ledger.do(reserve(7, HOUR))
    ledger.told('sub', [month(FIRST, 'new item', 'plan', 1)])
    expect(ledger.remaining()).toBe(3)
    ledger.do(release(held))
    expect(ledger.remaining()).toBe(10)
  })

  it('goes along with what is held of it, which is used when it is committed', () => {
    const ledger = aShop()
    ledger.told('sub', [month(FIRST)])
    const held = ledger.do(reserve(7, HOUR))
    ledger.told('sub', [month(FIRST, 'new item', 'plan', 1)])
    ledger.do(commit(held, 5))
    expect(ledger.remaining()).toBe(5)
  })

  it('is of that period alone: the next one is whole', () => {
    const ledger = aShop()
    ledger.told('sub', [month(FIRST)])
    ledger.do(consume(4))
    ledger.told('sub', [month(FIRST, 'new item', 'plan', 1)])
    ledger.at(SECOND).told('sub', [month(SECOND, 'new item')])
    expect(ledger.remaining()).toBe(10)
  })

  it('stays used where the calendar gives the amount, until it gives it anew', () => {
    const ledger = aShop()
    const daily = {
      feature: 'calls',
      type: 'metered',
      amount: 10,
      reset: { every: 'day', rolloverMax: 0 },
    } as const
    ledger.products = { plan: { id: 'plan', features: [daily] } }
    ledger.told('sub', [month(FIRST)])
    ledger.do(consume(4))
    ledger.told('sub', [month(FIRST, 'new item', 'plan', 1)])
    expect([FIRST, FIRST + 24 * HOUR].map((now) => ledger.remaining(now))).toEqual([6, 10])
  })

  it('of an item that was given back is used of that item, and of no other', () => {
    const ledger = aShop()
    ledger.told('sub', [month(FIRST)])
    ledger.do(consume(4))
    ledger.told('sub', [paidBack('refund', FIRST)])
    expect(ledger.remaining()).toBe(0)
    ledger.told('sub', [paidBack('refund', FIRST, true)])
    expect(ledger.remaining()).toBe(6)
  })
})

describe('a source that comes back to an earlier period', () => {
  /** The second month begins, of which two are used, and then it is told that it is late. */
  function late(): Ledger {
    const ledger = aShop()
    ledger.told('sub', [month(FIRST), paysFor({ startsAt: FIRST, endsAt: SECOND })])
    ledger.do(consume(4))
    ledger.at(SECOND).told('sub', [month(SECOND)])
    ledger.do(consume(2))
    const overdue = { ...month(SECOND, 'item', 'plan', 1), state: 'overdue' } as ReturnType<typeof month>
    ledger.told('sub', [overdue])
    return ledger
  }
  const lotOf = (ledger: Ledger) => {
    const [lot] = lotsFor(ledger.state, 'calls', ledger.now)
    if (lot === undefined) throw new Error('There is no lot')
    return lot
  }

  it('has what was left of that one', () => {
    expect(lotOf(late()).usage).toMatchObject({ name: FIRST, used: 4, others: [{ name: SECOND, used: 2 }] })
  })

  it('counts what was used of the late one once that is paid', () => {
    const ledger = late()
    ledger.told('sub', [paysFor({ startsAt: SECOND, endsAt: THIRD }, { payment: 'pay-2' })])
    expect(ledger.balance()).toMatchObject({ used: 2, remaining: 8 })
  })

  it('reverses what was used of a period that is not the one at hand', () => {
    const ledger = aShop()
    ledger.told('sub', [month(FIRST)])
    const consumption = ledger.do(consume(4))
    ledger.at(SECOND).told('sub', [month(SECOND)])
    ledger.do(reverse(consumption))
    expect(ledger.remaining()).toBe(10)
    expect(lotOf(ledger).usage?.others).toMatchObject([{ name: FIRST, used: 0 }])
  })

  it('remembers the newest periods, and no more than it can come back to', () => {
    const ledger = aShop()
    for (let index = 0; index < 6; index += 1) {
      const startsAt = FIRST + index * MONTH
      ledger.at(startsAt).told('sub', [month(startsAt)])
      ledger.do(consume(1))
    }
    const { others, used } = usageInPeriod(lotOf(ledger), FIRST + 6 * MONTH, ledger.now)
    expect(used).toBe(0)
    expect(others.map(({ name }) => name)).toEqual([5, 4, 3].map((index) => FIRST + index * MONTH))
  })
})
