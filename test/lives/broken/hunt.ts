import fc from 'fast-check'
import { vi } from 'vitest'
import type { TellerName } from '../abilities.ts'
import { liveThrough } from '../live-through.ts'
import type { Violation } from '../ways.ts'
import { casesOf } from '../worlds.ts'
import type * as LiveThrough from '../live-through.ts'

/** So many lives a fault has to hide from. */
const LIVES = 100

/**
 * The first promise that a build breaks whose one module is another, in a life in which the real build keeps all of
 * them; `null` when there is none. The path is that of the module, from this file.
 */
export async function hunt<M extends object>(
  path: string,
  broken: (original: M) => Partial<M>,
  tellers: readonly TellerName[],
): Promise<Violation | null> {
  vi.resetModules()
  vi.doMock(path, async (importOriginal) => {
    const original = await importOriginal<M>()
    return { ...original, ...broken(original) }
  })
  try {
    const other: typeof LiveThrough = await import('../live-through.ts')
    for (let seed = 1; seed <= LIVES; seed += 1) {
      for (const teller of tellers) {
        const [one] = fc.sample(casesOf(teller), { seed, numRuns: 1 })
        if (one === undefined) throw new Error('Nothing was sampled')
        const { violation } = await other.liveThrough(one, 'all')
        if (violation !== null && (await liveThrough(one, 'all')).violation === null) return violation
      }
    }
    return null
  } finally {
    vi.doUnmock(path)
    vi.resetModules()
  }
}
