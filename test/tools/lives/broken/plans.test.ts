import { beforeAll, describe, expect, it } from 'vitest'
import type * as DecidePlan from '../../../../src/domain/purchases/plans/decide-plan.ts'
import { isBought } from '../../../../src/domain/entitlements/entitlement.ts'
import type * as IsGivenBy from '../../../../src/domain/purchases/products/is-given-by.ts'
import type * as UserLots from '../../../../src/domain/user/user-lots.ts'
import { quickHashes } from '../../../../tools/lives/quick-hashes.ts'
import { hunt } from '../../../../tools/lives/broken/hunt.ts'

/** One rule of plans is broken on purpose, and a life in which the real build keeps every promise breaks one. */

beforeAll(quickHashes)

describe('plans beside what was bought', { timeout: 60_000 }, () => {
  it('that give their amount anew with another product are caught', async () => {
    const caught = await hunt<typeof UserLots>(
      'domain/user/user-lots.ts',
      ({ lotsSharing }) => ({
        lotsSharing: (state, entitlements, now) => lotsSharing(state, entitlements.filter(isBought), now),
      }),
      { teller: 'paddle', such: () => true },
    )
    expect(caught?.kind).toBe('more')
  })

  it('that go on once they were ended are caught', async () => {
    const caught = await hunt<typeof DecidePlan>(
      'domain/purchases/plans/decide-plan.ts',
      ({ decidePlan }) => ({
        decidePlan: (before, command, ...asked) =>
          command.type === 'end_plan' ? { ok: true, value: null } : decidePlan(before, command, ...asked),
      }),
      { teller: 'stripe', such: () => true },
    )
    expect(caught?.kind).toBe('more')
  })

  it('whose last product is not withdrawn are caught', async () => {
    const caught = await hunt<typeof IsGivenBy>(
      'domain/purchases/products/is-given-by.ts',
      ({ isGivenBy }) => ({
        isGivenBy: (entitlement, source) => source.provider !== 'api' && isGivenBy(entitlement, source),
      }),
      { teller: 'polar', such: () => true },
    )
    expect(caught?.kind).toBe('more')
  })
})
