import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { KeeperObject, type RoundReport } from '../../src/keeper/keeper-object.ts'
import { anIsolate } from '../support/isolate.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { catalogKey } from '../../src/ledger/stored-catalog.ts'

stopTheClock()

const SECOND = 1000

/** A keeper with a clock that stands but in its rounds, which report this, one after another. */
function withKeeper(
  rounds: readonly RoundReport[],
  work: (keeper: {
    readonly object: KeeperObject<object>
    readonly storage: DurableObjectStorage
    readonly now: () => number
    readonly pass: (ms: number) => void
    /** Lets its alarm go off, which the runtime forgets before it calls. */
    readonly ring: () => Promise<void>
    readonly done: () => number
    readonly renewed: () => number
  }) => Promise<void>,
  { renewalMs = 0, inRound = () => Promise.resolve() }: KeeperFacts = {},
) {
  const stub = env.KEEPERS.getByName(`DB-${crypto.randomUUID()}`)
  return runInDurableObject(stub, async (_instance, state) => {
    let [at, done, renewed] = [Date.now(), 0, 0]
    const round = async () => {
      at += 400
      const report = rounds[done] ?? { done: 0, isAll: true }
      done += 1
      await inRound(object)
      return report
    }
    const renew = () => Promise.resolve(void (renewed += 1))
    const object = new KeeperObject<object>(
      state,
      {},
      { now: () => at, round, renew, renewalMs: () => renewalMs },
    )
    await work({
      object,
      storage: state.storage,
      now: () => at,
      pass: (ms) => {
        at += ms
      },
      ring: async () => {
        await state.storage.deleteAlarm()
        await object.alarm()
      },
      done: () => done,
      renewed: () => renewed,
    })
  })
}

interface KeeperFacts {
  readonly renewalMs?: number
  /** What comes while a round is under way. */
  readonly inRound?: (object: KeeperObject<object>) => Promise<void>
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
    await withKeeper(rounds, async ({ object, ring, storage, now }) => {
      await object.wake()
      await ring()
      expect(await storage.getAlarm()).toBe(now())
      await ring()
      expect(await storage.getAlarm()).toBe(null)
    })
  })

  it('leaves what came to nothing until it is woken again', async () => {
    await withKeeper([{ done: 0, isAll: false }], async ({ object, ring, storage, done }) => {
      await object.wake()
      await ring()
      expect([await storage.getAlarm(), done()]).toEqual([null, 1])
    })
  })

  it('does another round for who wakes it in one', async () => {
    let times = 0
    const inRound = async (object: KeeperObject<object>) => {
      times += 1
      if (times === 1) await object.wake()
    }
    await withKeeper(
      [],
      async ({ object, ring, storage, done }) => {
        await object.wake()
        await ring()
        expect(await storage.getAlarm()).not.toBe(null)
        await ring()
        expect([await storage.getAlarm(), done()]).toEqual([null, 2])
      },
      { inRound },
    )
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

describe('a keeper that renews the catalog', () => {
  const renewalMs = 20 * SECOND

  it('does so every 20 s, and no round unless it was woken', async () => {
    await withKeeper(
      [],
      async ({ object, ring, storage, now, pass, done, renewed }) => {
        await object.wake()
        await ring()
        expect([done(), renewed()]).toEqual([1, 1])
        for (let times = 2; times < 5; times += 1) {
          const next = (await storage.getAlarm()) ?? 0
          expect(next).toBeLessThanOrEqual(now() + renewalMs)
          pass(next - now())
          await ring()
          expect([done(), renewed()]).toEqual([1, times])
        }
      },
      { renewalMs },
    )
  })

  it('renews no sooner for who wakes it, and goes on to after a round', async () => {
    await withKeeper(
      [],
      async ({ object, ring, storage, now, pass, done, renewed }) => {
        await object.wake()
        await ring()
        const next = await storage.getAlarm()
        pass(5 * SECOND)
        await object.wake()
        expect(await storage.getAlarm()).toBe(now())
        await ring()
        expect([done(), renewed()]).toEqual([2, 1])
        expect(await storage.getAlarm()).toBe(next)
      },
      { renewalMs },
    )
  })

  it('renews between the rounds of a backlog', async () => {
    const rounds = Array.from({ length: 60 }, () => ({ done: 1, isAll: false }))
    await withKeeper(
      rounds,
      async ({ object, ring, done, renewed }) => {
        await object.wake()
        while (done() < 60) await ring()
        expect(renewed()).toBe(2)
      },
      { renewalMs },
    )
  })

  it('puts the catalog into KV as it is in D1, confirmed then', async () => {
    await env.DB.prepare('UPDATE catalog SET version = 41').run()
    const stub = env.KEEPERS.getByName('DB')
    const markOf = async () => (await env.KV.getWithMetadata(catalogKey(1), 'text')).metadata
    for (const version of [41, 41, 42]) {
      await env.DB.prepare('UPDATE catalog SET version = ?').bind(version).run()
      pass(renewalMs)
      await runInDurableObject(stub, (instance) => instance.alarm())
      expect(await markOf()).toEqual({ version, confirmedAt: Date.now() })
    }
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
