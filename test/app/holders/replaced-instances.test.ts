import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { accessFrom } from '../../../src/domain/user/snapshot.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import type { UserLedger } from '../../../src/worker.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { FaultyD1 } from '../../support/faulty-d1.ts'
import { answerOf, withinObject } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { lease, letGo, renew, seats, take, withSeats } from '../usage/submitting.ts'

stopTheClock()
beforeAll(withSeats)

const SECOND = 1000

const statusOf = async (object: UserLedger, submission: Parameters<UserLedger['submit']>[0]) =>
  answerOf(await object.submit(submission)).status

/** An instance that was replaced renews a lease of which its successor remembers a sooner end. */
async function renewedByTheOlder(then: (newer: UserLedger, userId: string) => Promise<void>): Promise<void> {
  const userId = aUser()
  await withinObject(userId, async (make) => {
    const [older, newer] = [make(), make()]
    await older.submit(seats(1))
    await older.submit(lease('ann', 60 * SECOND))
    expect(await statusOf(newer, renew(2, 60 * SECOND))).toBe(200)
    pass(30 * SECOND)
    expect(await statusOf(older, renew(2, 60 * SECOND))).toBe(200)
    pass(45 * SECOND)
    await then(newer, userId)
  })
  expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
}

describe('a lease that a replaced instance renewed', () => {
  it('is not lapsed to its successor when that decides something else', () =>
    renewedByTheOlder(async (newer, userId) => {
      expect(await statusOf(newer, take('bob'))).toBe(409)
      const { results } = await env.DB.prepare('SELECT seq FROM entries WHERE user_id = ?1')
        .bind(userId)
        .all()
      expect(results).toHaveLength(2)
      pass(15 * SECOND)
      expect(await statusOf(newer, take('bob'))).toBe(201)
    }))

  it('is renewed by its successor', () =>
    renewedByTheOlder(async (newer) => {
      expect(await statusOf(newer, renew(2))).toBe(200)
    }))

  it('is let go of by its successor', () =>
    renewedByTheOlder(async (newer) => {
      expect(await statusOf(newer, letGo('ann'))).toBe(200)
      expect(await statusOf(newer, take('bob'))).toBe(201)
    }))

  it('counts in what its successor says', () =>
    renewedByTheOlder(async (newer) => {
      const { balance } = accessFrom(await newer.snapshot('not_looked_for'), 'seats', Date.now())
      expect(balance).toEqual({ granted: 1, used: 0, reserved: 1, remaining: 0 })
    }))
})

describe('a lease that a replaced instance renewed beside another', () => {
  it('is not called expired by its successor, which renews both at once', async () => {
    const userId = aUser()
    await withinObject(userId, async (make) => {
      const [older, newer] = [make(), make()]
      await older.submit(seats(2))
      await older.submit(lease('ann', 60 * SECOND))
      await older.submit(lease('bob', 600 * SECOND))
      expect(await statusOf(newer, renew(2, 60 * SECOND))).toBe(200)
      pass(30 * SECOND)
      expect(await statusOf(older, renew(2, 60 * SECOND))).toBe(200)
      pass(45 * SECOND)
      // The first is alone; the others wait for their turn, and have it as one group.
      const all = [renew(3, 600 * SECOND), renew(3, 700 * SECOND), renew(2, 60 * SECOND)]
      expect(await Promise.all(all.map((one) => statusOf(newer, one)))).toEqual([200, 200, 200])
    })
  })
})

describe('a renewal that arrives late', () => {
  const late = async (meanwhile: (object: UserLedger, d1: FaultyD1) => Promise<void>) => {
    const userId = aUser()
    const d1 = new FaultyD1(env.DB)
    await withinObject(userId, async (make) => {
      const object = make({ DB: d1.db })
      await object.submit(seats(1))
      await object.submit(lease('ann', 60 * SECOND))
      d1.faults.push('late', 'lost on the way', 'lost on the way')
      expect((await object.submit(renew(2, 600 * SECOND))).type).toBe('outcome_unknown')
      pass(61 * SECOND)
      await meanwhile(object, d1)
    })
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
  }

  it('brings nothing back once the lease is closed', () =>
    late(async (object, d1) => {
      expect(await statusOf(object, take('bob'))).toBe(201)
      await d1.arriveLate()
      expect(await statusOf(object, renew(2))).toBe(409)
    }))

  it('counts where it comes before that', () =>
    late(async (object, d1) => {
      await d1.arriveLate()
      expect(await statusOf(object, take('bob'))).toBe(409)
      expect(await statusOf(object, renew(2))).toBe(200)
    }))
})
