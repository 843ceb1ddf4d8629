import { expect, it, vi } from 'vitest'
import type * as Moved from '../../../../src/domain/user/settling/moved-source-of.ts'
import { HUNT_MS } from '../../../../tools/simulation/broken/hunt-ms.ts'

vi.mock('../../../../src/domain/user/settling/moved-source-of.ts', async (importOriginal) => {
  const original = await importOriginal<typeof Moved>()
  /** What is used and held stays where it was. */
  const movedSourceOf: typeof Moved.movedSourceOf = (...of) => {
    const moved = original.movedSourceOf(...of)
    return moved === null ? null : { ...moved, lots: [], holds: [] }
  }
  return { ...original, movedSourceOf } satisfies typeof Moved
})

it(
  'a build whose moves leave what is used and held behind is caught',
  async () => {
    vi.resetModules() // what was loaded before has the real one
    const { hunt } = await import('../../../../tools/simulation/broken/hunt.ts')
    expect(await hunt({ name: 'left-behind' }, /minutes are left/, 151)).not.toBeNull()
  },
  HUNT_MS,
)
