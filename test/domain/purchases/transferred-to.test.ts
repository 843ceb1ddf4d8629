import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Transfer, userAfterTransfers } from '../../../src/domain/purchases/owners/transfer.ts'

function transfer(customerId: string, toCustomer: string, movedAt: number): Transfer {
  return { customerId, toCustomer, userId: `user of ${toCustomer}`, movedAt }
}

const anyCustomer = fc.constantFrom('ada', 'bob', 'cleo')
const anyTransfer = fc
  .record({ from: anyCustomer, to: anyCustomer, movedAt: fc.integer({ min: 1, max: 6 }) })
  .map(({ from, to, movedAt }) => transfer(from, to, movedAt))

describe('a purchase whose customer was transferred', () => {
  it('is nobody else’s without a transfer, or where it was bought afterwards', () => {
    expect(userAfterTransfers([], 'ada', 0)).toBeNull()
    expect(userAfterTransfers([transfer('ada', 'bob', 5)], 'ada', 5)).toBeNull()
  })

  it('is whose it was transferred to', () => {
    expect(userAfterTransfers([transfer('ada', 'bob', 5)], 'ada', 4)).toBe('user of bob')
  })

  it('is its buyer’s again once it was transferred back', () => {
    const transfers = [transfer('ada', 'bob', 5), transfer('bob', 'ada', 6)]
    expect(userAfterTransfers(transfers, 'ada', 4)).toBe('user of ada')
  })

  it('is not transferred by who has it no more', () => {
    const transfers = [transfer('ada', 'bob', 5), transfer('ada', 'cleo', 6)]
    expect(userAfterTransfers(transfers, 'ada', 4)).toBe('user of bob')
  })

  it('is whose it comes to when all are carried out one after another, in whatever order they are told', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyTransfer, { selector: ({ movedAt }) => movedAt }).chain((transfers) =>
          fc.record({
            transfers: fc.constant(transfers),
            told: fc.shuffledSubarray(transfers, { minLength: transfers.length }),
          }),
        ),
        anyCustomer,
        fc.integer({ min: 0, max: 6 }),
        ({ transfers, told }, customerId, since) => {
          let [holder, user]: [string, string | null] = [customerId, null]
          for (const { customerId: from, toCustomer, userId, movedAt } of transfers.toSorted(
            (a, b) => a.movedAt - b.movedAt,
          )) {
            if (movedAt > since && from === holder) [holder, user] = [toCustomer, userId]
          }
          expect(userAfterTransfers(told, customerId, since)).toBe(user)
        },
      ),
    )
  })
})
