import { beforeAll, describe, expect, it } from 'vitest'
import { FRESHNESS, MINUTE, SECOND, aReader } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { KvAtLocation } from '../support/kv-at-location.ts'
import { aGrant, aKnownUser, recordAt, untilPublished, withExportFeature } from '../support/ledger.ts'
import { aUser } from '../support/user.ts'

stopTheClock()
beforeAll(withExportFeature)

describe('a check', () => {
  it('is answered by KV, and then by memory, without the object being asked', async () => {
    const userId = await aKnownUser()
    const reader = aReader()
    expect(await reader.check(userId)).toMatchObject({ allowed: true, version: 1, source: 'kv' })
    expect(await reader.check(userId)).toMatchObject({ allowed: true, version: 1, source: 'memory' })
    expect(reader.asked()).toBe(0)
  })

  it('is answered by the object when KV has nothing, and then by memory', async () => {
    const userId = aUser()
    await recordAt(userId, aGrant('order-1'))
    const place = new KvAtLocation()
    place.serve(userId, null)
    const reader = aReader({ kv: place.kv })
    expect(await reader.check(userId)).toMatchObject({ allowed: true, version: 1, source: 'ledger' })
    expect(await reader.check(userId)).toMatchObject({ allowed: true, version: 1, source: 'memory' })
    expect([place.reads, reader.asked()]).toEqual([1, 1])
  })

  it('is answered for a user of whom nobody has heard', async () => {
    const reader = aReader()
    const userId = aUser()
    const nothing = { allowed: false, reason: 'no_entitlement', version: 0 }
    expect(await reader.check(userId)).toMatchObject({ ...nothing, source: 'ledger' })
    expect(await reader.check(userId)).toMatchObject({ ...nothing, source: 'memory' })
  })
})

describe('memory', () => {
  it('asks KV again after half a minute, and not before', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    const reader = aReader({ kv: place.kv })
    await reader.check(userId)
    pass(FRESHNESS.memoryMaxAgeMs - 1)
    expect([(await reader.check(userId)).source, place.reads]).toEqual(['memory', 1])
    pass(1)
    expect([(await reader.check(userId)).source, place.reads]).toEqual(['memory', 2]) // KV had nothing newer
    pass(FRESHNESS.memoryMaxAgeMs - 1)
    expect([(await reader.check(userId)).source, place.reads]).toEqual(['memory', 2])
  })

  it('takes a change from KV when it asks again', async () => {
    const userId = await aKnownUser()
    const reader = aReader()
    await reader.check(userId)
    await recordAt(userId, aGrant('order-2'))
    await untilPublished(userId)
    pass(FRESHNESS.memoryMaxAgeMs)
    expect(await reader.check(userId)).toMatchObject({ version: 2, source: 'kv' })
  })

  it('keeps what it has when KV has lost it, and does not ask KV with every check', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    const reader = aReader({ kv: place.kv })
    await reader.check(userId)
    place.serve(userId, null)
    pass(MINUTE)
    for (let n = 0; n < 3; n += 1) expect(await reader.check(userId)).toMatchObject({ source: 'memory' })
    expect([place.reads, reader.asked()]).toEqual([2, 0])
  })
})

describe('the age of an answer', () => {
  it('counts from the confirmation of the object, through KV and memory', async () => {
    const userId = await aKnownUser()
    const reader = aReader()
    const { ageMs } = await reader.check(userId)
    pass(20 * SECOND)
    expect(await reader.check(userId)).toMatchObject({ source: 'memory', ageMs: ageMs + 20 * SECOND })
    pass(20 * SECOND)
    expect(await reader.check(userId)).toMatchObject({ ageMs: ageMs + 40 * SECOND })
    expect(await aReader().check(userId)).toMatchObject({ source: 'kv', ageMs: ageMs + 40 * SECOND })
  })

  it('is not made younger by a cache that takes it from another: the sum is bounded, not each', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    await place.freeze(userId)
    const first = aReader({ kv: place.kv })
    const { ageMs } = await first.check(userId)
    pass(FRESHNESS.allowMaxAgeMs - ageMs - 1)
    const second = aReader({ kv: place.kv })
    expect(await second.check(userId)).toMatchObject({ source: 'kv', ageMs: FRESHNESS.allowMaxAgeMs - 1 })
    pass(1)
    await second.settled()
    expect(await aReader({ kv: place.kv }).check(userId)).toMatchObject({ source: 'ledger', ageMs: 0 })
  })
})
