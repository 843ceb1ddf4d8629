import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { FRESHNESS, aReader } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { KvAtLocation, storedOf } from '../support/kv-at-location.ts'
import { aKnownUser, recordAt, aGrant, withExportFeature } from '../support/ledger.ts'
import { snapshotKey } from '../../src/ledger/stored-snapshot.ts'
import { aUser } from '../support/user.ts'

stopTheClock()
beforeAll(withExportFeature)

describe('what lies in KV', () => {
  it.each([
    ['another epoch', (stored: object) => ({ ...stored, epoch: 2 })],
    ['another schema', (stored: object) => ({ ...stored, schema: 2 })],
    ['no schema', ({ schema: _schema, ...stored }: { schema?: number }) => stored],
    [
      'another user',
      (stored: { snapshot: object }) => ({ ...stored, snapshot: { ...stored.snapshot, userId: 'mallory' } }),
    ],
    [
      'no features',
      (stored: { snapshot: object }) => ({
        ...stored,
        snapshot: { ...stored.snapshot, features: undefined },
      }),
    ],
    ['no snapshot', ({ snapshot: _snapshot, ...stored }: { snapshot?: object }) => stored],
    ['a list', () => []],
    ['a text', () => 'yes'],
    ['a number', () => 7],
  ])('is a miss when it is of or is %s', async (_kind, change: (stored: never) => unknown) => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    place.serve(userId, change((await storedOf(userId)) as never))
    const reading = await aReader({ kv: place.kv }).check(userId)
    expect(reading).toMatchObject({ allowed: true, version: 1, source: 'ledger' })
  })

  it('is a miss when it is no JSON at all', async () => {
    const userId = aUser()
    await env.KV.put(snapshotKey(1, userId), '{"schema":1,')
    expect(await aReader().check(userId)).toMatchObject({ allowed: false, version: 0, source: 'ledger' })
  })

  it('lies where a ledger of another epoch does not look', () => {
    expect(snapshotKey(2, 'alice')).not.toBe(snapshotKey(1, 'alice'))
  })
})

describe('a KV that fails', () => {
  it('is a miss, and is not asked with every check', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    place.isBroken = true
    const reader = aReader({ kv: place.kv })
    expect(await reader.check(userId)).toMatchObject({ allowed: true, source: 'ledger' })
    for (let n = 0; n < 5; n += 1) expect(await reader.check(userId)).toMatchObject({ source: 'memory' })
    expect([place.reads, reader.asked()]).toEqual([1, 1])
  })

  it('or hangs keeps a check no longer than the object may', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    place.hangs = true
    const reader = aReader({ kv: place.kv, freshness: { checkTimeoutMs: 400 } })
    expect(await reader.check(userId)).toMatchObject({ allowed: true, source: 'ledger' })
    expect(await reader.check(userId)).toMatchObject({ allowed: true, source: 'memory' })
  })

  it('leaves memory to answer within its bound', async () => {
    const userId = await aKnownUser()
    const place = new KvAtLocation()
    const reader = aReader({ kv: place.kv })
    await reader.check(userId)
    place.isBroken = true
    await recordAt(userId, aGrant('order-2'))
    pass(FRESHNESS.memoryMaxAgeMs)
    for (let n = 0; n < 5; n += 1) expect(await reader.check(userId)).toMatchObject({ source: 'memory' })
    expect([place.reads, reader.asked()]).toEqual([2, 0])
    pass(FRESHNESS.allowMaxAgeMs)
    expect(await reader.check(userId)).toMatchObject({ version: 2, source: 'ledger' })
  })
})
