import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { FAULT_POINTS, type FaultPoint } from '../../../tools/simulation/faults.ts'
import { simulate } from '../../../tools/simulation/simulate.ts'
import { withCatalog } from '../../../tools/simulation/workload/catalog.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of `npm run simulate`: instead of those below. */
    readonly seeds: readonly number[] | undefined
  }
}

/** In these something moves that was spent of. */
const MOVING = [3, 4, 17]

/**
 * These together meet every fault. In 56 the mark of a refusal took the place of that of a batch in doubt; what others found
 * is in `found.test.ts`.
 */
const COVERING = [6, 10, 30, 31, 34, 40, 44, 56, 64, 89, 104]

/** How many that nobody has lived through before. */
const FRESH = 5

beforeAll(() => withCatalog(env.DB))

describe('a world in which things go wrong', () => {
  const asked = inject('seeds')
  const fresh = () => Math.floor(Math.random() * 2 ** 31)
  const seeds = asked ?? [...MOVING, ...COVERING, ...Array.from({ length: FRESH }, fresh)]

  it(
    'keeps every promise, and everything settles once the faults stop',
    { timeout: asked === undefined ? 240_000 : 1e9 },
    async () => {
      const hits = new Map<FaultPoint, number>()
      for (const seed of seeds) {
        const lived = await simulate(seed)
        for (const [point, count] of lived.hits) hits.set(point, (hits.get(point) ?? 0) + count)
        const { operations, violation, story } = lived
        const broken = violation === null ? null : `${violation.name}: ${violation.message}`
        if (asked !== undefined) {
          // For `npm run simulate`, which adds them up.
          const told = {
            seed,
            operations,
            hits: Object.fromEntries(lived.hits),
            points: FAULT_POINTS,
            broken,
          }
          console.log(JSON.stringify(seeds.length === 1 ? { ...told, story } : told))
        } else expect(broken, `replay with: npm run simulate -- --seed ${seed}`).toBeNull()
      }
      const missed = FAULT_POINTS.filter((point) => !hits.has(point))
      if (asked === undefined) expect(missed, 'faults that never happened').toEqual([])
    },
  )
})
