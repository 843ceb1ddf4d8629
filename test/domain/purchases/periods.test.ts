import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PaymentFact, SourceFact } from '../../../src/domain/purchases/register/fact.ts'
import { periodsOf } from '../../../src/domain/purchases/payments/paid-periods.ts'
import { HOUR, NOON } from '../samples.ts'
import {
  LAST_MONTH,
  MONTH,
  NEXT_MONTH,
  aBilledItem,
  aPayment,
  aReversal,
  aSubscription,
  paysFor,
  registerOf,
  someMoney,
} from './facts.ts'

const of = (...facts: readonly SourceFact[]) => periodsOf(registerOf(...facts))
const states = (...facts: readonly SourceFact[]) => of(...facts).map(({ state }) => state)

/** A snapshot of a moment that tells of a period, from its start or by its end alone. */
function told(
  period: { readonly startsAt: number | null; readonly endsAt: number },
  at: number,
  state: 'active' | 'overdue' | 'trialing' = 'active',
) {
  return aSubscription({ version: { at, rank: 0 }, toldAt: at, state, items: [aBilledItem({ period })] })
}
const until = (endsAt: number) => ({ startsAt: null, endsAt })
const inAnyOrder = (facts: readonly SourceFact[]) =>
  fc.shuffledSubarray([...facts], { minLength: facts.length, maxLength: facts.length })

describe('a period', () => {
  it('goes by its start, whoever tells of it, and the earliest is first', () => {
    const periods = of(
      told(NEXT_MONTH, NEXT_MONTH.startsAt),
      paysFor(MONTH),
      told(LAST_MONTH, LAST_MONTH.startsAt),
    )
    expect(periods.map(({ periodKeys, startsAt, endsAt }) => [periodKeys, startsAt, endsAt])).toEqual(
      [LAST_MONTH, MONTH, NEXT_MONTH].map(({ startsAt, endsAt }) => [[startsAt], startsAt, endsAt]),
    )
  })

  it('is presumed to be paid while the provider says that it goes on', () => {
    expect(states(told(MONTH, NOON))).toEqual(['presumed'])
  })

  it('is late once the provider says so, whatever it said before', () => {
    const facts = [told(MONTH, NOON), told(MONTH, NOON + HOUR, 'overdue')]
    expect(states(...facts)).toEqual(['late'])
    expect(states(...facts.toReversed())).toEqual(['late'])
    expect(of(...facts)).toMatchObject([{ lateSince: NOON + HOUR }])
  })

  it('is not late by what was so before all periods that are still known', () => {
    const before = MONTH.startsAt - 40 * 24 * HOUR
    const overdue = aSubscription({
      version: { at: before, rank: 0 },
      toldAt: before,
      state: 'overdue',
      items: [aBilledItem({ period: null })],
    })
    const facts = [overdue, told(MONTH, MONTH.startsAt)]
    expect(states(...facts)).toEqual(['presumed'])
    expect(states(...facts.toReversed())).toEqual(['presumed'])
  })

  it('is presumed to be paid again once it goes on after that', () => {
    expect(states(told(MONTH, NOON, 'overdue'), told(MONTH, NOON + 1))).toEqual(['presumed'])
  })

  it('is paid by what covers it, also when it is told late afterwards', () => {
    expect(states(paysFor(MONTH), told(MONTH, NOON + HOUR, 'overdue'))).toEqual(['paid'])
  })

  it('is returned once all of what paid for it is, and paid while a part of that is left', () => {
    const back = (refunded: number) => paysFor(MONTH, { money: someMoney({ refunded }) })
    expect(states(told(MONTH, NOON), back(99))).toEqual(['paid'])
    expect(states(told(MONTH, NOON), back(100))).toEqual(['returned'])
    const second = paysFor(MONTH, { payment: 'pay-2' })
    expect(states(told(MONTH, NOON), back(100), second)).toEqual(['paid'])
  })

  it('is paid by the change that began it in place of the one before it', () => {
    const YEAR = { startsAt: NOON + 48 * HOUR, endsAt: NOON + 8808 * HOUR }
    const changed = (refunded: number, paidAt = YEAR.startsAt) =>
      aPayment({ payment: 'pay-2', paidAt, money: someMoney({ refunded }), covers: { type: 'change' } })
    const year = [told(MONTH, NOON), paysFor(MONTH), told(YEAR, YEAR.startsAt)]
    expect(states(...year)).toEqual(['paid', 'presumed'])
    expect(states(...year, changed(0))).toEqual(['paid', 'paid'])
    expect(states(...year, changed(0, YEAR.startsAt + 48 * HOUR))).toEqual(['paid', 'presumed'])
    expect(states(...year, changed(100))).toEqual(['paid', 'returned'])
    expect(states(...[...year, changed(100)].toReversed())).toEqual(['paid', 'returned'])
  })

  it('is not paid by a change that was paid as it began after the one before it', () => {
    const changed = aPayment({ paidAt: NEXT_MONTH.startsAt, covers: { type: 'change' } })
    const late = told(NEXT_MONTH, NEXT_MONTH.startsAt + HOUR, 'overdue')
    expect(states(told(MONTH, NOON), changed, late)).toEqual(['presumed', 'late'])
  })

  it('is not paid by a change where it goes on beside the longer one of another item', () => {
    const YEAR = { startsAt: LAST_MONTH.startsAt, endsAt: LAST_MONTH.startsAt + 8760 * HOUR }
    const items = [aBilledItem({ period: YEAR }), aBilledItem({ id: 'addon', period: MONTH })]
    const changed = aPayment({ payment: 'pay-2', paidAt: MONTH.startsAt, covers: { type: 'change' } })
    expect(states(aSubscription({ items }), paysFor(YEAR), changed)).toEqual(['paid', 'presumed'])
  })

  it('is paid by what was paid within it, where nobody said what that is for and no other payment is known', () => {
    const unnamed = aPayment({ payment: 'x', paidAt: NOON + HOUR, money: someMoney({ refunded: 100 }) })
    expect(states(told(MONTH, NOON), unnamed)).toEqual(['returned'])
    expect(states(told(MONTH, NOON), unnamed, paysFor(MONTH))).toEqual(['paid'])
  })

  it.each(['change', 'other'] as const)('is not paid by a payment for something else: %s', (type) => {
    const beside = aPayment({ paidAt: NOON, covers: { type }, money: someMoney({ refunded: 100 }) })
    expect(states(told(MONTH, NOON + 1, 'overdue'), beside)).toEqual(['late'])
  })

  it('of which only the payment tells is paid before its snapshot comes', () => {
    expect(of(told(MONTH, NOON), paysFor(NEXT_MONTH))).toMatchObject([
      { state: 'presumed' },
      { ...NEXT_MONTH, state: 'paid' },
    ])
  })
})

describe('a period of which only the end is told', () => {
  it('is another once its end has come, and began then', () => {
    const periods = of(told(until(MONTH.endsAt), NOON), told(until(NEXT_MONTH.endsAt), NEXT_MONTH.startsAt))
    expect(periods).toMatchObject([
      { startsAt: null, endsAt: MONTH.endsAt },
      { startsAt: MONTH.endsAt, endsAt: NEXT_MONTH.endsAt },
    ])
  })

  it('is the same when its end is moved before it has come', () => {
    const moved = MONTH.endsAt + 24 * HOUR
    expect(of(told(until(MONTH.endsAt), NOON), told(until(moved), NOON + HOUR))).toMatchObject([
      { endsAt: moved, periodKeys: [MONTH.endsAt - 1, moved - 1] },
    ])
  })

  it('is paid by a payment of a moment within it, and every such payment is one name of it', () => {
    const paid = paysFor({ startsAt: NOON, endsAt: null })
    const [period] = of(told(until(MONTH.endsAt), NOON), paid)
    expect(period).toMatchObject({ state: 'paid', endsAt: MONTH.endsAt })
    expect(period?.periodKeys).toContain(NOON)
  })

  describe('that is changed for one of another interval', () => {
    const yearBegins = NOON + 240 * HOUR
    const YEAR_END = yearBegins + 8760 * HOUR
    const invoiced = (facts: Partial<PaymentFact> = {}) =>
      aPayment({
        payment: 'change',
        paidAt: yearBegins + 1000,
        money: someMoney(),
        covers: { type: 'change' },
        ...facts,
      })
    const month = [told(until(MONTH.endsAt), NOON), paysFor({ startsAt: NOON + 1, endsAt: null })]
    const year = told(until(YEAR_END), yearBegins)
    const back = invoiced({ money: someMoney({ version: { at: 2, rank: 0 }, refunded: 100 }) })

    it('is over for another, which the invoice of the change pays for, in any order', () => {
      fc.assert(
        fc.property(inAnyOrder([...month, year, invoiced(), back]), (facts) => {
          expect(of(...facts)).toMatchObject([
            {
              startsAt: NOON + 1,
              endsAt: MONTH.endsAt,
              state: 'paid',
              periodKeys: [MONTH.endsAt - 1, NOON + 1],
            },
            { startsAt: yearBegins, endsAt: YEAR_END, state: 'returned', periodKeys: [YEAR_END - 1] },
          ])
        }),
      )
      expect(states(...month, year, invoiced())).toEqual(['paid', 'paid'])
    })

    it('is paid by its own payment, however soon after that it is changed', () => {
      const soon = told(until(YEAR_END), NOON + HOUR)
      const change = invoiced({ paidAt: NOON + HOUR })
      expect(of(...month, soon, change)).toMatchObject([
        { state: 'paid', bills: [{ payments: ['pay'] }] },
        { state: 'paid', bills: [{ payments: ['change'] }] },
      ])
    })

    it('is followed by the renewals of the other', () => {
      const renewal = told(until(YEAR_END + 8760 * HOUR), YEAR_END)
      const paid = paysFor({ startsAt: YEAR_END + 1, endsAt: null }, { payment: 'renewal' })
      expect(states(...month, year, back, renewal, paid)).toEqual(['paid', 'returned', 'paid'])
    })

    it('is measured by when its source began, where no payment of it is told', () => {
      expect(states(told(until(MONTH.endsAt), NOON), year, back)).toEqual(['presumed', 'returned'])
    })

    it.each([
      ['no invoice is told', []],
      ['the invoice is of another day', [invoiced({ paidAt: yearBegins + 48 * HOUR })]],
      [
        'the invoice is of the renewal',
        [paysFor({ startsAt: yearBegins, endsAt: null }, { payment: 'change' })],
      ],
    ])('is the same while %s', (_why, invoices) => {
      expect(of(...month, year, ...invoices)).toMatchObject([{ endsAt: YEAR_END, state: 'paid' }])
    })

    it('is the same where its end is moved by no more than its own interval', () => {
      const moved = told(until(MONTH.endsAt + 700 * HOUR), yearBegins)
      expect(states(...month, moved, back)).toEqual(['paid'])
      const earlier = told(until(yearBegins + 168 * HOUR), yearBegins)
      expect(states(...month, earlier, back)).toEqual(['paid'])
    })

    it('is the same where its plan is changed and its end is not', () => {
      expect(states(...month, told(until(MONTH.endsAt), yearBegins), back)).toEqual(['paid'])
    })
  })

  it('is first heard of by its payment, when all that is known is over', () => {
    const renewal = paysFor({ startsAt: NEXT_MONTH.startsAt, endsAt: null })
    expect(of(told(until(MONTH.endsAt), NOON), renewal)).toMatchObject([
      { state: 'presumed', endsAt: MONTH.endsAt },
      { state: 'paid', startsAt: NEXT_MONTH.startsAt, endsAt: null },
    ])
  })
})

describe('a delay of which it is not said what is late', () => {
  const late = (at: number) =>
    aSubscription({
      version: { at, rank: 0 },
      toldAt: at,
      state: 'overdue',
      items: [aBilledItem({ period: null })],
    })

  it('is of the period that it falls into', () => {
    expect(of(told(MONTH, NOON), late(NOON + HOUR))).toMatchObject([
      { state: 'late', startsAt: NOON, lateSince: NOON + HOUR },
    ])
  })

  it('is of the next one, when all that is known is over', () => {
    const at = MONTH.endsAt + 2 * HOUR
    expect(of(told(MONTH, NOON), late(at))).toMatchObject([
      { state: 'presumed' },
      { state: 'late', startsAt: MONTH.endsAt, endsAt: null, lateSince: at },
    ])
  })
})

describe('what was billed', () => {
  const back = (amount: number, facts: { id?: string; line?: string; undone?: boolean } = {}) => {
    const { id = 'refund', line = null, undone = false } = facts
    return aReversal({ type: 'amount', payment: 'pay', amount, line }, { id, undone })
  }

  it('is given back when its refunds are all of it, told one by one or as a sum', () => {
    const month = told(MONTH, NOON)
    expect(states(month, paysFor(MONTH), back(50), back(50, { id: 'second' }))).toEqual(['returned'])
    expect(states(month, paysFor(MONTH), back(50))).toEqual(['paid'])
    const sum = paysFor(MONTH, { money: someMoney({ refunded: 100 }) })
    expect(states(month, sum, back(100))).toEqual(['returned'])
  })

  it('is not given back by a refund that failed, whatever the sum said before', () => {
    const all = paysFor(MONTH, { money: someMoney({ refunded: 100 }) })
    expect(states(told(MONTH, NOON), all, back(100, { undone: true }))).toEqual(['paid'])
    const measureless = paysFor(MONTH, { money: someMoney({ refunded: Number.MAX_SAFE_INTEGER }) })
    expect(states(told(MONTH, NOON), measureless)).toEqual(['returned'])
    expect(states(told(MONTH, NOON), measureless, back(100, { undone: true }))).toEqual(['paid'])
  })

  it('and paid by several payments is given back in part by the refund of one', () => {
    const bill = paysFor(MONTH, { payment: 'bill' })
    const part = (payment: string) =>
      aPayment({ payment, bill: 'bill', money: someMoney({ total: 50, refunded: 50 }), paidAt: NOON })
    expect(states(told(MONTH, NOON), bill, part('a'))).toEqual(['paid'])
    expect(states(told(MONTH, NOON), bill, part('a'), part('b'))).toEqual(['returned'])
  })

  it('is given back by the line that is named, and by no other', () => {
    const line = (id: string, item: string) => ({ ...MONTH, id, item, total: 50 })
    const covers = { type: 'period', lines: [line('l1', 'item'), line('l2', 'other')] } as const
    const [period] = of(told(MONTH, NOON), aPayment({ paidAt: NOON, covers }), back(50, { line: 'l2' }))
    expect(period).toMatchObject({ state: 'paid' })
    expect(period?.bills.flatMap(({ itemsReturned }) => [...itemsReturned])).toEqual(['other'])
  })

  it('for a change beside a period does not take that period when only the change is given back', () => {
    const covers = { type: 'period', lines: [{ ...MONTH, id: 'month', item: 'item', total: 80 }] } as const
    const both = aPayment({ paidAt: NOON, covers })
    expect(states(told(MONTH, NOON), both, back(20, { line: 'change' }))).toEqual(['paid'])
    // That all of a line was given back is told without a measure.
    const all = back(Number.MAX_SAFE_INTEGER, { line: 'change' })
    expect(states(told(MONTH, NOON), both, all)).toEqual(['paid'])
  })
})
