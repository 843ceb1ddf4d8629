import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { DatabaseSize } from '../../../src/platform/database-size.ts'
import { watchedDatabase } from '../../../src/platform/watched-database.ts'
import { atAnObject } from '../../support/an-object.ts'
import { FaultyD1 } from '../../support/faulty-d1.ts'
import {
  aGrant,
  aRevocation,
  aSubmission,
  answerOf,
  recordAt,
  recordedOf,
  withExportFeature,
} from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'

beforeAll(withExportFeature)

const FULL = { type: 'unavailable', isFull: true }

/** The database as it is, of which this share is filled. */
async function aFilledDatabase(percent: number) {
  const [result] = await env.DB.batch([env.DB.prepare('SELECT 1')])
  const bytes = result?.meta.size_after ?? expect.fail('D1 does not say how large it is')
  const size = new DatabaseSize((bytes * 100) / percent)
  return { size, db: watchedDatabase(env.DB, size) }
}

describe('a database that D1 says is full', () => {
  it('takes nothing, at the first try and without a doubt; once there is room, the same key is recorded once', async () => {
    const userId = aUser()
    const d1 = new FaultyD1(env.DB)
    await atAnObject(userId, { db: d1.db }, async (object) => {
      d1.faults.push('full')
      let appends = 0
      d1.beforeAppend = async () => void (appends += 1)
      expect(await object.submit(aGrant('order-1', { key: 'a' }))).toEqual(FULL)
      expect(appends).toBe(1)
      expect(await recordedOf(userId)).toEqual({ seqs: [], keys: [] })

      const answer = answerOf(await object.submit(aGrant('order-1', { key: 'a' })))
      expect(answer.status).toBe(201)
      expect(answer.headers).not.toHaveProperty('Idempotent-Replayed')
    })
    expect(await recordedOf(userId)).toEqual({ seqs: [1], keys: ['api:a'] })
  })

  it('is not believed of an earlier try, of which nothing is known', async () => {
    const userId = aUser()
    const d1 = new FaultyD1(env.DB)
    await atAnObject(userId, { db: d1.db }, async (object) => {
      d1.faults.push('late', 'full', 'full')
      expect(await object.submit(aGrant('order-1', { key: 'a' }))).toEqual({ type: 'outcome_unknown' })
      await d1.arriveLate()
      const retried = answerOf(await object.submit(aGrant('order-1', { key: 'a' })))
      expect(retried.headers).toMatchObject({ 'Idempotent-Replayed': 'true' })
    })
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 1 })
  })

  it('goes on answering what a user may', async () => {
    const userId = aUser()
    await recordAt(userId, aGrant('order-1'))
    const d1 = new FaultyD1(env.DB)
    await atAnObject(userId, { db: d1.db }, async (object) => {
      d1.faults.push('full')
      expect(await object.submit(aRevocation())).toEqual(FULL)
      expect(await object.snapshot('not_looked_for')).toMatchObject({ version: 1 })
    })
  })

  it.each(['over quota', 'read only'] as const)(
    'is told from one that is %s: nothing is recorded, and it may be sent again',
    async (fault) => {
      const userId = aUser()
      const d1 = new FaultyD1(env.DB)
      await atAnObject(userId, { db: d1.db }, async (object) => {
        d1.faults.push(fault)
        expect(await object.submit(aGrant('order-1'))).toEqual({ type: 'unavailable' })
        expect(answerOf(await object.submit(aGrant('order-1'))).status).toBe(201)
      })
    },
  )
})

describe('the last of the room', () => {
  it('belongs to those who are there: from 95 % on nobody new is taken in', async () => {
    const [known, unknown] = [aUser(), aUser()]
    await recordAt(known, aGrant('order-1'))
    const filled = await aFilledDatabase(96)
    await atAnObject(known, filled, async (object) => {
      expect(answerOf(await object.submit(aRevocation())).status).toBe(200)
    })
    await atAnObject(unknown, filled, async (object) => {
      expect(await object.submit(aGrant('order-1'))).toEqual(FULL)
      // What is refused all the same says so: nothing of it has to be recorded.
      const nothing = aSubmission(
        { type: 'revoke_entitlement', entitlementId: 'ent_none' },
        { idempotency: null },
      )
      expect(answerOf(await object.submit(nothing)).status).toBe(404)
    })
    expect(await recordedOf(unknown)).toEqual({ seqs: [], keys: [] })
    const roomier = await aFilledDatabase(94)
    await atAnObject(unknown, roomier, async (object) => {
      expect(answerOf(await object.submit(aGrant('order-1'))).status).toBe(201)
    })
  })

  it('is used up at the limit: every change is refused, until the next load hears of room', async () => {
    const userId = aUser()
    await recordAt(userId, aGrant('order-1'))
    const { size, db } = await aFilledDatabase(90)
    await atAnObject(userId, { size, db }, async (object) => {
      await object.snapshot('not_looked_for')
      size.isNow(Infinity)
      expect(await object.submit(aRevocation())).toEqual(FULL)
      // The load that follows tells its size anew.
      expect(answerOf(await object.submit(aRevocation())).status).toBe(200)
    })
  })
})
