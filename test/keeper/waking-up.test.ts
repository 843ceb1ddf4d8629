import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { KeeperObject, type RoundReport } from '../../src/keeper/keeper-object.ts'
import { anIsolate } from '../support/isolate.ts'
import { stopTheClock } from '../support/clock.ts'

stopTheClock()

/** A keeper with a clock that stands but in its rounds, which report this, one after another. */
function withKeeper(
  rounds: readonly RoundReport[],
  work: (keeper: {
    readonly object: KeeperObject<object>
    readonly storage: DurableObjectStorage
    readonly now: () => number
    readonly pass: (ms: number) => void
    readonly done: () => number
  }) => Promise<void>,
) {
  const stub = env.KEEPERS.getByName(`DB-${crypto.randomUUID()}`)
  return runInDurableObject(stub, async (_instance, state) => {
    let [at, done] = [Date.now(), 0]
    const round = () => {
      at += 400
      const report = rounds[done] ?? { done: 0, isAll: true }
      done += 1
      return Promise.resolve(report)
    }
    const object = new KeeperObject<object>(state, {}, { now: () => at, round })
    await work({
      object,
      storage: state.storage,
      now: () => at,
      pass: (ms) => {
        at += ms
      },
      done: () => done,
    })
  })
}

describe('a keeper', () => {
  it('begins at once when it is woken', async () => {
    await withKeeper([], async ({ object, storage, now }) => {
      expect(await storage.getAlarm()).toBe(null)
      await object.wake()
      expect(await storage.getAlarm()).toBe(now())
    })
  })

  it('goes on at once while anything is left', async () => {
    const rounds = [
      { done: 200, isAll: false },
      { done: 1, isAll: true },
    ]
    await withKeeper(rounds, async ({ object, storage, now }) => {
      await object.alarm()
      expect(await storage.getAlarm()).toBe(now())
      await storage.deleteAlarm()
      await object.alarm()
      expect(await storage.getAlarm()).toBe(null)
    })
  })

  it('leaves what came to nothing until it is woken again', async () => {
    await withKeeper([{ done: 0, isAll: false }], async ({ object, storage }) => {
      await object.alarm()
      expect(await storage.getAlarm()).toBe(null)
    })
  })

  it('takes an alarm for lost that should have gone off', async () => {
    await withKeeper([], async ({ object, storage, now, pass }) => {
      await storage.setAlarm(now() + 5000)
      pass(5001)
      await object.wake()
      expect(await storage.getAlarm()).toBe(now())
    })
  })
})

describe('the cron', () => {
  it('wakes the keeper of the database, and asks D1 nothing itself', async () => {
    const { default: worker } = await import('../../src/worker.ts')
    const woken: string[] = []
    const KEEPERS = {
      getByName: (name: string) => ({ wake: () => Promise.resolve(woken.push(name)) }),
    } as unknown as typeof env.KEEPERS
    const DB = {} as D1Database
    const controller = { cron: '* * * * *', scheduledTime: Date.now(), noRetry: () => undefined }
    await worker.scheduled(controller, { ...env, DB, KEEPERS })
    expect(woken).toEqual(['DB'])
  })

  it('reaches an object that does a round of what is due', async () => {
    const of = await anIsolate()
    expect((await of(new Request('https://ledger.test/healthz'))).status).toBe(200)
    const stub = env.KEEPERS.getByName('DB')
    await stub.wake()
    await runInDurableObject(stub, async (instance, state) => {
      expect(await state.storage.getAlarm()).not.toBe(null)
      await instance.alarm()
    })
  })
})
