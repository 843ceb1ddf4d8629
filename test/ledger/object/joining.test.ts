import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { GroupQueue } from '../../../src/ledger/object/group-queue.ts'
import type { Submission, SubmissionReply } from '../../../src/ledger/submission.ts'
import { Turns } from '../../../src/ledger/object/turns.ts'
import { putFeature } from '../../../src/catalog/features.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { FaultyD1 } from '../../support/faulty-d1.ts'
import {
  aGrant,
  aRevocation,
  aSubmission,
  answerOf,
  recordedOf,
  withExportFeature,
  withinObject,
} from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'

beforeAll(withExportFeature)

const never = aRevocation('nowhere')

/** Sends commands to an object while it sets its mark for the first one. The others all come during one `sync`. */
async function whileMarking(first: Submission, others: readonly Submission[]) {
  const userId = aUser()
  const told = await withinObject(userId, async (make, state) => {
    const d1 = new FaultyD1(env.DB)
    const counted = { appends: 0 }
    d1.beforeAppend = () => {
      counted.appends += 1
      return Promise.resolve()
    }
    const ledger = make({ DB: d1.db })
    await ledger.snapshot('not_looked_for') // it remembers its user, as one under load does
    const late: Promise<SubmissionReply>[] = []
    const sync = () => {
      if (late.length === 0) late.push(...others.map((submission) => ledger.submit(submission)))
      return state.storage.sync()
    }
    const setAlarm = (at: number) => state.storage.setAlarm(at)
    const storage = { setAlarm, sync, deleteAlarm: () => state.storage.deleteAlarm() }
    Object.defineProperty(ledger, 'ctx', { value: { storage, waitUntil: () => undefined } })

    const answers = [answerOf(await ledger.submit(first))]
    for (const submitted of await Promise.all(late)) answers.push(answerOf(submitted))
    return { statuses: answers.map(({ status }) => status), answers, appends: counted.appends }
  })
  expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
  return { userId, ...told, recorded: await recordedOf(userId) }
}

describe('commands that come while the mark is set for another', () => {
  it('go along in its batch, each with its own answer', async () => {
    const others = [aGrant('order-2'), aRevocation('order-1'), aGrant('order-3')]
    const { statuses, answers, appends, recorded } = await whileMarking(aGrant('order-1'), others)
    expect(statuses).toEqual([201, 201, 200, 201])
    expect(answers.map(({ headers }) => headers['ETag'])).toEqual(['"1"', '"2"', '"3"', '"4"'])
    expect(recorded.seqs).toEqual([1, 2, 3, 4])
    expect(appends).toBe(1)
  })

  it('are answered again what the first one was, when they bear its key', async () => {
    const again = [aGrant('order-1', { key: 'same' }), aGrant('order-2', { key: 'same' })]
    const { statuses, answers, recorded } = await whileMarking(aGrant('order-1', { key: 'same' }), again)
    expect(statuses).toEqual([201, 201, 422])
    expect(answers[1]?.body).toBe(answers[0]?.body)
    expect(recorded.seqs).toEqual([1])
  })

  it('are decided by a catalog that has changed meanwhile', async () => {
    const feature = `late-${crypto.randomUUID()}`
    const late = aSubmission({ ...aGrant('order-2').command, feature } as Submission['command'])
    await putFeature(env.DB, { key: feature, type: 'boolean', overage: 'deny', name: null, unit: null })
    const { statuses, recorded } = await whileMarking(aGrant('order-1'), [late, never])
    expect(statuses).toEqual([201, 201, 404])
    expect(recorded.seqs).toEqual([1, 2])
  })

  it('fail alone, when nobody can write them down', async () => {
    const { command } = aGrant('order-2')
    const unwritable = aSubmission({ ...command, endsAt: 1e20 } as Submission['command'])
    const others = [unwritable, aGrant('order-3')]
    const { statuses, recorded } = await whileMarking(aGrant('order-1'), others)
    expect(statuses).toEqual([201, 500, 201])
    expect(recorded.seqs).toEqual([1, 2])
  })
})

describe('who joins a group', () => {
  it('finds room for fifty in it, and is settled with it when the work fails', async () => {
    const sizes: number[] = []
    const numbers = Array.from({ length: 60 }, (_, index) => index)
    let others: Promise<number | null>[] = []
    const queue = new GroupQueue<number, number>(new Turns(), async (jobs, join) => {
      const before = jobs.length
      if (others.length === 0) others = numbers.map(async (number) => await queue.add(number))
      sizes.push(before, join().length, jobs.length)
      throw new Error(`One of ${jobs.length}`)
    })
    await expect(queue.add(1)).rejects.toThrow('One of 50')
    const settled = await Promise.allSettled(others)
    expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(['rejected']))
    expect(sizes).toEqual([1, 49, 50, 11, 0, 11])
  })
})
