import { expect, it, vi } from 'vitest'
import { HUNT_MS } from '../../../../tools/simulation/broken/hunt-ms.ts'

vi.mock('../../../../src/ledger/object/turns.ts', () => ({
  /** Lets everybody in at once. */
  Turns: class {
    take<T>(work: () => Promise<T>): Promise<T> {
      return work()
    }
  },
}))

it(
  'a build whose object has no queue is caught',
  async () => {
    vi.resetModules() // what was loaded before has the real one
    const { hunt } = await import('../../../../tools/simulation/broken/hunt.ts')
    expect(
      await hunt(
        { name: 'no-queue' },
        /older than its bound|had been replaced|No order explains|did not see|though it was acknowledged|went back/,
      ),
    ).not.toBeNull()
  },
  HUNT_MS,
)
