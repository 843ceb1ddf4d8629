import { beforeAll, expect, it } from 'vitest'
import type * as Register from '../../../src/domain/checkout/register.ts'
import { quickHashes } from '../quick-hashes.ts'
import { hunt } from './hunt.ts'

beforeAll(quickHashes)

it('a build that believes whatever came last is caught', async () => {
  const caught = await hunt<typeof Register>(
    '../../../src/domain/checkout/register.ts',
    ({ absorb }) => ({
      absorb: (register, fact) =>
        absorb(fact.type === 'subscription' ? { ...register, subscription: null } : register, fact),
    }),
    ['stripe', 'paddle'],
  )
  expect(caught).not.toBeNull()
})
