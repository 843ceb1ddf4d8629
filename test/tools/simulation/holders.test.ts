import { env } from 'cloudflare:workers'
import { beforeAll, expect, it } from 'vitest'
import { simulate } from '../../../tools/simulation/simulate.ts'
import { withCatalog } from '../../../tools/simulation/workload/catalog.ts'

/** Those that were lived through when it was written, and as many that nobody has. */
const KNOWN = [1, 2, 3, 4, 5, 6]

beforeAll(() => withCatalog(env.DB))

it('a world of holders and leases keeps every promise', { timeout: 240_000 }, async () => {
  const fresh = KNOWN.map(() => Math.floor(Math.random() * 2 ** 31))
  for (const seed of [...KNOWN, ...fresh]) {
    const { violation } = await simulate(seed, { name: 'real', isOfHolders: true })
    expect(violation, `seed ${seed}`).toBeNull()
  }
})
