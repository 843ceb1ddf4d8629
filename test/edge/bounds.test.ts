import { beforeAll, describe, expect, it } from 'vitest'
import { FRESHNESS, MINUTE, SECOND, aReader } from '../support/a-reader.ts'
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

describe('a yes, while KV serves what was before the revocation for an hour', () => {
  it('is given no later than ten minutes after its confirmation, in any isolate', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    await place.freeze(userId)
    const { confirmedAt } = (await storedOf(userId)).snapshot
    const warm = aReader({ kv: place.kv })
    await warm.check(userId)
    await recordAt(userId, aRevocation())

    for (let elapsed = 0; elapsed <= 60 * MINUTE; elapsed += 30 * SECOND) {
      for (const reader of [warm, aReader({ kv: place.kv })]) {
        const { allowed, version } = await reader.check(userId)
        if (allowed) expect(Date.now() - confirmedAt).toBeLessThan(FRESHNESS.allowMaxAgeMs)
        expect(version).toBe(allowed ? 1 : 2)
        await reader.settled()
      }
      pass(30 * SECOND)
    }
  })

  it('is given on the last millisecond, and on the next the object is asked', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    await place.freeze(userId)
    await recordAt(userId, aRevocation())
    const { ageMs } = await aReader({ kv: place.kv }).check(userId)
    pass(FRESHNESS.allowMaxAgeMs - 1 - ageMs)
    expect(await aReader({ kv: place.kv }).check(userId)).toMatchObject({ allowed: true, source: 'kv' })
    pass(1)
    expect(await aReader({ kv: place.kv }).check(userId)).toMatchObject({ allowed: false, source: 'ledger' })
  })

  it('is taken back at once where KV shows the change', async () => {
    const userId = await aKnownUser()
    const reader = aReader()
    await reader.check(userId)
    await recordAt(userId, aRevocation())
    await untilPublished(userId)
    pass(FRESHNESS.memoryMaxAgeMs)
    expect(await reader.check(userId)).toMatchObject({ allowed: false, reason: 'revoked', version: 2 })
  })
})

describe('a no', () => {
  it('is remembered for five seconds, and then asked at the object', async () => {
    const userId = aUser()
    const reader = aReader()
    await reader.check(userId)
    pass(FRESHNESS.denyMaxAgeMs - 1)
    expect(await reader.check(userId)).toMatchObject({ allowed: false, source: 'memory' })
    pass(1)
    expect(await reader.check(userId)).toMatchObject({ allowed: false, source: 'ledger', ageMs: 0 })
  })

  it('of KV is asked at the object when it is as old', async () => {
    const userId = await aKnownUser()
    await recordAt(userId, aRevocation())
    await untilPublished(userId)
    const place = new KvAtLocation()
    await place.freeze(userId)
    const { ageMs } = await aReader({ kv: place.kv }).check(userId)
    pass(FRESHNESS.denyMaxAgeMs - 1 - ageMs)
    expect(await aReader({ kv: place.kv }).check(userId)).toMatchObject({ allowed: false, source: 'kv' })
    await recordAt(userId, aGrant('order-2'))
    pass(1)
    expect(await aReader({ kv: place.kv }).check(userId)).toMatchObject({ allowed: true, source: 'ledger' })
  })

  it('of who is granted a moment later is a yes everywhere five seconds after, whatever KV still serves', async () => {
    const newcomer = aUser()
    const returning = await aKnownUser()
    await recordAt(returning, aRevocation())
    await untilPublished(returning)
    for (const userId of [newcomer, returning]) {
      const places = Array.from({ length: 5 }, () => new KvAtLocation())
      for (const place of places) await place.freeze(userId) // a stale miss, and a stale no
      const readers = places.map(({ kv }) => aReader({ kv }))
      for (const reader of readers) {
        expect(await reader.check(userId)).toMatchObject({ allowed: false })
        pass(SECOND / 2)
      }
      await recordAt(userId, aGrant('order-9'))
      pass(FRESHNESS.denyMaxAgeMs)
      for (const reader of [...readers, aReader({ kv: new KvAtLocation().kv })]) {
        expect(await reader.check(userId)).toMatchObject({ allowed: true })
      }
    }
  })

  it('is never made of a miss of KV', async () => {
    const userId = aUser()
    const place = new KvAtLocation()
    await place.freeze(userId)
    await recordAt(userId, aGrant('order-1'))
    for (let n = 0; n < 3; n += 1) {
      expect(await aReader({ kv: place.kv }).check(userId)).toMatchObject({ allowed: true, source: 'ledger' })
    }
  })
})
