import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { putProduct } from '../../src/catalog/put-product.ts'
import type { SweepDeps } from '../../src/checkout/jobs/sweep.ts'
import { wakeForProduct } from '../../src/inbox/waits.ts'
import { doRound } from '../../src/keeper/do-round.ts'
import { type Through, askThrough } from '../../src/platform/ask-through.ts'
import { copiesOf, statesOf } from '../checkout/a-backlog.ts'
import { NOW, aShop } from '../checkout/a-shop.ts'
import { buy, productOf } from '../checkout/a-trade.ts'
import { aMeteredD1 } from '../cost/a-metered-d1.ts'
import { anEmptyLedger } from '../support/an-empty-ledger.ts'
import { withSources } from '../support/checkout-rows.ts'
import { aUser } from '../support/user.ts'

/** What one invocation may ask of D1 (https://developers.cloudflare.com/d1/platform/limits/). */
const QUESTIONS_MAX = 1000

beforeEach(anEmptyLedger)

/** So many purchases by as many buyers, which have just been woken by the mapping of their product. */
async function woken(count: number) {
  const { d1, meter } = aMeteredD1()
  const shop = aShop({ d1 })
  const { id } = await buy(shop, { user_id: aUser() })
  const ids = [id, ...(await copiesOf(id, count - 1))]
  await env.DB.prepare('UPDATE inbox SET turn_of = id').run()
  await shop.map(productOf(shop), 'lessons')
  shop.pass(1000)
  await wakeForProduct(env.DB, { provider: 'standard-webhooks', ref: productOf(shop) }, shop.deps.now())
  return { shop, ids, meter }
}

/** Rounds until nothing is left; answers how many. */
async function untilDone(deps: SweepDeps): Promise<number> {
  for (let rounds = 1; ; rounds += 1) {
    const { isAll } = await doRound(deps)
    if (isAll) return rounds
    if (rounds === 50) throw new Error('It never ends')
  }
}

describe('a round of a keeper', () => {
  it('asks no more of D1 than an invocation may, and leaves the rest to the next', async () => {
    const { shop, ids, meter } = await woken(150)
    meter.reset()
    expect(await doRound(shop.deps)).toMatchObject({ isAll: false })
    const { applied = 0 } = await statesOf(ids)
    expect(applied).toBeGreaterThan(100)
    expect(meter.counts.d1Calls).toBeGreaterThan(250)
    expect(meter.counts.d1Calls).toBeLessThan(QUESTIONS_MAX)
    await untilDone(shop.deps)
    expect(await statesOf(ids)).toEqual({ applied: 150 })
  }, 60_000)

  it('leaves a job that comes after one with much to do its share', async () => {
    const { shop, ids } = await woken(150)
    const sources = { provider: 'standard-webhooks', ref: 'other' }
    const product = { id: 'other', name: 'Other', features: [], references: [sources] }
    await putProduct(env.DB, product, true)
    const users = Array.from({ length: 300 }, () => aUser())
    await withSources(sources, users)
    const tried = new Set<string>()
    const { ledgers } = shop.deps
    const deps = {
      ...shop.deps,
      ledgers: (userId: string) => (users.includes(userId) ? failing(userId) : ledgers(userId)),
    }
    function failing(userId: string): never {
      tried.add(userId)
      throw new Error('Away')
    }
    await doRound(deps)
    expect(tried.size).toBeGreaterThan(100)
    expect(await statesOf(ids)).not.toEqual({ applied: 150 })
  }, 60_000)

  it.each([
    [7, 21],
    [5000, 1000],
  ])('rests, after each answer that took %i ms, for %i ms', async (tookMs, restMs) => {
    let at = NOW
    const rests: number[] = []
    vi.spyOn(scheduler, 'wait').mockImplementation((ms) => Promise.resolve(void rests.push(ms)))
    const slowly: Through = async (ask) => {
      const answer = await ask()
      at += tookMs
      return answer
    }
    await doRound({ ...aShop().deps, d1: askThrough(env.DB, slowly), now: () => at })
    vi.restoreAllMocks()
    expect(rests.length).toBeGreaterThan(5)
    expect(new Set(rests)).toEqual(new Set([restMs]))
  })

  it('does nothing that another one beside it does, which a failover can bring about', async () => {
    const { shop, ids } = await woken(40)
    await Promise.all([untilDone(shop.deps), untilDone(shop.deps)])
    expect(await statesOf(ids)).toEqual({ applied: 40 })
    const { results } = await env.DB.prepare(
      'SELECT attempts, count(*) AS events FROM inbox GROUP BY attempts',
    ).all()
    expect(results).toEqual([{ attempts: 1, events: 40 }])
  }, 60_000)
})
