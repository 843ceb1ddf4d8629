import { drizzle } from 'drizzle-orm/d1'
import { expect, it, vi } from 'vitest'
import type * as Following from '../../../../src/checkout/jobs/follow-catalog.ts'
import { changedReferences } from '../../../../src/schema/catalog-tables.ts'
import { HUNT_MS } from '../../../../tools/simulation/broken/hunt-ms.ts'

vi.mock('../../../../src/checkout/jobs/follow-catalog.ts', () => {
  /** Forgets what was changed, and tells nobody of it. */
  const followCatalog: typeof Following.followCatalog = async ({ d1 }) => {
    await drizzle(d1).delete(changedReferences)
    return { done: 0, isAll: true }
  }
  return { followCatalog } satisfies typeof Following
})

it(
  'a build in which nothing follows a changed product is caught',
  async () => {
    vi.resetModules() // what was loaded before has the real one
    const { hunt } = await import('../../../../tools/simulation/broken/hunt.ts')
    expect(await hunt({ name: 'forgotten' }, /does not follow its product/, 29)).not.toBeNull()
  },
  HUNT_MS,
)
