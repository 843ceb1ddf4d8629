import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SubscriptionFact } from '../../src/domain/purchases/register/fact.ts'
import type { StoredSnapshot } from '../../src/ledger/stored-snapshot.ts'
import type { UserLedger } from '../../src/worker.ts'
import { aBilledItem, aSubscription } from '../domain/purchases/facts.ts'
import { HOUR } from '../domain/samples.ts'
import { MINUTE, SECOND } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { storedOf } from '../support/kv-at-location.ts'
import {
  aGrant,
  aKnownUser,
  aRevocation,
  aSubmission,
  answerOf,
  recordAt,
  untilPublished,
  withExportFeature,
  withinObject,
} from '../support/ledger.ts'
import { aMappedSource } from '../support/mapped-source.ts'
import { aUser } from '../support/user.ts'

const DAY = 24 * HOUR
const MONTH = 30 * DAY

stopTheClock()
beforeAll(withExportFeature)

/** The real KV, which notes what an object puts there and fails when told so. */
function aNotingKv() {
  const puts: { readonly at: number; readonly version: number }[] = []
  const noting = { puts, isBroken: false, together: 0, togetherMost: 0, kv: {} as KVNamespace }
  const put = async (key: string, value: string, options: KVNamespacePutOptions) => {
    puts.push({ at: Date.now(), version: (JSON.parse(value) as StoredSnapshot).snapshot.version })
    if (noting.isBroken) throw new Error('KV PUT failed: 429 Too Many Requests')
    noting.together += 1
    noting.togetherMost = Math.max(noting.togetherMost, noting.together)
    await env.KV.put(key, value, options)
    noting.together -= 1
  }
  noting.kv = { put } as unknown as KVNamespace
  return noting
}

/** Lets the alarm of an instance go off. The platform takes it away before it does. */
async function goOff(ledger: UserLedger, storage: DurableObjectStorage): Promise<void> {
  await storage.deleteAlarm()
  await ledger.alarm()
}

/** Runs the alarms of an instance as they come. */
async function untilNothingIsDue(ledger: UserLedger, storage: DurableObjectStorage): Promise<void> {
  while ((await storage.getAlarm()) !== null) {
    pass(SECOND)
    await goOff(ledger, storage)
    await scheduler.wait(0) // a put under way is answered by the world outside
  }
}

const alarmOf = (userId: string) =>
  runInDurableObject(env.USERS.getByName(userId), (_instance, { storage }) => storage.getAlarm())

describe('an object', () => {
  it('puts its newest version into KV at most once a second and one at a time, however many it writes', async () => {
    const userId = aUser()
    const noting = aNotingKv()
    await withinObject(userId, async (make, { storage }) => {
      const ledger = make({ KV: noting.kv })
      for (let order = 1; order <= 40; order += 1) {
        await Promise.all([
          ledger.submit(aGrant(`order-${order}`)),
          goOff(ledger, storage),
          goOff(ledger, storage),
        ])
        pass(SECOND / 4)
      }
      await untilNothingIsDue(ledger, storage)
    })
    const gaps = noting.puts.slice(1).map(({ at }, index) => at - (noting.puts[index]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(SECOND)
    expect(noting.puts.length).toBeLessThanOrEqual(14)
    expect(noting.togetherMost).toBe(1)
    const versions = noting.puts.map(({ version }) => version)
    expect(versions).toEqual(versions.toSorted((a, b) => a - b))
    expect((await storedOf(userId)).snapshot.version).toBe(40)
  })

  it('waits for a put that takes longer, so that an older version cannot land after a newer one', async () => {
    const userId = aUser()
    const versions: number[] = []
    let land = () => {}
    const slow = new Promise<void>((resolve) => (land = resolve))
    const put = async (...[key, value, options]: [string, string, KVNamespacePutOptions]) => {
      versions.push((JSON.parse(value) as StoredSnapshot).snapshot.version)
      if (versions.length === 1) await slow
      await env.KV.put(key, value, options)
    }
    await withinObject(userId, async (make, { storage }) => {
      const ledger = make({ KV: { put } as unknown as KVNamespace })
      await ledger.submit(aGrant('order-1'))
      while (versions.length === 0) await scheduler.wait(1)
      pass(2 * SECOND)
      await ledger.submit(aGrant('order-2'))
      await goOff(ledger, storage)
      expect(versions).toEqual([1])
      expect(await storage.getAlarm()).not.toBeNull()
      land()
      await untilNothingIsDue(ledger, storage)
    })
    expect((await storedOf(userId)).snapshot.version).toBe(2)
  })

  it('leaves no alarm when nothing is due', async () => {
    const userId = await aKnownUser()
    expect(await alarmOf(userId)).toBeNull()
    expect(await runDurableObjectAlarm(env.USERS.getByName(userId))).toBe(false)
    await recordAt(userId, aRevocation())
    expect(await alarmOf(userId)).not.toBeNull()
    await untilPublished(userId)
    expect(await alarmOf(userId)).toBeNull()
  })
})

describe('a renewal', () => {
  it('is put into KV only where a copy could answer otherwise within a day', async () => {
    const { userId, ref, product } = await aMappedSource()
    const noting = aNotingKv()
    await withinObject(userId, async (make, { storage }) => {
      const ledger = make({ KV: noting.kv })
      const source = { provider: 'stripe', account: '', ref }
      const end = Date.now() + HOUR
      const MONTHS = [
        { startsAt: end - MONTH, endsAt: end },
        { startsAt: end, endsAt: end + MONTH },
        { startsAt: end + MONTH, endsAt: end + 2 * MONTH },
      ]
      /** The puts that follow when a subscription is told to be in a month. */
      const putsOf = async (month: number, facts: Partial<SubscriptionFact> = {}) => {
        pass(MINUTE)
        const items = [aBilledItem({ product, period: MONTHS[month] ?? null })]
        const version = { at: Date.now(), rank: 0 }
        const told = aSubscription({ ref, version, startsAt: end - MONTH, items, ...facts })
        const command = { type: 'settle_source', source, facts: [told], moved: null } as const
        expect(answerOf(await ledger.submit(aSubmission(command))).status).toBe(200)
        await untilNothingIsDue(ledger, storage)
        return noting.puts.splice(0).length
      }
      expect(await putsOf(0)).toBe(1)
      // An hour ahead: what is paid goes on for a week without a renewal.
      expect(await putsOf(1)).toBe(0)
      // So late that only hours of that week are left.
      pass(HOUR + MONTH + 7 * DAY - 3 * HOUR)
      expect(await putsOf(2)).toBe(1)
      expect(await putsOf(2, { state: 'ended', terminal: true, endsAt: end + MONTH })).toBe(1)
    })
  })
})

describe('a KV that takes nothing', () => {
  it('fails no write, and gets the newest version once it works again, asked less and less often', async () => {
    const userId = aUser()
    const noting = aNotingKv()
    noting.isBroken = true
    await withinObject(userId, async (make, { storage }) => {
      const ledger = make({ KV: noting.kv })
      for (const submission of [aGrant('order-1'), aGrant('order-2'), aRevocation('order-2')]) {
        expect(answerOf(await ledger.submit(submission)).status).toBeLessThan(300)
      }
      const pauses = []
      for (;;) {
        await goOff(ledger, storage)
        const alarm = await storage.getAlarm()
        if (alarm === null) break
        pauses.push(alarm - Date.now())
        pass(alarm - Date.now())
      }
      expect(pauses).toEqual(pauses.toSorted((a, b) => a - b))
      const tries = noting.puts.length
      expect(tries).toBeLessThanOrEqual(7)
      // By now it is left alone: by no alarm, and by a change once in a minute.
      await ledger.submit(aGrant('order-3'))
      expect(((await storage.getAlarm()) ?? 0) - Date.now()).toBe(MINUTE)
      pass(MINUTE)
      await goOff(ledger, storage)
      expect([noting.puts.length, await storage.getAlarm()]).toEqual([tries + 1, null])
      expect(await storedOf(userId)).toBeNull()
      noting.isBroken = false
      pass(MINUTE)
      await ledger.submit(aGrant('order-4'))
      await untilNothingIsDue(ledger, storage)
    })
    expect((await storedOf(userId)).snapshot.version).toBe(5)
  })

  it('gets the newest version by a question too, once nobody tries any more', async () => {
    const userId = aUser()
    const noting = aNotingKv()
    noting.isBroken = true
    await withinObject(userId, async (make, { storage }) => {
      const ledger = make({ KV: noting.kv })
      await ledger.submit(aGrant('order-1'))
      await untilNothingIsDue(ledger, storage)
      noting.isBroken = false
      pass(MINUTE)
      await ledger.snapshot('none')
      pass(MINUTE)
      await ledger.snapshot('none')
      await untilNothingIsDue(ledger, storage)
    })
    expect((await storedOf(userId)).snapshot.version).toBe(1)
  })

  it('is not forgotten by an object that is evicted meanwhile', async () => {
    const userId = aUser()
    const noting = aNotingKv()
    noting.isBroken = true
    await withinObject(userId, async (make) => {
      await make({ KV: noting.kv }).submit(aGrant('order-1'))
    })
    await evictDurableObject(env.USERS.getByName(userId))
    await untilPublished(userId)
    expect((await storedOf(userId)).snapshot.version).toBe(1)
  })
})

describe('an object that starts with an alarm pending', () => {
  it('compares its head with D1 until nothing of a predecessor can arrive any more', async () => {
    const userId = aUser()
    await withinObject(userId, async (make, { storage }) => {
      const predecessor = make()
      await predecessor.snapshot('not_looked_for')
      await storage.setAlarm(Date.now() + 35 * SECOND)
      const successor = make()
      expect((await successor.snapshot('not_looked_for')).version).toBe(0)
      await predecessor.submit(aGrant('order-1')) // as a batch that was under way
      expect((await successor.snapshot('not_looked_for')).version).toBe(1)
    })
  })

  it('publishes what it finds, though it wrote nothing itself', async () => {
    const userId = await aKnownUser()
    await env.KV.delete(`snapshot:1:1:${userId}`)
    const object = env.USERS.getByName(userId)
    await runInDurableObject(object, (_instance, { storage }) => storage.setAlarm(Date.now() + 35 * SECOND))
    await evictDurableObject(object)
    await untilPublished(userId)
    expect((await storedOf(userId)).snapshot.version).toBe(1)
  })
})
