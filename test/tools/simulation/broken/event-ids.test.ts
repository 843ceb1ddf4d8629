import { expect, it, vi } from 'vitest'
import { HUNT_MS } from '../../../../tools/simulation/broken/hunt-ms.ts'
import type * as Merged from '../../../../src/domain/purchases/register/merge-registers.ts'

vi.mock('../../../../src/domain/purchases/register/merge-registers.ts', async (importOriginal) => {
  const original = await importOriginal<typeof Merged>()
  /** Believes whatever comes under an id that is new, though it may be of yesterday. */
  const mergeRegisters: typeof Merged.mergeRegisters = (known, told) =>
    original.mergeRegisters(told.subscription === null ? known : { ...known, subscription: null }, told)
  return { ...original, mergeRegisters } satisfies typeof Merged
})

it(
  'a build that knows events by their ids alone is caught',
  async () => {
    vi.resetModules() // what was loaded before has the real one
    const { hunt } = await import('../../../../tools/simulation/broken/hunt.ts')
    expect(await hunt({ name: 'event-ids' }, /bought .* and has/, 3)).not.toBeNull()
  },
  HUNT_MS,
)
