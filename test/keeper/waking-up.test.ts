import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { KeeperObject, type RoundReport } from '../../src/keeper/keeper-object.ts'
import { anIsolate } from '../support/isolate.ts'
import { stopTheClock } from '../support/clock.ts'

stopTheClock()

/** A keeper with a clock that stands, whose rounds take so long and report this, one after another. */
function withKeeper(
  rounds: readonly RoundReport[],
  work: (keeper: {
    readonly object: KeeperObject<object>
    readonly storage: DurableObjectStorage
    readonly now: () => number
    readonly pass: (ms: number) => void
    readonly done: () => number
  }) => Promise<void>,
  tookMs = 400,
) {
  const stub = env.KEEPERS.getByName(`DB-${crypto.randomUUID()}`)
  return runInDurableObject(stub, async (_instance, state) => {
    let [at, done] = [Date.now(), 0]
    const round = () => {
      at += tookMs
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

  it('goes on while anything is left, and rests between two rounds as long as one took', async () => {
    const rounds = [
      { done: 200, isAll: false },
      { done: 1, isAll: true },
    ]
    await withKeeper(rounds, async ({ object, storage, now }) => {
      await object.alarm()
      expect(await storage.getAlarm()).toBe(now() + 400)
      await storage.deleteAlarm()
      await object.alarm()
      expect(await storage.getAlarm()).toBe(null)
    })
  })

  it('rests a little also where a round took no time', async () => {
    await withKeeper(
      [{ done: 1, isAll: false }],
      async ({ object, storage, now }) => {
        await object.alarm()
        expect(await storage.getAlarm()).toBe(now() + 50)
      },
      0,
    )
  })

  it('leaves what came to nothing until it is woken again', async () => {
    await withKeeper([{ done: 0, isAll: false }], async ({ object, storage }) => {
      await object.alarm()
      expect(await storage.getAlarm()).toBe(null)
    })
  })

  it('is not disturbed in its rest, and takes an alarm for lost that should have gone off', async () => {
    await withKeeper([], async ({ object, storage, now, pass }) => {
      const restsUntil = now() + 5000
      await storage.setAlarm(restsUntil)
      await object.wake()
      expect(await storage.getAlarm()).toBe(restsUntil)
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
