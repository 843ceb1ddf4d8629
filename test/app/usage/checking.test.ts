import { beforeAll, describe, expect, it } from 'vitest'
import { ofFeature } from '../../../src/app/checks/check-access.ts'
import { NO_DEMAND } from '../../../src/edge/freshness.ts'
import { LedgerUnavailable } from '../../../src/edge/refusals.ts'
import { MINUTE, SECOND, aReader, askObject } from '../../support/a-reader.ts'
import { aKey, ask, grant } from '../../support/api.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { recordAt, untilPublished } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { aMeter } from './a-meter.ts'
import { consume, credits, release, reserve, withCredits } from './submitting.ts'

stopTheClock()
beforeAll(withCredits)

/** A user with ten credits whom KV knows, and the reader of an isolate that has just read them there. */
async function aKnownCustomer() {
  const userId = aUser()
  await recordAt(userId, credits('order-1', 10))
  await untilPublished(userId)
  const down = { isDown: false, asked: 0 }
  const { reader } = aReader({
    ask: (...asked) => {
      down.asked += 1
      return down.isDown ? Promise.reject(new Error('Network connection lost.')) : askObject(...asked)
    },
  })
  const check = async (demand: Partial<typeof NO_DEMAND> = {}) => {
    const reading = await reader.read(userId, { ...NO_DEMAND, ...demand }, ofFeature('credits'))
    const { answer, version, source, degraded } = reading
    return { allowed: answer.allowed, remaining: answer.balance?.remaining, version, source, degraded }
  }
  await check()
  return { userId, check, down }
}

describe('a check of a metered feature', () => {
  it('knows of a consumption at once with the version that this answered', async () => {
    const { userId, check } = await aKnownCustomer()
    const version = await recordAt(userId, consume(10))
    expect(await check()).toMatchObject({ allowed: true, remaining: 10, source: 'memory' })
    expect(await check({ minVersion: version })).toMatchObject({ allowed: false, remaining: 0, version })
    expect(await check()).toMatchObject({ allowed: false, remaining: 0, version })
  })

  it('knows over HTTP of the consumption, the reservation and the release that were just answered', async () => {
    const meter = await aMeter(10)
    await meter.check('')
    const held = await meter.reserve(10)
    expect(await meter.check(`minVersion=${held.json.version}`)).toMatchObject({ reason: 'limit_reached' })
    const freed = await meter.release(held)
    expect(await meter.check(`minVersion=${freed.json.version}`)).toMatchObject({ reason: 'granted' })
    const spent = await meter.consume(4)
    const { balance, asOf } = await meter.check(`minVersion=${spent.json.version}`)
    expect([balance.remaining, asOf]).toEqual([6, new Date().toISOString()])
  })

  it('says no of a copy for five seconds at most: who has just been given more may go on', async () => {
    const { userId, check } = await aKnownCustomer()
    const held = await recordAt(userId, reserve(10, 86_400_000))
    expect(await check({ minVersion: held })).toMatchObject({ allowed: false })
    await recordAt(userId, release(held))
    pass(5 * SECOND)
    expect(await check()).toMatchObject({ allowed: true, remaining: 10, source: 'ledger' })
  })

  it('computes from a copy when a reservation lapses, without asking anyone', async () => {
    const { userId, check, down } = await aKnownCustomer()
    await recordAt(userId, reserve(4, 2 * SECOND))
    expect(await check({ strong: true })).toMatchObject({ remaining: 6 })
    const { asked } = down
    pass(2 * SECOND - 1)
    expect(await check()).toMatchObject({ remaining: 6, source: 'memory' })
    pass(1)
    expect(await check()).toMatchObject({ remaining: 10, source: 'memory' })
    expect(down.asked).toBe(asked)
  })

  it('is never told an old yes because the object does not answer: who knows what was spent since', async () => {
    const { check, down } = await aKnownCustomer()
    down.isDown = true
    pass(10 * MINUTE - 30 * SECOND)
    expect(await check()).toMatchObject({ allowed: true, degraded: false })
    pass(MINUTE)
    await expect(check()).rejects.toThrow(LedgerUnavailable)
  })

  it('is told of a boolean feature what it is not told of a metered one', async () => {
    const userId = aUser()
    const flag = `flag-${crypto.randomUUID()}`
    await ask('PUT', `/v4/features/${flag}`, { body: { type: 'boolean' } })
    await grant(userId, { feature: flag }, aKey())
    await recordAt(userId, credits('order-1', 10))
    await untilPublished(userId)
    const { reader } = aReader({ ask: () => Promise.reject(new Error('Network connection lost.')) })
    pass(11 * MINUTE)
    const read = (feature: string) => reader.read(userId, NO_DEMAND, ofFeature(feature))
    expect(await read(flag)).toMatchObject({ degraded: true, answer: { allowed: true } })
    await expect(read('credits')).rejects.toThrow(LedgerUnavailable)
  })
})
