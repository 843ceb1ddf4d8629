import { beforeAll, describe, expect, it } from 'vitest'
import { GroupQueue } from '../../../src/ledger/object/group-queue.ts'
import { Publisher } from '../../../src/ledger/object/publisher.ts'
import type { StoredSnapshot } from '../../../src/ledger/stored-snapshot.ts'
import { Turns } from '../../../src/ledger/object/turns.ts'
import { aPurchase } from '../../domain/purchases/facts.ts'
import { aSubmission, answerOf, withExportFeature, withinObject } from '../../support/ledger.ts'
import { aMappedSource } from '../../support/mapped-source.ts'

beforeAll(withExportFeature)

describe('what a source gives', () => {
  it('is put into KV, so that who has just paid is not told no for as long as copies live', async () => {
    const { userId, ref, product } = await aMappedSource()

    const puts: StoredSnapshot[] = []
    const put = async (_key: string, value: string) => void puts.push(JSON.parse(value) as StoredSnapshot)
    await withinObject(userId, async (make) => {
      const ledger = make({ KV: { put } as unknown as KVNamespace })
      const source = { provider: 'stripe', account: '', ref }
      const facts = [{ ...aPurchase({ product }), ref }]
      answerOf(await ledger.submit(aSubmission({ type: 'settle_source', source, facts, moved: null })))
      await scheduler.wait(0) // the put follows the answer
    })
    expect(puts.map(({ snapshot }) => snapshot.version)).toEqual([2])
    expect(puts[0]?.snapshot.features).toHaveProperty('export')
  })
})

describe('a publisher', () => {
  it('puts nothing into KV that nobody has asked it to', async () => {
    const puts: string[] = []
    const publisher = new Publisher({
      kv: { put: async (key: string) => void puts.push(key) } as unknown as KVNamespace,
      epoch: 1,
      ttlSeconds: 60,
      now: () => 0,
      newest: async () => ({ userId: 'u', version: 1, confirmedAt: 0, features: {} }),
    })
    expect(publisher.dueAt).toBeNull()
    await publisher.publishIfDue()
    expect(puts).toEqual([])
    publisher.want('answer')
    await publisher.publishIfDue()
    expect(puts).toHaveLength(1)
    expect(publisher.dueAt).toBeNull()
  })
})

describe('a queue', () => {
  it('hands over all that waits as one group, and never an empty one', async () => {
    const groups: number[] = []
    const turns = new Turns()
    const queue = new GroupQueue<number, number>(turns, async (jobs) => {
      groups.push(jobs.length)
      for (const { item, answer } of jobs) answer(item)
    })
    const added = [1, 2, 3].map(async (item) => await queue.add(item))
    expect(await Promise.all(added)).toEqual([1, 2, 3])
    await turns.take(async () => {})
    expect(groups).toEqual([3])
  })
})
