import { beforeAll, describe, expect, it } from 'vitest'
import { FRESHNESS, MINUTE, aReader } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { KvAtLocation, storedOf } from '../support/kv-at-location.ts'
import { aGrant, aKnownUser, recordAt, withExportFeature } from '../support/ledger.ts'

stopTheClock()
beforeAll(withExportFeature)

describe('an isolate never goes back', () => {
  it('to a version that was confirmed later, by a machine whose clock is ahead', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    const before = await storedOf(userId)
    const reader = aReader({ kv: place.kv })
    const version = await recordAt(userId, aGrant('order-2'))
    expect(await reader.check(userId, { minVersion: version })).toMatchObject({ version })
    pass(FRESHNESS.memoryMaxAgeMs)
    place.serve(userId, { ...before, snapshot: { ...before.snapshot, confirmedAt: Date.now() + MINUTE } })
    expect(await reader.check(userId)).toMatchObject({ version, source: 'memory' })
    expect(place.reads).toBe(2)
  })
})
