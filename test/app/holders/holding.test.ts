import { env } from 'cloudflare:workers'
import { evictDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { aKey, ask } from '../../support/api.ts'
import { recordedOf } from '../../support/ledger.ts'
import { expectProblem } from '../../support/problem.ts'
import { aUser } from '../../support/user.ts'
import { expectReplayed, numbersOf } from '../usage/a-meter.ts'
import { atOnce, seatsOf, someSeats } from './seats.ts'

describe('a seat', () => {
  it('is taken by a holder, listed, and free again once they let go of it', async () => {
    const seats = await someSeats(3)
    const taken = await seats.take('ann', { metadata: { role: 'admin' } })
    expect([taken.status, taken.json.id, taken.json.amount, taken.json.takes]).toEqual([201, 'con_2', 1, []])
    expect(numbersOf(taken.json.balance)).toEqual([3, 1, 0, 2])
    const { json } = await seats.get('holders')
    expect(json).toEqual({
      items: [
        {
          feature: seats.feature,
          holder: 'ann',
          amount: 1,
          consumptionId: 'con_2',
          since: taken.json.asOf,
          metadata: { role: 'admin' },
        },
      ],
      nextCursor: null,
    })
    const released = await seats.letGo('ann', { reason: 'left' })
    expect([
      released.status,
      released.json.consumptionId,
      released.json.amount,
      released.json.reversed,
    ]).toEqual([201, 'con_2', 1, 1])
    expect(await seats.balance()).toEqual([3, 0, 0, 3])
    expect(await seats.holders()).toEqual([])
    expectProblem(await seats.letGo('ann'), 404, 'holder_not_found')
    expect(await seats.verify()).toMatchObject({ intact: true })
  })

  it('is one for each holder: the same again is answered the first, and nothing but a receipt is recorded', async () => {
    const seats = await someSeats(3)
    const first = await seats.take('ann')
    await seats.take('bob')
    const again = await seats.take('ann')
    expect([again.status, again.json.id, again.json.amount]).toEqual([200, first.json.id, 1])
    expect(numbersOf(again.json.balance)).toEqual([3, 2, 0, 1])
    expect(again.json.version).toBe(3)
    const { seqs, keys } = await recordedOf(seats.userId)
    expect([seqs.length, keys.length]).toEqual([3, 4])
    await evictDurableObject(env.USERS.getByName(seats.userId))
    expect((await seats.take('ann')).json.id).toBe(first.json.id)
    expect(await seats.balance()).toEqual([3, 2, 0, 1])
  })

  it('is not given in another amount to who has one, and what they have is said', async () => {
    const seats = await someSeats(5)
    const { json } = await seats.take('ann', { amount: 2 })
    const refused = await seats.take('ann', { amount: 3 })
    expectProblem(refused, 409, 'holder_exists')
    expect([refused.json.holds, refused.json.consumptionId]).toEqual([2, json.id])
    expect(refused.text).not.toContain('ann')
  })

  it('is refused to one more, and is theirs once somebody has left', async () => {
    const seats = await someSeats(2)
    await seats.take('ann')
    await seats.take('bob')
    const refused = await seats.take('cid')
    expectProblem(refused, 409, 'insufficient_balance')
    expect([refused.json.reason, ...numbersOf(refused.json.balance)]).toEqual(['limit_reached', 2, 2, 0, 0])
    await seats.letGo('bob')
    expect((await seats.take('cid')).status).toBe(201)
    expect(await seats.holders()).toEqual([
      ['ann', 1],
      ['cid', 1],
    ])
  })

  it('is taken anew by who comes back with a new key, and with the old one replayed', async () => {
    const seats = await someSeats(2)
    const key = aKey()
    const first = await seats.take('ann', {}, key)
    await seats.letGo('ann')
    expectReplayed(await seats.take('ann', {}, key), first)
    expect(await seats.holders()).toEqual([])
    const anew = await seats.take('ann')
    expect(anew.status).toBe(201)
    expect(anew.json.id).not.toBe(first.json.id)
  })

  it('goes back in parts by its id, and as a whole by its holder', async () => {
    const seats = await someSeats(10)
    const { json } = await seats.take('ann', { amount: 5 })
    expect((await seats.reverse(json.id, 2)).json.reversed).toBe(2)
    expect(await seats.holders()).toEqual([['ann', 3]])
    // What is held is what it is compared with.
    expect((await seats.take('ann', { amount: 3 })).json.id).toBe(json.id)
    expectProblem(await seats.take('ann', { amount: 5 }), 409, 'holder_exists')
    expectProblem(await seats.reverse(json.id, 4), 409, 'reversal_exceeds_consumption')
    const released = await seats.letGo('ann')
    expect([released.json.amount, released.json.reversed]).toEqual([3, 5])
    const refused = await seats.reverse(json.id)
    expect([refused.json.code, refused.json.consumed, refused.json.reversed]).toEqual([
      'reversal_exceeds_consumption',
      5,
      5,
    ])
    expect(await seats.balance()).toEqual([10, 0, 0, 10])
    expect(await seats.verify()).toMatchObject({ intact: true })
  })

  it('needs a holder, of whom too much is refused with its path', async () => {
    const seats = await someSeats(3)
    expectProblem(
      await seats.post('consumptions', { feature: seats.feature, amount: 1 }),
      422,
      'holder_missing',
    )
    for (const [more, path, message] of [
      [{ holder: 'x'.repeat(201) }, 'body.holder', 'at most 200'],
      [{ holder: 'a\u0007b' }, 'body.holder', 'control character'],
      [{ holder: '' }, 'body.holder', 'empty'],
      [{ metadata: { text: 'x'.repeat(1100) } }, 'body.metadata', '1024 bytes'],
    ] as const) {
      const refused = await seats.take('ann', more)
      expectProblem(refused, 400, 'malformed_request')
      expect(refused.json.errors).toEqual([{ path, message: expect.stringContaining(message) }])
    }
    const without = await seats.post('consumptions', { feature: seats.feature })
    expect(without.json.errors).toEqual([{ path: 'body.amount', message: 'is missing' }])
  })

  it('is told in pages, and of the other feature nothing', async () => {
    const seats = await someSeats(10)
    for (const holder of ['a', 'b', 'c']) await seats.take(holder)
    const first = await seats.get(`holders?feature=${seats.feature}&limit=2`)
    expect(first.json.items.map(({ holder }: { holder: string }) => holder)).toEqual(['a', 'b'])
    const cursor = encodeURIComponent(first.json.nextCursor)
    const second = await seats.get(`holders?feature=${seats.feature}&limit=2&cursor=${cursor}`)
    expect(second.json.items.map(({ holder }: { holder: string }) => holder)).toEqual(['c'])
    expect(second.json.nextCursor).toBeNull()
    expect((await seats.get('holders?feature=another')).json.items).toEqual([])
    expectProblem(await seats.get(`holders?feature=another&cursor=${cursor}`), 400, 'malformed_request')
  })

  it('may be named where nothing is held: then it only says who', async () => {
    const seats = await someSeats(3)
    const plain = `plain-${crypto.randomUUID()}`
    await ask('PUT', `/v4/features/${plain}`, { body: { type: 'metered' } })
    await seats.post('entitlements', { feature: plain, amount: 10 })
    const [first, second] = [
      await seats.post('consumptions', { feature: plain, holder: 'ann' }),
      await seats.post('consumptions', { feature: plain, holder: 'ann' }),
    ]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(numbersOf(second.json.balance)).toEqual([10, 2, 0, 8])
    expectProblem(await seats.letGo('ann', { feature: plain }), 404, 'holder_not_found')
    const { json } = await seats.get('ledger?limit=1')
    expect(json.items[0].note).toEqual({ actor: expect.any(String), holder: 'ann' })
    expect(json.items[0].data.hasHolder).toBe(true)
  })
})

describe('five hundred seats', () => {
  it('are taken by five hundred of a thousand who come at once', { timeout: 60_000 }, async () => {
    const seats = await someSeats(500)
    const statuses = await atOnce(1000, (member, key) => seats.take(member, {}, key))
    expect([statuses.get(201), statuses.get(409)]).toEqual([500, 500])
    expect(await seats.balance()).toEqual([500, 500, 0, 0])
    const held = await env.DB.prepare('SELECT count(*) FROM holdings WHERE user_id = ?1')
      .bind(seats.userId)
      .raw()
    expect(held).toEqual([[500]])
    expect(await seats.verify()).toMatchObject({ intact: true })
  })
})

describe('a seat of several teams', () => {
  it('is of the first that has one free, and of none beside the one that the holder has', async () => {
    const first = await someSeats(1)
    const second = seatsOf(aUser(), first.feature)
    await second.grant(2)
    const take = (holder: string, amount?: number) =>
      ask('POST', '/v4/consumptions', {
        body: { anyOf: [first.userId, second.userId], feature: first.feature, holder, amount },
        headers: aKey(),
      })
    expect((await take('ann')).json.userId).toBe(first.userId)
    const again = await take('ann')
    expect([again.status, again.json.userId]).toEqual([200, first.userId])
    expectProblem(await take('ann', 2), 409, 'holder_exists')
    expect((await take('bob')).json.userId).toBe(second.userId)
    expect((await take('bob')).status).toBe(200)
    expect([await first.balance(), await second.balance()]).toEqual([
      [1, 1, 0, 0],
      [2, 1, 0, 1],
    ])
    for (const seats of [first, second]) expect(await seats.verify()).toMatchObject({ intact: true })
  })
})
