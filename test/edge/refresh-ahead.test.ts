import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { snapshotKey } from '../../src/ledger/stored-snapshot.ts'
import { FRESHNESS, SECOND, aReader, askObject } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { KvAtLocation, storedOf } from '../support/kv-at-location.ts'
import {
  aGrant,
  aKnownUser,
  aRevocation,
  recordAt,
  untilPublished,
  withExportFeature,
} from '../support/ledger.ts'
import { aUser } from '../support/user.ts'

stopTheClock()
beforeAll(withExportFeature)

const HALF = FRESHNESS.allowMaxAgeMs / 2

/** When the object confirmed what KV holds of a user. */
async function confirmedAtOf(userId: string): Promise<number> {
  return (await storedOf(userId)).snapshot.confirmedAt
}

/** Lets time pass until what KV holds of a user is so old. */
async function untilOfAge(userId: string, ageMs: number): Promise<void> {
  pass((await confirmedAtOf(userId)) + ageMs - Date.now())
}

describe('a copy past half its bound', () => {
  it('is confirmed again in the background, once, while the checks are answered', async () => {
    const userId = await aKnownUser()
    await untilOfAge(userId, HALF + 1)
    const reader = aReader()
    const readings = await Promise.all(Array.from({ length: 50 }, () => reader.check(userId)))
    for (const reading of readings) expect(reading).toMatchObject({ allowed: true, ageMs: HALF + 1 })
    await reader.settled()
    expect(reader.asked()).toBe(1)
    expect(await reader.check(userId)).toMatchObject({ source: 'memory', ageMs: 0 })
    expect(reader.asked()).toBe(1)
  })

  it('is published again, so that it serves every place for another while', async () => {
    const userId = await aKnownUser()
    await untilOfAge(userId, HALF + 1)
    const reader = aReader()
    await reader.check(userId)
    await reader.settled()
    await untilPublished(userId)
    expect(await confirmedAtOf(userId)).toBeGreaterThanOrEqual(Date.now() - 10_000)
    await untilOfAge(userId, FRESHNESS.allowMaxAgeMs - 1)
    expect(await aReader().check(userId)).toMatchObject({ allowed: true, source: 'kv', version: 1 })
  })

  it('is answered from all the same when the object does not answer, which is not asked with every check', async () => {
    const userId = await aKnownUser()
    await untilOfAge(userId, HALF + 1)
    const reader = aReader({ ask: () => Promise.reject(new Error('overloaded')) })
    for (let n = 0; n < 20; n += 1) {
      expect(await reader.check(userId)).toMatchObject({ allowed: true, degraded: false })
      await reader.settled()
    }
    expect(reader.asked()).toBe(1)
    pass(FRESHNESS.memoryMaxAgeMs)
    await reader.check(userId)
    expect(reader.asked()).toBe(2)
  })

  it('finds a change on the way that KV does not show', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    await place.freeze(userId)
    await untilOfAge(userId, HALF + 1)
    await recordAt(userId, aGrant('order-2'))
    const reader = aReader({ kv: place.kv })
    expect(await reader.check(userId)).toMatchObject({ version: 1 })
    await reader.settled()
    expect(await reader.check(userId)).toMatchObject({ version: 2, source: 'memory' })
  })
})

describe('the object', () => {
  it('is not asked before half the bound has passed', async () => {
    const userId = await aKnownUser()
    await untilOfAge(userId, HALF)
    const reader = aReader()
    await reader.check(userId)
    await reader.settled()
    expect(reader.asked()).toBe(0)
  })

  it('publishes nothing for a copy that is younger, for who looked at none, and for what it published itself', async () => {
    const userId = await aKnownUser()
    const before = await confirmedAtOf(userId)
    pass(1000)
    for (const copy of [Date.now() - HALF, 'not_looked_for', 'none'] as const) await askObject(userId, copy)
    await untilPublished(userId)
    expect(await confirmedAtOf(userId)).toBe(before)
  })

  it('publishes for the second question within the bound of readers who have no copy, and not for the first', async () => {
    const userId = await aKnownUser()
    const first = await confirmedAtOf(userId)
    await evictDurableObject(env.USERS.getByName(userId))
    await env.KV.delete(snapshotKey(1, userId))
    pass(SECOND)
    await askObject(userId, 'none')
    await untilPublished(userId)
    expect(await storedOf(userId)).toBeNull()
    pass(FRESHNESS.allowMaxAgeMs)
    await askObject(userId, 'none')
    await untilPublished(userId)
    expect(await storedOf(userId)).toBeNull()
    pass(FRESHNESS.allowMaxAgeMs - 1)
    await askObject(userId, 'none')
    await untilPublished(userId)
    expect(await confirmedAtOf(userId)).toBeGreaterThan(first)
  })

  it('takes the copy of whoever asks again for the first question, though it has forgotten that itself', async () => {
    const userId = await aKnownUser()
    await evictDurableObject(env.USERS.getByName(userId))
    await env.KV.delete(snapshotKey(1, userId))
    const place = new KvAtLocation()
    place.serve(userId, null)
    const reader = aReader({ kv: place.kv })
    expect(await reader.check(userId)).toMatchObject({ source: 'ledger' })
    await untilPublished(userId)
    await evictDurableObject(env.USERS.getByName(userId))
    expect(await storedOf(userId)).toBeNull()
    pass(HALF + SECOND)
    expect(await reader.check(userId)).toMatchObject({ source: 'memory', ageMs: HALF + SECOND })
    await reader.settled()
    await untilPublished(userId)
    expect(await storedOf(userId)).not.toBeNull()
  })

  it('never publishes a user of whom nothing is recorded', async () => {
    const userId = aUser()
    await askObject(userId, 'none')
    await askObject(userId, 0)
    await untilPublished(userId)
    expect(await storedOf(userId)).toBeNull()
  })

  it('nor for a command that it refused', async () => {
    const userId = aUser()
    await env.USERS.getByName(userId).submit(aRevocation('of-nothing'))
    await untilPublished(userId)
    expect(await storedOf(userId)).toBeNull()
  })
})
