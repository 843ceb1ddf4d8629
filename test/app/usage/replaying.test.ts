import { env } from 'cloudflare:workers'
import { evictDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { type Answered, aKey, ask } from '../../support/api.ts'
import { recordedOf } from '../../support/ledger.ts'
import { expectProblem } from '../../support/problem.ts'
import { aMeter, expectReplayed } from './a-meter.ts'

type Meter = Awaited<ReturnType<typeof aMeter>>

/** Each thing that can be asked of a meter, made ready so that it can be asked with a key again and again. */
const ASKED: Readonly<
  Record<string, (meter: Meter) => Promise<(key: Record<string, string>) => Promise<Answered>>>
> = {
  consume: (meter) => Promise.resolve((key) => meter.consume(2, key)),
  reverse: async (meter) => {
    const spent = await meter.consume(3)
    return (key) => meter.reverse(spent, 2, key)
  },
  reserve: (meter) => Promise.resolve((key) => meter.reserve(2, 60, key)),
  commit: async (meter) => {
    const held = await meter.reserve(3)
    return (key) => meter.commit(held, 2, key)
  },
  release: async (meter) => {
    const held = await meter.reserve(3)
    return (key) => meter.release(held, key)
  },
  insufficient_balance: (meter) => Promise.resolve((key) => meter.consume(11, key)),
  'insufficient_balance of a reservation': (meter) => Promise.resolve((key) => meter.reserve(11, 60, key)),
  reversal_exceeds_consumption: async (meter) => {
    const spent = await meter.consume(3)
    return (key) => meter.reverse(spent, 4, key)
  },
  consumption_not_found: (meter) =>
    Promise.resolve((key) => meter.reverse({ json: { id: 'con_99' } } as Answered, 1, key)),
  reservation_already_committed: async (meter) => {
    const held = await meter.reserve(3)
    await meter.commit(held)
    return (key) => meter.release(held, key)
  },
  commit_exceeds_reservation: async (meter) => {
    const held = await meter.reserve(3)
    return (key) => meter.commit(held, 4, key)
  },
}

describe('the same request with the same key', () => {
  it.each(Object.keys(ASKED))(
    'is answered byte for byte as the first time, and done once: %s',
    async (name) => {
      const meter = await aMeter(10)
      const again = await ASKED[name]?.(meter)
      const key = aKey()
      const first = await again?.(key)
      if (first === undefined || again === undefined) throw new Error('Nothing was asked')
      expect(first.headers.get('Idempotent-Replayed')).toBeNull()
      const recorded = await recordedOf(meter.userId)
      await meter.consume(1) // what has happened since does not change what was answered
      const before = await meter.balance()
      expectReplayed(await again(key), first)
      await evictDurableObject(env.USERS.getByName(meter.userId))
      expectReplayed(await again(key), first)
      expect(await meter.balance()).toEqual(before)
      expect((await recordedOf(meter.userId)).seqs).toHaveLength(recorded.seqs.length + 1)
    },
  )

  it('stays refused after more was granted, because the first answer may have been acted upon', async () => {
    const meter = await aMeter(10)
    const key = aKey()
    const first = await meter.consume(11, key)
    expectProblem(first, 409, 'insufficient_balance')
    await meter.grant(100)
    expectReplayed(await meter.consume(11, key), first)
    expect((await meter.consume(11)).status).toBe(201)
  })

  it('is done once, however many come at once', async () => {
    const meter = await aMeter(10)
    const key = aKey()
    const answers = await Promise.all(Array.from({ length: 20 }, () => meter.consume(1, key)))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(await meter.balance()).toEqual([10, 1, 0, 9])
  })
})

describe('another request with the same key', () => {
  it('is refused and does nothing: another amount, feature, time, target or operation', async () => {
    const meter = await aMeter(10)
    const spent = await meter.consume(1)
    const [held, other] = [await meter.reserve(2), await meter.reserve(2)]
    const key = aKey()
    await meter.consume(2, key)
    const before = await meter.balance()
    for (const answered of [
      await meter.consume(3, key),
      await meter.reserve(2, 60, key),
      await meter.reverse(spent, 1, key),
      await meter.commit(held, 1, key),
      await meter.release(held, key),
      await ask('POST', `${meter.path}/consumptions`, { body: { feature: 'x', amount: 2 }, headers: key }),
    ]) {
      expectProblem(answered, 422, 'idempotency_key_reused')
    }
    expect(await meter.balance()).toEqual(before)
    const releasing = aKey()
    await meter.release(held, releasing)
    expectProblem(await meter.release(other, releasing), 422, 'idempotency_key_reused')
    const reserving = aKey()
    await meter.reserve(1, 60, reserving)
    expectProblem(await meter.reserve(1, 61, reserving), 422, 'idempotency_key_reused')
  })

  it('is none where the whole is named or left out: only all that is left is another than a number', async () => {
    const meter = await aMeter(10)
    const key = aKey()
    const held = await meter.reserve(2)
    await meter.commit(held, undefined, key)
    expectProblem(await meter.commit(held, 2, key), 422, 'idempotency_key_reused')
  })
})
