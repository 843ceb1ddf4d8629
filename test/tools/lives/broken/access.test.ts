import { beforeAll, describe, expect, it } from 'vitest'
import type * as EndOf from '../../../../src/domain/purchases/payments/item-end.ts'
import type * as ItemPeriods from '../../../../src/domain/purchases/payments/item-periods.ts'
import type * as LinesThatCount from '../../../../src/domain/purchases/payments/lines-that-count.ts'
import type * as Merged from '../../../../src/domain/purchases/register/merge-registers.ts'
import type * as PaidItems from '../../../../src/domain/purchases/payments/paid-items.ts'
import { isLate } from '../../../../src/domain/purchases/register/register.ts'
import { quickHashes } from '../../../../tools/lives/quick-hashes.ts'
import { hunt } from '../../../../tools/lives/broken/hunt.ts'
import {
  inWhich,
  inWhichIsDeclined,
  inWhichItGoesOnOverdue,
} from '../../../../tools/lives/broken/such-lives.ts'

/** One rule of access is broken on purpose, and a life in which the real build keeps every promise breaks one. */

beforeAll(quickHashes)

describe('access', { timeout: 60_000 }, () => {
  it('to a paid period that a later bill cuts off is caught', async () => {
    const caught = await hunt<typeof EndOf>(
      'domain/purchases/payments/item-end.ts',
      ({ itemEnd }) => ({
        itemEnd: (subscription, item, { current, ...known }, policy) => {
          const cutOff =
            current !== null && isLate(subscription) ? ({ ...current, state: 'late' } as const) : current
          return itemEnd(subscription, item, { ...known, current: cutOff }, policy)
        },
      }),
      { teller: 'stripe', such: inWhichIsDeclined },
    )
    expect(caught?.kind).toBe('less')
  })

  it('in a grace that begins with the period is caught', async () => {
    const caught = await hunt<typeof ItemPeriods>(
      'domain/purchases/payments/item-periods.ts',
      ({ itemPeriods }) => ({
        itemPeriods: (item, periods) => ({ ...itemPeriods(item, periods), lateSince: null }),
      }),
      { teller: 'stripe', such: inWhich('failed') },
    )
    expect(caught?.kind).toBe('less')
  })

  it('in a grace that begins anew with every try is caught', async () => {
    const caught = await hunt<typeof Merged>(
      'domain/purchases/register/merge-registers.ts',
      ({ mergeRegisters }) => ({
        mergeRegisters: (a, b) => {
          const sum = mergeRegisters(a, b)
          const periods = Object.entries(sum.periods).map(([key, period]) => [
            key,
            { ...period, lateSince: b.periods[key]?.lateSince ?? period.lateSince },
          ])
          return { ...sum, periods: Object.fromEntries(periods) }
        },
      }),
      { teller: 'paddle', such: inWhich('failed') },
    )
    expect(caught).not.toBeNull()
  })

  it('in a grace that each overdue period has of its own is caught', async () => {
    const caught = await hunt<typeof ItemPeriods>(
      'domain/purchases/payments/item-periods.ts',
      ({ itemPeriods }) => ({
        itemPeriods: (item, periods) => {
          const known = itemPeriods(item, periods)
          return { ...known, lateSince: known.current?.lateSince ?? null }
        },
      }),
      { teller: 'stripe', such: inWhichItGoesOnOverdue },
    )
    expect(caught?.kind).toBe('more')
  })

  it('to what was declined is caught', async () => {
    const caught = await hunt<typeof PaidItems>(
      'domain/purchases/payments/paid-items.ts',
      () => ({ paidItems: (_register, { items }) => items }),
      { teller: 'stripe', such: inWhichIsDeclined },
    )
    expect(caught?.kind).toBe('more')
  })

  it('by whatever was told last is caught', async () => {
    const caught = await hunt<typeof Merged>(
      'domain/purchases/register/merge-registers.ts',
      ({ mergeRegisters }) => ({
        mergeRegisters: (a, b) => ({
          ...mergeRegisters(a, b),
          subscription: b.subscription ?? a.subscription,
        }),
      }),
      { teller: 'stripe', such: inWhich('changed') },
    )
    expect(caught).not.toBeNull()
  })

  it('to an order beside the subscription that it was for is caught', async () => {
    const caught = await hunt<typeof LinesThatCount>(
      'domain/purchases/payments/lines-that-count.ts',
      () => ({ linesThatCount: ({ lines }) => Object.values(lines) }),
      { teller: 'lemonsqueezy', such: inWhich('bought') },
    )
    expect(caught?.kind).toBe('more')
  })
})
