import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { submit } from '../../../src/ledger/ledger-client.ts'
import type { SubmissionReply } from '../../../src/ledger/submission.ts'
import { SECOND } from '../../support/a-reader.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { FaultyD1 } from '../../support/faulty-d1.ts'
import { storedOf } from '../../support/kv-at-location.ts'
import { aGrant, aSubmission, untilPublished, withExportFeature, withinObject } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'

stopTheClock()
beforeAll(withExportFeature)

describe('what simulation found', () => {
  it.each<SubmissionReply>([{ type: 'unavailable' }, { type: 'overloaded' }])(
    'a call that broke may have been carried out, though the second call says that it was not: $type',
    async (second) => {
      let calls = 0
      const answer = () => {
        calls += 1
        if (calls > 1) return Promise.resolve(second)
        return Promise.reject(Object.assign(new Error('Network connection lost.'), { retryable: true }))
      }
      const ledgers = () => ({ submit: answer, snapshot: () => Promise.reject(new Error('Nobody asked')) })
      expect(await submit(ledgers, aUser(), aGrant('order-1'))).toEqual({ type: 'outcome_unknown' })
    },
  )

  it('memory that was loaded while a batch was in doubt is not believed once the doubt has ended', async () => {
    await withinObject(aUser(), async (make) => {
      const d1 = new FaultyD1(env.DB)
      const ledger = make({ DB: d1.db })
      d1.faults.push('late', 'lost on the way', 'lost on the way', 'lost on the way')
      await ledger.submit(aGrant('order-1'))
      expect((await ledger.snapshot('not_looked_for')).version).toBe(0)
      pass(20 * SECOND)
      await d1.arriveLate()
      pass(20 * SECOND)
      expect((await ledger.snapshot('not_looked_for')).version).toBe(1)
    })
  })

  it('what a predecessor left unpublished is published, though a refusal comes before its alarm', async () => {
    const userId = aUser()
    await withinObject(userId, async (make) => {
      const hanging = { put: () => new Promise(() => undefined) } as unknown as KVNamespace
      await make({ KV: hanging }).submit(aGrant('order-1'))
      pass(60 * SECOND)
      const refused = aSubmission({ type: 'revoke_entitlement', entitlementId: 'ent_nowhere' })
      await make({ KV: hanging }).submit(refused)
    })
    await untilPublished(userId)
    expect((await storedOf(userId))?.snapshot.version).toBe(1)
  })

  it('a batch does not leave after a mark that was so long in coming that it could outlive it', async () => {
    const marks: number[] = []
    await withinObject(aUser(), async (make, state) => {
      const ledger = make()
      const setAlarm = (at: number) => {
        if (marks.length === 0) pass(60 * SECOND)
        marks.push(at)
        return state.storage.setAlarm(at)
      }
      const storage = {
        getAlarm: () => state.storage.getAlarm(),
        setAlarm,
        deleteAlarm: () => state.storage.deleteAlarm(),
        sync: () => state.storage.sync(),
      }
      const ctx = { id: state.id, storage, waitUntil: (work: Promise<unknown>) => void work }
      Object.defineProperty(ledger, 'ctx', { value: ctx })
      await ledger.submit(aGrant('order-1'))
    })
    expect(marks[1]).toBe((marks[0] ?? 0) + 60 * SECOND)
  })
})
