import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { FaultyD1 } from '../../support/faulty-d1.ts'
import {
  aGrant,
  aSubmission,
  answerOf,
  recordedOf,
  withExportFeature,
  withinObject,
} from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'

beforeAll(withExportFeature)

const oneToFifty = Array.from({ length: 50 }, (_, index) => index + 1)

describe('commands that arrive together', () => {
  it('get consecutive versions, each its own', async () => {
    const userId = aUser()
    const object = env.USERS.getByName(userId)
    const all = await Promise.all(oneToFifty.map((n) => object.submit(aGrant(`order-${n}`))))
    const versions = all.map((submitted) => Number(answerOf(submitted).headers['ETag']?.replaceAll('"', '')))
    expect(versions.toSorted((a, b) => a - b)).toEqual(oneToFifty)
    expect((await recordedOf(userId)).seqs).toEqual(oneToFifty)
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 50 })
  })

  it('are recorded in few batches, not one by one', async () => {
    const userId = aUser()
    const batches = await withinObject(userId, async (make) => {
      const d1 = new FaultyD1(env.DB)
      let count = 0
      d1.beforeAppend = () => {
        count += 1
        return Promise.resolve()
      }
      const ledger = make({ DB: d1.db })
      await Promise.all(oneToFifty.map((n) => ledger.submit(aGrant(`order-${n}`))))
      return count
    })
    expect(batches).toBeLessThanOrEqual(2)
    expect((await recordedOf(userId)).seqs).toEqual(oneToFifty)
  })

  it('as copies of one command make one entry, and all get the same answer', async () => {
    const userId = aUser()
    const object = env.USERS.getByName(userId)
    const all = await Promise.all(oneToFifty.map(() => object.submit(aGrant('order-1', { key: 'same' }))))
    const answers = all.map(answerOf)
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers['Idempotent-Replayed'] === undefined)).toHaveLength(1)
    expect(await recordedOf(userId)).toEqual({ seqs: [1], keys: ['api:same'] })
  })

  it('do not mind a neighbour that is refused', async () => {
    const userId = aUser()
    const object = env.USERS.getByName(userId)
    const [first, refused, second] = await Promise.all([
      object.submit(aGrant('order-1')),
      object.submit(aSubmission({ type: 'revoke_entitlement', entitlementId: 'ent_nowhere' })),
      object.submit(aGrant('order-2')),
    ])
    expect([first, refused, second].map((submitted) => answerOf(submitted).status)).toEqual([201, 404, 201])
    expect((await recordedOf(userId)).seqs).toEqual([1, 2])
  })

  it('do not mind a neighbour that D1 will never take: it alone fails, and leaves nothing', async () => {
    const userId = aUser()
    const object = env.USERS.getByName(userId)
    const poisoned = aGrant('order-2', { key: 'poison' })
    const [first, failed, third] = await Promise.all([
      object.submit(aGrant('order-1')),
      object.submit({
        ...poisoned,
        command: { ...poisoned.command, priority: 1.5 } as typeof poisoned.command,
      }),
      object.submit(aGrant('order-3')),
    ])
    expect([first, failed, third].map((submitted) => answerOf(submitted).status)).toEqual([201, 500, 201])
    const { seqs, keys } = await recordedOf(userId)
    expect(seqs).toEqual([1, 2])
    expect(keys).not.toContain('api:poison')
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
  })

  it('do not mind a neighbour that nobody can write down', async () => {
    const userId = aUser()
    const object = env.USERS.getByName(userId)
    const unwritable = aGrant('order-2')
    const [first, failed] = await Promise.all([
      object.submit(aGrant('order-1')),
      object.submit({
        ...unwritable,
        command: { ...unwritable.command, endsAt: 1e20 } as typeof unwritable.command,
      }),
    ])
    expect([first, failed].map((submitted) => answerOf(submitted).status)).toEqual([201, 500])
    expect((await recordedOf(userId)).seqs).toEqual([1])
  })

  it('beyond what may wait are turned away, and nothing of them is recorded', async () => {
    const userId = aUser()
    const results = await withinObject(userId, (make) => {
      const ledger = make()
      return Promise.all(Array.from({ length: 700 }, (_, n) => ledger.submit(aGrant(`order-${n}`))))
    })
    const overloaded = results.filter(({ type }) => type === 'overloaded').length
    expect(overloaded).toBeGreaterThan(0)
    expect((await recordedOf(userId)).seqs).toHaveLength(results.length - overloaded)
  })
})

describe('two live objects of one user', () => {
  it('end with one chain, in which every acknowledged command is once', async () => {
    const userId = aUser()
    const answers = await withinObject(userId, async (make) => {
      const [one, other] = [make(), make()]
      await Promise.all([one.snapshot('none'), other.snapshot('none')]) // both now remember version 0
      return Promise.all(oneToFifty.map((n) => (n % 2 === 0 ? one : other).submit(aGrant(`order-${n}`))))
    })
    expect(answers.map((submitted) => answerOf(submitted).status)).toEqual(oneToFifty.map(() => 201))
    expect((await recordedOf(userId)).seqs).toEqual(oneToFifty)
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 50 })
  })

  it('record one command that both are sent once', async () => {
    const userId = aUser()
    const [one, other] = await withinObject(userId, async (make) => {
      const objects = [make(), make()] as const
      await Promise.all(objects.map((object) => object.snapshot('none')))
      return Promise.all(objects.map((object) => object.submit(aGrant('order-1', { key: 'same' }))))
    })
    expect(one && answerOf(one).body).toBe(other && answerOf(other).body)
    expect((await recordedOf(userId)).seqs).toEqual([1])
  })
})
