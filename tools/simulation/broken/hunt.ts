import { env } from 'cloudflare:workers'
import { simulate } from '../simulate.ts'
import { withCatalog } from '../workload/catalog.ts'
import type { Build } from '../world/world.ts'

/** How many seeds it may take until what is broken is noticed. */
const SEEDS_MAX = 100

/** Lives through seeds with a broken build until the promise is broken that it cannot keep; `null` when it never is. `first`: where few seeds notice it. */
export async function hunt(build: Build, broken: RegExp, first = 1): Promise<string | null> {
  await withCatalog(env.DB)
  // What is imported when somebody first needs it takes turns of its own: the first life of a process tells another story.
  await simulate(first)
  for (let seed = first; seed < first + SEEDS_MAX; seed += 1) {
    const { violation } = await simulate(seed, build)
    if (violation?.name === 'Violation' && broken.test(violation.message)) return violation.message
  }
  return null
}
