import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { type Fault, FaultyD1 } from '../../support/faulty-d1.ts'
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

const suspend = (key: string) =>
  aSubmission({ type: 'suspend_entitlement', entitlementId: 'ent_order-1' }, { key })
const withoutKey = { idempotency: null }

describe('a reply that is lost', () => {
  it.each<[string, Fault]>([
    ['after the commit', 'reply lost'],
    ['before the commit', 'lost on the way'],
  ])('%s ends in one entry and one success', async (_when, fault) => {
    const userId = aUser()
    const submitted = await withinObject(userId, (make) => {
      const d1 = new FaultyD1(env.DB)
      d1.faults.push(fault)
      return make({ DB: d1.db }).submit(aGrant('order-1', { key: 'a' }))
    })
    expect(answerOf(submitted).status).toBe(201)
    expect(answerOf(submitted).headers).not.toHaveProperty('Idempotent-Replayed')
    expect(await recordedOf(userId)).toEqual({ seqs: [1], keys: ['api:a'] })
  })

  it('is resolved for commands that carry no key, too: by the hash at their place', async () => {
    const userId = aUser()
    const answers = await withinObject(userId, async (make) => {
      const d1 = new FaultyD1(env.DB)
      const ledger = make({ DB: d1.db })
      await ledger.submit(aGrant('order-1'))
      d1.faults.push('reply lost')
      return ledger.submit(
        aSubmission(
          { type: 'revoke_entitlement', entitlementId: 'ent_order-1' },
          { ...withoutKey, ifVersion: 1 },
        ),
      )
    })
    expect(answerOf(answers)).toMatchObject({ status: 200, headers: { ETag: '"2"' } })
    expect((await recordedOf(userId)).seqs).toEqual([1, 2])
  })

  it('of a refusal ends in the same refusal, recorded once', async () => {
    const userId = aUser()
    const submitted = await withinObject(userId, (make) => {
      const d1 = new FaultyD1(env.DB)
      d1.faults.push('reply lost')
      return make({ DB: d1.db }).submit(suspend('a'))
    })
    expect(answerOf(submitted).status).toBe(404)
    expect(await recordedOf(userId)).toEqual({ seqs: [], keys: ['api:a'] })
  })

  it('is not taken for a lost race when the batch, sent again, loses against itself', async () => {
    const userId = aUser()
    await withinObject(userId, async (make) => {
      const d1 = new FaultyD1(env.DB)
      const ledger = make({ DB: d1.db })
      await ledger.submit(aGrant('order-1'))
      d1.faults.push('reply lost')
      d1.unansweredQuestions = 2
      const changes = { metadata: { plan: 'pro' } }
      const update = { type: 'update_entitlement', entitlementId: 'ent_order-1', changes } as const
      const submitted = await ledger.submit(aSubmission(update, { ...withoutKey, ifVersion: 1 }))
      expect(answerOf(submitted)).toMatchObject({ status: 200, headers: { ETag: '"2"' } })
    })
    expect((await recordedOf(userId)).seqs).toEqual([1, 2])
  })

  it('of a batch that another writer overtook ends in deciding again', async () => {
    const userId = aUser()
    await withinObject(userId, async (make) => {
      const d1 = new FaultyD1(env.DB)
      const [slow, fast] = [make({ DB: d1.db }), make()]
      await slow.snapshot('none')
      d1.faults.push('late')
      d1.beforeAppend = async () => {
        d1.beforeAppend = () => Promise.resolve()
        await fast.submit(aGrant('order-2'))
      }
      const submitted = await slow.submit(aGrant('order-1'))
      expect(answerOf(submitted).headers['ETag']).toBe('"2"')
      const [late] = await d1.arriveLate()
      expect(late?.status).toBe('rejected')
    })
    expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 2 })
  })
})

describe('an outcome that nobody can tell', () => {
  it('is never called a failure, and a retry with the same key finds what became of it', async () => {
    const userId = aUser()
    await withinObject(userId, async (make) => {
      const d1 = new FaultyD1(env.DB)
      const ledger = make({ DB: d1.db })
      d1.faults.push('late', 'lost on the way', 'lost on the way', 'lost on the way')
      expect(await ledger.submit(aGrant('order-1', { key: 'a' }))).toEqual({ type: 'outcome_unknown' })

      await d1.arriveLate()
      const retried = answerOf(await ledger.submit(aGrant('order-1', { key: 'a' })))
      expect(retried).toMatchObject({ status: 201, headers: { 'Idempotent-Replayed': 'true', ETag: '"1"' } })
    })
    expect(await recordedOf(userId)).toEqual({ seqs: [1], keys: ['api:a'] })
  })

  it('is seen by strong reads as soon as it is recorded, though memory did not see it', async () => {
    const userId = aUser()
    await withinObject(userId, async (make) => {
      const d1 = new FaultyD1(env.DB)
      const ledger = make({ DB: d1.db })
      d1.faults.push('late', 'lost on the way', 'lost on the way', 'lost on the way')
      await ledger.submit(aGrant('order-1'))
      expect((await ledger.snapshot('none')).version).toBe(0)
      await d1.arriveLate()
      expect((await ledger.snapshot('none')).version).toBe(1)
    })
  })

  it('lets no answer rest on memory that it may have left behind', async () => {
    const userId = aUser()
    await withinObject(userId, async (make) => {
      const d1 = new FaultyD1(env.DB)
      const ledger = make({ DB: d1.db })
      d1.faults.push('late', 'lost on the way', 'lost on the way', 'lost on the way')
      await ledger.submit(aGrant('order-1'))
      await ledger.snapshot('none')
      await d1.arriveLate()
      const revoke = { type: 'revoke_entitlement', entitlementId: 'ent_order-1' } as const
      expect(answerOf(await ledger.submit(aSubmission(revoke, withoutKey))).status).toBe(200)
    })
  })

  it('leaves the alarm as a mark, by which a successor knows', async () => {
    const userId = aUser()
    await withinObject(userId, async (make, state) => {
      const d1 = new FaultyD1(env.DB)
      d1.faults.push('late', 'lost on the way', 'lost on the way', 'lost on the way')
      await make({ DB: d1.db }).submit(aGrant('order-1'))
      expect(await state.storage.getAlarm()).toBeGreaterThan(Date.now() + 20_000)

      const successor = make()
      expect((await successor.snapshot('none')).version).toBe(0)
      await d1.arriveLate()
      expect((await successor.snapshot('none')).version).toBe(1)
    })
  })
})
