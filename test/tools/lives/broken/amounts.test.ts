import { beforeAll, describe, expect, it } from 'vitest'
import type * as AmountsOf from '../../../../src/domain/purchases/payments/amounts-of.ts'
import type * as Forgiven from '../../../../src/domain/usage/forgiveness.ts'
import type * as Lots from '../../../../src/domain/usage/lot.ts'
import type * as PaidUsage from '../../../../src/domain/usage/paid-usage.ts'
import type * as UserLots from '../../../../src/domain/user/user-lots.ts'
import { quickHashes } from '../../../../tools/lives/quick-hashes.ts'
import { hunt } from '../../../../tools/lives/broken/hunt.ts'
import { inWhich, inWhichAPlanIsReplaced } from '../../../../tools/lives/broken/such-lives.ts'

/** One rule of amounts is broken on purpose, and a life in which the real build keeps every promise breaks one. */

beforeAll(quickHashes)

describe('amounts', { timeout: 60_000 }, () => {
  it('that come anew whenever a period is told again are caught', async () => {
    const caught = await hunt<typeof AmountsOf>(
      'domain/purchases/payments/amounts-of.ts',
      ({ amountsOf }) => ({
        amountsOf: (register, subscription, item, known, policy) => {
          const { period, hasAmount } = amountsOf(register, subscription, item, known, policy)
          const periodKeys = [subscription.version.at]
          return { hasAmount, period: period === null ? null : { ...period, periodKeys } }
        },
      }),
      { teller: 'stripe', such: inWhich('touched') },
    )
    expect(caught?.kind).toBe('more')
  })

  it('that do not come with the next period are caught', async () => {
    const caught = await hunt<typeof Lots>('domain/usage/lot.ts', () => ({ isPaidAnew: () => false }), {
      teller: 'revenuecat',
      such: inWhich('paid'),
    })
    expect(caught?.kind).toBe('less')
  })

  it('that are given while nobody has paid them are caught', async () => {
    const caught = await hunt<typeof AmountsOf>(
      'domain/purchases/payments/amounts-of.ts',
      () => ({
        amountsOf: (_register, _subscription, _item, { current }) => ({ period: current, hasAmount: true }),
      }),
      { teller: 'lemonsqueezy', such: inWhich('failed') },
    )
    expect(caught?.kind).toBe('more')
  })

  it('of the last paid period that are lost in grace are caught', async () => {
    const caught = await hunt<typeof AmountsOf>(
      'domain/purchases/payments/amounts-of.ts',
      ({ amountsOf }) => ({
        amountsOf: (register, subscription, item, known, policy) =>
          amountsOf(register, subscription, item, { ...known, before: null }, policy),
      }),
      { teller: 'lemonsqueezy', such: inWhich('failed') },
    )
    expect(caught?.kind).toBe('less')
  })

  it('that are not paid yet are caught where the shop gives them on payment', async () => {
    const caught = await hunt<typeof AmountsOf>(
      'domain/purchases/payments/amounts-of.ts',
      ({ amountsOf }) => ({
        amountsOf: (register, subscription, item, known, policy) =>
          amountsOf(register, subscription, item, known, { ...policy, amounts: 'on_active' }),
      }),
      { teller: 'stripe', such: inWhich('moved') },
    )
    expect(caught?.kind).toBe('more')
  })

  it('whose use is forgotten once the source comes back to their period are caught', async () => {
    const caught = await hunt<typeof PaidUsage>(
      'domain/usage/paid-usage.ts',
      ({ usageInPeriod }) => ({
        usageInPeriod: (lot, period, now) => ({ ...usageInPeriod(lot, period, now), used: 0, others: [] }),
      }),
      { teller: 'stripe', such: inWhich('failed') },
    )
    expect(caught?.kind).toBe('more')
  })

  it('whose use is forgotten once other items give them are caught', async () => {
    const caught = await hunt<typeof UserLots>(
      'domain/user/user-lots.ts',
      () => ({ lotsSharing: () => new Map() }),
      { teller: 'paddle', such: inWhichAPlanIsReplaced },
    )
    expect(caught?.kind).toBe('more')
  })

  it('that are owed after a change to less are caught', async () => {
    const caught = await hunt<typeof Forgiven>(
      'domain/usage/forgiveness.ts',
      () => ({ forgivenAfter: () => 0 }),
      { teller: 'paddle', such: inWhich('changed') },
    )
    expect(caught).not.toBeNull()
  })
})
