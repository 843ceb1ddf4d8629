import fc from 'fast-check'
import { vi } from 'vitest'
import { ABILITIES, type TellerName } from '../abilities.ts'
import { lived } from '../lived.ts'
import { liveThrough } from '../live-through.ts'
import type { Violation } from '../ways.ts'
import { casesOf } from '../worlds.ts'
import type * as LiveThrough from '../live-through.ts'
import type { Such } from './such-lives.ts'

/** So many lives in which it can show a fault has to hide from, among so many that chance writes. */
const LIVES = 30
const WRITTEN = 3000

/**
 * The first promise that a build breaks whose one module is another, in a life in which the real build keeps all of
 * them; `null` when there is none. The module is named by its path in `src`.
 */
export async function hunt<M extends object>(
  module: string,
  broken: (original: M) => Partial<M>,
  { teller, such }: { readonly teller: TellerName; readonly such: Such },
): Promise<Violation | null> {
  const path = `../../../src/${module}`
  vi.resetModules()
  vi.doMock(path, async (importOriginal) => {
    const original = await importOriginal<M>()
    return { ...original, ...broken(original) }
  })
  try {
    const other: typeof LiveThrough = await import('../live-through.ts')
    let lives = 0
    for (let seed = 1; seed <= WRITTEN && lives < LIVES; seed += 1) {
      const [one] = fc.sample(casesOf(teller), { seed, numRuns: 1 })
      if (one === undefined) throw new Error('Nothing was sampled')
      if (!such(lived(one.script, ABILITIES[teller]))) continue
      lives += 1
      const { violation } = await other.liveThrough(one, 'all')
      if (violation !== null && (await liveThrough(one, 'all')).violation === null) return violation
    }
    return null
  } finally {
    vi.doUnmock(path)
    vi.resetModules()
  }
}
