import { env } from 'cloudflare:workers'
import { simulate } from '../simulate.ts'
import { withCatalog } from '../workload/catalog.ts'
import type { Build } from '../world/world.ts'

/** How many seeds it may take until what is broken is noticed. */
const SEEDS_MAX = 100

/** Lives through seeds with a broken build until a promise is broken, and answers how; `null` when none ever is. */
export async function hunt(build: Build): Promise<string | null> {
  await withCatalog(env.DB)
  for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
    const { violation } = await simulate(seed, build)
    if (violation !== null) return `seed ${seed}: ${violation.name}: ${violation.message}`
  }
  return null
}
