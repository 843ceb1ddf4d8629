import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { accessFrom } from '../../../src/domain/user/snapshot.ts'
import type { StoredSnapshot } from '../../../src/ledger/stored-snapshot.ts'
import type { Submission } from '../../../src/ledger/submission.ts'
import type { UserLedger } from '../../../src/worker.ts'
import { SECOND } from '../../support/a-reader.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { storedOf } from '../../support/kv-at-location.ts'
import { answerOf, withinObject } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { commit, consume, credits, release, reserve, reverse, withCredits } from './submitting.ts'

stopTheClock()
beforeAll(withCredits)

interface Place {
  readonly ledger: UserLedger
  /** When something was put into KV, and which version. */
  readonly puts: { readonly at: number; readonly version: number }[]
  readonly submit: (submission: Submission) => Promise<void>
  /** Lets time pass in steps, with the alarm going off when it is due. */
  readonly wait: (ms: number) => Promise<void>
}

/** An object of a new user with ten credits, who is known to KV and has been left alone for long. */
async function withACustomer(work: (place: Place) => Promise<void>, amount = 10): Promise<string> {
  const userId = aUser()
  const puts: { at: number; version: number }[] = []
  const put = async (key: string, value: string, options: KVNamespacePutOptions) => {
    puts.push({ at: Date.now(), version: (JSON.parse(value) as StoredSnapshot).snapshot.version })
    await env.KV.put(key, value, options)
  }
  await withinObject(userId, async (make, { storage }) => {
    const ledger = make({ KV: { put } as unknown as KVNamespace })
    const settled = () => scheduler.wait(0) // a put that follows an answer is answered by the world outside
    const wait = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += SECOND / 4) {
        pass(SECOND / 4)
        const due = await storage.getAlarm()
        if (due !== null && due <= Date.now()) await ledger.alarm()
      }
    }
    const submit = async (submission: Submission) => {
      const { status, body } = answerOf(await ledger.submit(submission))
      if (status >= 300) throw new Error(`Refused: ${body}`)
      await settled()
    }
    await submit(credits('order-1', amount))
    await wait(60 * SECOND)
    expect(puts.map(({ version }) => version)).toEqual([1])
    puts.length = 0
    await work({ ledger, puts, submit, wait })
  })
  return userId
}

describe('consumptions that flip no answer', () => {
  it('are put into KV at most every ten seconds, and the last of them within that', async () => {
    let version = 1
    const userId = await withACustomer(async ({ puts, submit, wait }) => {
      const begun = Date.now()
      for (; version <= 160; version += 1) {
        await submit(consume(1))
        await wait(SECOND / 4)
      }
      const ended = Date.now()
      await wait(12 * SECOND)
      const gaps = puts.slice(1).map(({ at }, index) => at - (puts[index]?.at ?? 0))
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10 * SECOND)
      expect(puts.length).toBeLessThanOrEqual(1 + Math.ceil((ended - begun + 12 * SECOND) / (10 * SECOND)))
      const last = puts.at(-1)
      expect(last?.version).toBe(version)
      expect((last?.at ?? Infinity) - ended).toBeLessThanOrEqual(11 * SECOND)
    }, 1000)
    expect((await storedOf(userId)).snapshot.version).toBe(version)
  })

  it('are all kinds of use, as long as something remains', async () => {
    await withACustomer(async ({ puts, submit, wait }) => {
      await submit(consume(1)) // 2
      await wait(SECOND)
      const before = puts.length
      for (const submission of [reserve(1), commit(3, 1), reserve(1), release(5), reverse(2, 1)]) {
        await submit(submission)
        await wait(SECOND)
      }
      expect(puts.length).toBe(before)
      await wait(6 * SECOND)
      expect(puts.at(-1)?.version).toBe(7)
    })
  })
})

describe('a use that flips an answer', () => {
  it.each<[string, readonly Submission[], Submission]>([
    ['a consumption of all that is left', [consume(9)], consume(1)],
    ['a reservation of all that is left', [consume(9)], reserve(1)],
    ['a reversal where nothing was left', [consume(9), consume(1)], reverse(2, 1)],
    ['a release of all that was there', [consume(9), reserve(1)], release(3)],
    ['a commit of less than all', [consume(8), reserve(2)], commit(3, 1)],
  ])('is put into KV within a second: %s', async (_name, first, flip) => {
    const userId = await withACustomer(async ({ puts, submit, wait }) => {
      for (const submission of first) await submit(submission)
      await wait(2 * SECOND)
      const [before, at] = [puts.length, Date.now()]
      await submit(flip)
      await wait(SECOND)
      expect(puts.length).toBe(before + 1)
      expect((puts.at(-1)?.at ?? Infinity) - at).toBeLessThanOrEqual(SECOND)
    })
    expect((await storedOf(userId)).snapshot.version).toBe(first.length + 2)
  })

  it('does not wait for what may wait', async () => {
    await withACustomer(async ({ puts, submit, wait }) => {
      await submit(consume(1)) // put at once
      await wait(SECOND)
      await submit(consume(1)) // due in nine seconds
      await submit(consume(8)) // due now
      await wait(SECOND)
      expect(puts.map(({ version }) => version)).toEqual([2, 4])
    })
  })

  it('by time alone needs no put: what KV holds says when a reservation lapses', async () => {
    const userId = await withACustomer(async ({ puts, submit, wait }) => {
      await submit(reserve(10, 5000))
      await wait(20 * SECOND)
      expect(puts).toHaveLength(1)
    })
    const { snapshot } = await storedOf(userId)
    const end = snapshot.confirmedAt + 5000
    const reasons = [end - 1, end, end + 1].map((at) => accessFrom(snapshot, 'credits', at).reason)
    expect(reasons).toEqual(['limit_reached', 'granted', 'granted'])
  })
})
