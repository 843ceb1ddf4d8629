import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { aKey, ask } from '../../support/api.ts'
import { FaultyD1 } from '../../support/faulty-d1.ts'
import { anIsolate } from '../../support/isolate.ts'
import { aGrant, answerOf, recordedOf, withExportFeature, withinObject } from '../../support/ledger.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'
import type { UserLedger } from '../../../src/worker.ts'

beforeAll(withExportFeature)

const WAITING_MAX = 512
const GROUP_MAX = 50

/** Grants of as many orders, beginning with that one, each under its own number as key. */
function orders(first: number, count: number) {
  return Array.from({ length: count }, (_, index) =>
    aGrant(`order-${first + index}`, { key: `${first + index}` }),
  )
}

/** A D1 whose appends all wait, and how many it was sent. `held` is when the first one waits. */
function aStandingD1() {
  const d1 = new FaultyD1(env.DB)
  const [held, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const counted = { appends: 0 }
  d1.beforeAppend = () => {
    counted.appends += 1
    held.resolve()
    return release.promise
  }
  return { db: d1.db, counted, held: held.promise, release: release.resolve }
}

/** Has D1 stand still for a hot user, of whom one change is under way and as many others wait as may. */
async function withAHotUser<T>(
  work: (hot: {
    readonly ledger: UserLedger
    readonly d1: ReturnType<typeof aStandingD1>
    readonly waiting: ReturnType<UserLedger['submit']>[]
  }) => Promise<T>,
): Promise<{ readonly userId: string; readonly told: T }> {
  const userId = aUser()
  const told = await withinObject(userId, async (make) => {
    const d1 = aStandingD1()
    const ledger = make({ DB: d1.db })
    const [first] = orders(0, 1).map((order) => ledger.submit(order))
    await d1.held
    const waiting = orders(1, WAITING_MAX).map((order) => ledger.submit(order))
    return work({ ledger, d1, waiting: [...(first === undefined ? [] : [first]), ...waiting] })
  })
  return { userId, told }
}

describe('while D1 stands still, changes of a hot user', () => {
  it('wait up to a bound; those beyond are turned away at once, and all that waited are answered once', async () => {
    const { userId } = await withAHotUser(async ({ ledger, d1, waiting }) => {
      const excess = await Promise.all(orders(WAITING_MAX + 1, 100).map((order) => ledger.submit(order)))
      expect(new Set(excess.map(({ type }) => type))).toEqual(new Set(['overloaded']))
      expect(d1.counted.appends).toBe(1) // nothing has moved meanwhile

      d1.release()
      const answers = (await Promise.all(waiting)).map(answerOf)
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
      expect(new Set(answers.map(({ body }) => body)).size).toBe(1 + WAITING_MAX)
      expect(d1.counted.appends).toBe(1 + Math.ceil(WAITING_MAX / GROUP_MAX))
    })
    const numbers = Array.from({ length: 1 + WAITING_MAX }, (_, index) => index)
    const { seqs, keys } = await recordedOf(userId)
    expect(seqs).toEqual(numbers.map((number) => number + 1))
    expect(new Set(keys)).toEqual(new Set(numbers.map((number) => `api:${number}`)))
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
  })

  it('are answered 503 over HTTP, with the moment to come again', async () => {
    await withAHotUser(async ({ ledger, d1, waiting }) => {
      const of = await anIsolate({ USERS: { getByName: () => ledger } })
      const body = { feature: 'export' }
      const turnedAway = await ask('POST', '/v4/users/hot/entitlements', { body, headers: aKey(), of })
      expectProblem(turnedAway, 503, 'overloaded')
      expect([turnedAway.headers.get('Retry-After'), turnedAway.json.retryable]).toEqual(['1', true])
      d1.release()
      await Promise.all(waiting)
    })
  })

  it('leave nothing behind: the next one is taken at once, alone, and so is one that was turned away', async () => {
    const { userId } = await withAHotUser(async ({ ledger, d1, waiting }) => {
      const [next, turnedAway] = orders(WAITING_MAX + 1, 2)
      if (next === undefined || turnedAway === undefined) throw new Error('Two orders are two')
      expect(await ledger.submit(turnedAway)).toEqual({ type: 'overloaded' })
      d1.release()
      await Promise.all(waiting)
      const appends = d1.counted.appends
      expect(answerOf(await ledger.submit(next)).status).toBe(201)
      expect(answerOf(await ledger.submit(turnedAway)).status).toBe(201)
      expect(d1.counted.appends).toBe(appends + 2)
    })
    expect((await recordedOf(userId)).seqs).toHaveLength(WAITING_MAX + 3)
  })
})

describe('strong checks of a hot user', () => {
  it('take one question to D1 together, so that no change waits behind hundreds of them', async () => {
    const userId = aUser()
    const asked = await withinObject(userId, async (make) => {
      const d1 = new FaultyD1(env.DB)
      const ledger = make({ DB: d1.db })
      // Nobody knows whether this one will turn up: until then D1 is asked before each strong answer.
      d1.faults.push('late', 'lost on the way', 'lost on the way', 'lost on the way')
      await ledger.submit(aGrant('order-1'))
      await ledger.snapshot('not_looked_for')
      const before = d1.statements
      await Promise.all(Array.from({ length: 500 }, () => ledger.snapshot('not_looked_for')))
      return d1.statements - before
    })
    expect(asked).toBe(1)
  })

  it('know every change that was answered before they were asked for', async () => {
    await withinObject(aUser(), async (make) => {
      const ledger = make()
      for (const [index, order] of orders(0, 20).entries()) {
        const early = ledger.snapshot('not_looked_for')
        const submitted = ledger.submit(order)
        const meanwhile = ledger.snapshot('not_looked_for')
        await submitted
        expect((await ledger.snapshot('not_looked_for')).version).toBe(index + 1)
        expect((await early).version).toBeGreaterThanOrEqual(index)
        expect((await meanwhile).version).toBeGreaterThanOrEqual(index)
      }
    })
  })
})
