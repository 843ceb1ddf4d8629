import { beforeAll, describe, expect, it } from 'vitest'
import type * as Bills from '../../../../src/domain/purchases/payments/bills.ts'
import { billsOf } from '../../../../src/domain/purchases/payments/bills.ts'
import type * as Disputed from '../../../../src/domain/purchases/payments/is-disputed.ts'
import type * as Periods from '../../../../src/domain/purchases/payments/paid-periods.ts'
import type * as SpansByEnds from '../../../../src/domain/purchases/payments/spans-by-ends.ts'
import type * as Taken from '../../../../src/domain/purchases/payments/is-refunded.ts'
import { quickHashes } from '../../../../tools/lives/quick-hashes.ts'
import { hunt } from '../../../../tools/lives/broken/hunt.ts'
import {
  inWhich,
  inWhichAnUpgradeIsGivenBack,
  inWhichIsGivenBack,
} from '../../../../tools/lives/broken/such-lives.ts'

/** One rule of refunds and disputes is broken on purpose, and a life in which the real build keeps every promise breaks one. */

beforeAll(quickHashes)

describe('a refund or dispute', { timeout: 60_000 }, () => {
  it('of a year that is taken for the month that it replaced is caught', async () => {
    const caught = await hunt<typeof SpansByEnds>(
      'domain/purchases/payments/spans-by-ends.ts',
      ({ spansByEnds }) => ({ spansByEnds: (register) => spansByEnds({ ...register, payments: {} }) }),
      { teller: 'lemonsqueezy', such: inWhichAnUpgradeIsGivenBack },
    )
    expect(caught).not.toBeNull()
  })

  it('that takes the period nearest in time is caught', async () => {
    const caught = await hunt<typeof Periods>(
      'domain/purchases/payments/paid-periods.ts',
      ({ periodsOf, isWithin }) => ({
        periodsOf: (register) => {
          const returned = billsOf(register).flatMap((bill) =>
            bill.returned === 'all' ? (bill.returnedAt ?? []) : [],
          )
          return periodsOf(register).map((period) => {
            if (returned.some((at) => isWithin(period, at))) return { ...period, state: 'returned' }
            return period.state === 'returned' ? { ...period, state: 'paid' } : period
          })
        },
      }),
      { teller: 'stripe', such: inWhich('refunded') },
    )
    expect(caught).not.toBeNull()
  })

  it('of a part that takes all is caught', async () => {
    const caught = await hunt<typeof Bills>(
      'domain/purchases/payments/bills.ts',
      ({ billsOf }) => ({
        billsOf: (register) =>
          billsOf(register).map((bill) => ({
            ...bill,
            returned: bill.returned === 'part' ? 'all' : bill.returned,
          })),
      }),
      { teller: 'stripe', such: inWhich('refunded') },
    )
    expect(caught?.kind).toBe('less')
  })

  it('that fails and takes all the same is caught', async () => {
    const caught = await hunt<typeof Bills>(
      'domain/purchases/payments/bills.ts',
      ({ billsOf: bills }) => ({
        billsOf: (register) => {
          const reversals = Object.entries(register.reversals).map(([id, one]) => [
            id,
            { ...one, undone: false },
          ])
          return bills({ ...register, reversals: Object.fromEntries(reversals) })
        },
      }),
      { teller: 'paddle', such: inWhich('refund_failed') },
    )
    expect(caught?.kind).toBe('less')
  })

  it('of a line that takes nothing is caught', async () => {
    const caught = await hunt<typeof Taken>(
      'domain/purchases/payments/is-refunded.ts',
      () => ({ isRefunded: ({ state }) => state === 'returned' }),
      { teller: 'paddle', such: inWhich('line_refunded') },
    )
    expect(caught?.kind).toBe('more')
  })

  it('that a later telling of its period takes back is caught', async () => {
    const caught = await hunt<typeof Periods>(
      'domain/purchases/payments/paid-periods.ts',
      ({ periodsOf }) => ({
        periodsOf: (register) =>
          periodsOf(register).map((period) => {
            const toldAt = register.subscription?.toldAt ?? 0
            const isToldSince = period.bills.some(
              ({ returnedAt }) => returnedAt !== null && toldAt > returnedAt,
            )
            return period.state === 'returned' && isToldSince ? { ...period, state: 'paid' } : period
          }),
      }),
      { teller: 'stripe', such: inWhichIsGivenBack('period') },
    )
    expect(caught?.kind).toBe('more')
  })

  it('that holds all while it is open is caught', async () => {
    const caught = await hunt<typeof Disputed>(
      'domain/purchases/payments/is-disputed.ts',
      () => ({ isDisputed: ({ holds }) => Object.values(holds).some(({ held }) => held) }),
      { teller: 'paddle', such: inWhich('disputed') },
    )
    expect(caught?.kind).toBe('less')
  })

  it('that holds nothing while it is open is caught', async () => {
    const caught = await hunt<typeof Disputed>(
      'domain/purchases/payments/is-disputed.ts',
      () => ({ isDisputed: () => false }),
      { teller: 'paddle', such: inWhich('disputed') },
    )
    expect(caught?.kind).toBe('more')
  })
})
