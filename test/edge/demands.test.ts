import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { MINUTE, SECOND, aReader, askObject } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { FaultyD1 } from '../support/faulty-d1.ts'
import { KvAtLocation } from '../support/kv-at-location.ts'
import {
  aGrant,
  aKnownUser,
  aRevocation,
  recordAt,
  withExportFeature,
  withinObject,
} from '../support/ledger.ts'
import { aUser } from '../support/user.ts'

stopTheClock()
beforeAll(withExportFeature)

describe('maxAge', () => {
  it('is met by memory and KV while they are as young, and else by the object', async () => {
    const userId = await aKnownUser()
    const reader = aReader()
    const { ageMs } = await reader.check(userId)
    pass(10 * SECOND - ageMs)
    expect(await reader.check(userId, { maxAgeMs: 10 * SECOND })).toMatchObject({ source: 'memory' })
    expect(await aReader().check(userId, { maxAgeMs: 10 * SECOND })).toMatchObject({ source: 'kv' })
    pass(1)
    expect(await aReader().check(userId, { maxAgeMs: 10 * SECOND })).toMatchObject({ source: 'ledger' })
    expect(await reader.check(userId, { maxAgeMs: 10 * SECOND })).toMatchObject({
      source: 'ledger',
      ageMs: 0,
    })
  })

  it('loosens no bound: an old no is asked at the object all the same', async () => {
    const userId = aUser()
    const reader = aReader()
    await reader.check(userId)
    pass(6 * SECOND)
    expect(await reader.check(userId, { maxAgeMs: MINUTE })).toMatchObject({ source: 'ledger' })
  })
})

describe('minVersion', () => {
  it('of what a write returned is never answered with less, however stale KV and memory are', async () => {
    const userId = aUser()
    const place = new KvAtLocation()
    await place.freeze(userId)
    const warm = aReader({ kv: place.kv })
    for (let order = 1; order <= 5; order += 1) {
      await warm.check(userId)
      const granted = await recordAt(userId, aGrant(`order-${order}`))
      for (const reader of [warm, aReader({ kv: place.kv })]) {
        const reading = await reader.check(userId, { minVersion: granted })
        expect(reading).toMatchObject({ allowed: true, version: granted })
      }
      await place.freeze(userId) // from now on it serves this one, or one before
      const revoked = await recordAt(userId, aRevocation(`order-${order}`))
      expect(await warm.check(userId, { minVersion: revoked })).toMatchObject({
        allowed: false,
        version: revoked,
      })
    }
  })

  it('is met by memory when memory knows it', async () => {
    const userId = await aKnownUser()
    const reader = aReader()
    await reader.check(userId)
    expect(await reader.check(userId, { minVersion: 1 })).toMatchObject({ source: 'memory' })
    expect(await reader.check(userId)).toMatchObject({ version: 1 })
  })

  it('above what the object knows is told so, with what it knows', async () => {
    const userId = await aKnownUser()
    const asking = aReader().check(userId, { minVersion: 2 })
    await expect(asking).rejects.toMatchObject({ name: 'VersionUnknown', newest: { version: 1 } })
  })

  it('does not take what another question is told that left before the write', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    place.serve(userId, null)
    let answer = () => {}
    const held = new Promise<void>((resolve) => (answer = resolve))
    let questions = 0
    const reader = aReader({
      kv: place.kv,
      ask: async (...question) => {
        questions += 1
        const isFirst = questions === 1
        const snapshot = await askObject(...question)
        if (isFirst) await held
        return snapshot
      },
    })
    const before = reader.check(userId)
    const granted = await recordAt(userId, aGrant('order-2'))
    const after = reader.check(userId, { minVersion: granted })
    setTimeout(answer)
    expect((await before).version).toBeLessThanOrEqual(granted)
    expect(await after).toMatchObject({ version: granted })
  })
})

describe('a strong check', () => {
  it('never says yes after a revocation, though memory and KV would', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    await place.freeze(userId)
    const warm = aReader({ kv: place.kv })
    await warm.check(userId)
    await recordAt(userId, aRevocation())
    for (const reader of [warm, aReader({ kv: place.kv })]) {
      const reading = await reader.check(userId, { strong: true })
      expect(reading).toMatchObject({ allowed: false, version: 2, source: 'ledger' })
    }
    expect(await warm.check(userId)).toMatchObject({ allowed: false, version: 2, source: 'memory' })
  })

  it('asks no cache at all, and the object once', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    const reader = aReader({ kv: place.kv })
    await reader.check(userId, { strong: true })
    expect([place.reads, reader.asked()]).toEqual([0, 1])
  })

  it('never joins a question that left before it', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    place.serve(userId, null)
    const held: (() => void)[] = []
    const reader = aReader({
      kv: place.kv,
      ask: async (...question) => {
        const snapshot = await askObject(...question)
        if (held.length === 0) await new Promise<void>((resolve) => held.push(resolve))
        return snapshot
      },
    })
    const weak = reader.check(userId)
    while (held.length === 0) await scheduler.wait(1)
    await recordAt(userId, aRevocation())
    expect(await reader.check(userId, { strong: true })).toMatchObject({ allowed: false, version: 2 })
    held[0]?.()
    // What the first was told is older than what the isolate knows by now.
    expect(await weak).toMatchObject({ allowed: false, version: 2 })
  })

  it('waits for an append that is under way', async () => {
    const userId = await aKnownUser()
    await withinObject(userId, async (make) => {
      const d1 = new FaultyD1(env.DB)
      const ledger = make({ DB: d1.db })
      let asking: Promise<unknown> = Promise.resolve()
      const reader = aReader({ ask: (_userId, copy) => ledger.snapshot(copy) })
      d1.beforeAppend = () => {
        asking = reader.check(userId, { strong: true })
        return Promise.resolve()
      }
      await ledger.submit(aRevocation())
      expect(await asking).toMatchObject({ allowed: false, version: 2 })
    })
  })
})
