import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  type ChangedReference,
  changesToFollow,
  endRound,
  goOnAfter,
  outdatedSources,
} from '../../src/catalog/changed-references.ts'
import { settlingSources } from '../../src/catalog/product-changes.ts'
import { followCatalog } from '../../src/checkout/jobs/follow-catalog.ts'
import { budgetFromNow } from '../../src/checkout/processing/budget.ts'
import { wakeForProduct } from '../../src/inbox/waits.ts'
import { aMeteredD1 } from '../cost/a-metered-d1.ts'
import { anEmptyLedger } from '../support/an-empty-ledger.ts'

const NOW = Date.UTC(2027, 2, 1)
const ROWS_MAX = 100

beforeEach(anEmptyLedger)

/** So many sources of one price, of which all but one in a hundred have followed its change. */
async function almostFollowed(count: number): Promise<void> {
  for (let first = 0; first < count; first += 10_000) {
    await env.DB.prepare(
      `WITH RECURSIVE numbers (n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?2)
       INSERT INTO source_references (user_id, provider, account, ref, reference, catalog_version)
       SELECT printf('u_%08d', n), 'stripe', '', 'sub_' || n, 'price_1', iif(n % 100 = 99, 1, 2) FROM numbers`,
    )
      .bind(first, Math.min(count, first + 10_000))
      .run()
  }
  await env.DB.prepare(
    `INSERT INTO changed_references (provider, ref, catalog_version, product_id) VALUES ('stripe', 'price_1', 2, 'pro')`,
  ).run()
}

async function theChange(): Promise<ChangedReference> {
  const [change] = await changesToFollow(env.DB, NOW, 1)
  if (change === undefined) throw new Error('It is forgotten, or rests')
  return change
}

describe.each([2000, 40_000])('of %i sources, of which 99 in a hundred have followed,', (count) => {
  it('the others are found without a look at these, from the first to the last', async () => {
    await almostFollowed(count)
    const { d1, meter } = aMeteredD1()
    const found: string[] = []
    for (;;) {
      meter.reset()
      const change = await theChange()
      const sources = await outdatedSources(d1, change, 50)
      expect(meter.counts.rowsRead).toBeLessThanOrEqual(sources.length + ROWS_MAX)
      found.push(...sources.map(({ ref }) => ref))
      const last = sources.at(-1)
      if (last === undefined) break
      await goOnAfter(env.DB, change, last, NOW)
    }
    expect(new Set(found).size).toBe(count / 100)
  })

  it('the end of a round, its wakes and how many are left cost as little', async () => {
    await almostFollowed(count)
    const { d1, meter } = aMeteredD1()
    await wakeForProduct(d1, { provider: 'stripe', ref: 'price_1' }, NOW)
    await endRound(d1, await theChange(), NOW)
    expect(meter.counts.rowsRead).toBeLessThanOrEqual(ROWS_MAX)
    meter.reset()
    expect(await settlingSources(d1, 'pro')).toBe(count / 100)
    expect(meter.counts.rowsRead).toBeLessThanOrEqual(3 * (count / 100) + ROWS_MAX)
  })
})

describe('a change of which some sources cannot be settled', () => {
  const failing = () => {
    throw new Error('Their objects are away')
  }

  it('has them last: a round goes past them, and the next comes after a pause that grows', async () => {
    await almostFollowed(2000)
    const tried: string[] = []
    const deps = {
      d1: env.DB,
      ledgers: (userId: string) => {
        tried.push(userId)
        return failing()
      },
      now: () => NOW,
    }
    const budget = () => budgetFromNow({ rowsMax: 1000, msMax: 1000 }, () => NOW)
    expect(await followCatalog(deps, budget())).toEqual({ done: 0, isAll: true })
    expect(new Set(tried).size).toBe(20)
    expect(tried).toHaveLength(20)
    const pauses = []
    for (let now = NOW; pauses.length < 8;) {
      const row = await env.DB.prepare('SELECT due_at, rounds FROM changed_references').first<{
        due_at: number
      }>()
      const dueAt = row?.due_at ?? 0
      pauses.push((dueAt - now) / 60_000)
      now = dueAt
      await followCatalog(
        { ...deps, now: () => dueAt },
        budgetFromNow({ rowsMax: 1000, msMax: 1000 }, () => dueAt),
      )
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  })

  it('lets another change have its turn meanwhile', async () => {
    await almostFollowed(40_000)
    await env.DB.prepare(
      `INSERT INTO changed_references (provider, ref, catalog_version, product_id) VALUES ('stripe', 'price_2', 3, 'team')`,
    ).run()
    await env.DB.prepare(
      `INSERT INTO source_references VALUES ('late', 'stripe', '', 'sub', 'price_2', 1)`,
    ).run()
    const tried: string[] = []
    const ledgers = (userId: string) => {
      tried.push(userId)
      return failing()
    }
    const budget = budgetFromNow({ rowsMax: 60, msMax: 1000 }, () => NOW)
    await followCatalog({ d1: env.DB, ledgers, now: () => NOW }, budget)
    expect(tried).toContain('late')
  })
})
