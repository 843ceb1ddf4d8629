import { beforeAll, describe, expect, it } from 'vitest'
import type { ReaderDeps } from '../../src/edge/reader.ts'
import { FRESHNESS, aReader, askObject } from '../support/a-reader.ts'
import { pass, stopTheClock } from '../support/clock.ts'
import { KvAtLocation } from '../support/kv-at-location.ts'
import { aGrant, recordAt, withExportFeature } from '../support/ledger.ts'
import { aUser } from '../support/user.ts'

stopTheClock()
beforeAll(withExportFeature)

const many = Array.from({ length: 50 }, (_, index) => index)

/** Asks the real object, and delivers its answers only when told to. */
function aSlowWay() {
  const held: (() => void)[] = []
  const ask: ReaderDeps['ask'] = async (...question) => {
    const snapshot = await askObject(...question)
    await new Promise<void>((resolve) => held.push(resolve))
    return snapshot
  }
  return {
    ask,
    /** When so many answers are on their way, counted from the first. */
    async carries(count: number) {
      while (held.length < count) await scheduler.wait(1)
    },
    deliver: (index: number) => held[index]?.(),
  }
}

describe('checks of one user that miss together', () => {
  it('ask KV and the object once', async () => {
    const userId = aUser()
    await recordAt(userId, aGrant('order-1'))
    const place = new KvAtLocation()
    place.serve(userId, null)
    const reader = aReader({ kv: place.kv })
    const readings = await Promise.all(many.map(() => reader.check(userId)))
    for (const reading of readings) expect(reading).toMatchObject({ allowed: true, source: 'ledger' })
    expect([place.reads, reader.asked()]).toEqual([1, 1])
  })

  it('do not wait for those of another user', async () => {
    const [slow, other] = [aUser(), aUser()]
    const way = aSlowWay()
    const reader = aReader({
      ask: (userId, copy) => (userId === slow ? way.ask(userId, copy) : askObject(userId, copy)),
    })
    const waiting = reader.check(slow)
    await way.carries(1)
    expect(await reader.check(other)).toMatchObject({ source: 'ledger' })
    way.deliver(0)
    expect(await waiting).toMatchObject({ source: 'ledger' })
  })

  it('all hear of an error, and the next check asks again', async () => {
    let isDown = true
    const reader = aReader({
      ask: async (...question) => {
        const snapshot = await askObject(...question)
        if (isDown) throw new Error('overloaded')
        return snapshot
      },
    })
    const userId = aUser()
    const readings = await Promise.allSettled(many.map(() => reader.check(userId)))
    expect(readings.filter(({ status }) => status === 'rejected')).toHaveLength(many.length)
    expect(reader.asked()).toBe(1)
    isDown = false
    expect(await reader.check(userId)).toMatchObject({ source: 'ledger' })
  })
})

describe('a question to the object', () => {
  it('goes on when who asked it has left: the runtime is told to wait for it', async () => {
    const userId = aUser()
    await recordAt(userId, aGrant('order-1'))
    const way = aSlowWay()
    const reader = aReader({ ask: way.ask, freshness: { checkTimeoutMs: 20 } })
    await expect(reader.check(userId)).rejects.toMatchObject({ name: 'LedgerUnavailable' })
    await way.carries(1)
    way.deliver(0)
    await reader.settled()
    expect(await reader.check(userId)).toMatchObject({ allowed: true, source: 'memory' })
  })

  it('that is never answered holds up nobody once it has had its time', async () => {
    const userId = aUser()
    let isLost = true
    const reader = aReader({
      ask: (...question) => (isLost ? new Promise(() => {}) : askObject(...question)),
      freshness: { checkTimeoutMs: 200 },
    })
    await expect(reader.check(userId)).rejects.toMatchObject({ name: 'LedgerUnavailable' })
    isLost = false
    pass(200)
    expect(await reader.check(userId)).toMatchObject({ source: 'ledger' })
  })

  it('that is answered late gives nobody who joined it a no from before they came', async () => {
    const userId = aUser()
    const way = aSlowWay()
    const place = new KvAtLocation()
    place.serve(userId, null)
    const reader = aReader({ kv: place.kv, ask: way.ask, freshness: { checkTimeoutMs: 60_000 } })
    const early = reader.check(userId)
    await way.carries(1)
    await recordAt(userId, aGrant('order-1'))
    pass(FRESHNESS.denyMaxAgeMs)
    const late = many.map(() => reader.check(userId))
    await scheduler.wait(0) // they have missed KV, and joined
    way.deliver(0)
    expect(await early).toMatchObject({ allowed: false, version: 0 })
    await way.carries(2)
    way.deliver(1)
    for (const reading of await Promise.all(late))
      expect(reading).toMatchObject({ allowed: true, version: 1 })
    expect(reader.asked()).toBe(2)
  })
})
