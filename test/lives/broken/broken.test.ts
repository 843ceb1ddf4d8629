import { beforeAll, expect, it } from 'vitest'
import type * as Merged from '../../../src/domain/checkout/merged.ts'
import { quickHashes } from '../quick-hashes.ts'
import { hunt } from './hunt.ts'

beforeAll(quickHashes)

it('a build that believes whatever came last is caught', async () => {
  const caught = await hunt<typeof Merged>(
    '../../../src/domain/checkout/merged.ts',
    ({ merged }) => ({
      merged: (known, told) =>
        merged(told.subscription === null ? known : { ...known, subscription: null }, told),
    }),
    ['stripe', 'paddle'],
  )
  expect(caught).not.toBeNull()
})
