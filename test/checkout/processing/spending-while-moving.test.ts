import { describe, expect, it } from 'vitest'
import { Dying } from '../../support/dying.ts'
import { stopTheClock } from '../../support/clock.ts'
import { IS_WHOLE } from '../../support/whole.ts'
import { GIVEN, WAYS, type Way, aMovingShop } from '../a-moving-shop.ts'

stopTheClock()

/** More moments than a move has; the test fails if that is not so. */
const MOMENTS_MAX = 60

type MovingShop = Awaited<ReturnType<typeof aMovingShop>>

interface Begun {
  readonly consumption: number
  readonly reservation: number
}

/** What both users do at one moment of a move: how much more of the purchase is spent by what was answered with success. */
type Deed = (shop: MovingShop, begun: Begun) => Promise<number>

const consume: Deed = async (shop) => {
  let spent = 0
  for (const userId of [shop.from, shop.to]) {
    const { status } = await shop.consume(userId, 90 - CONSUMED)
    if (status === 201) spent += 90 - CONSUMED
  }
  return spent
}

const reserveAndCommit: Deed = async (shop) => {
  let spent = 0
  for (const userId of [shop.from, shop.to]) {
    const { status, body } = await shop.reserve(userId, 65)
    if (status !== 201) continue
    const committed = await shop.submit(userId, {
      type: 'commit_reservation',
      reservation: body.version,
      amount: null,
    })
    if (committed.status === 201) spent += 65
  }
  return spent
}

const reserve: Deed = async (shop) => {
  const held = []
  for (const userId of [shop.from, shop.to]) held.push((await shop.reserve(userId, 65)).status)
  expect(held.filter((status) => status === 201).length).toBeLessThanOrEqual(1)
  return 0
}

const commit: Deed = async (shop, { reservation }) => {
  const { status, body } = await shop.submit(shop.from, {
    type: 'commit_reservation',
    reservation,
    amount: null,
  })
  expect([201, 409]).toContain(status)
  if (status === 409) expect(body.code).toBe('reservation_moved')
  return status === 201 ? HELD : 0
}

const release: Deed = async (shop, { reservation }) => {
  const { status, body } = await shop.submit(shop.from, { type: 'release_reservation', reservation })
  if (status !== 200) expect(body.code).toBe('reservation_moved')
  return 0
}

const reverse: Deed = async (shop, { consumption }) => {
  const { status, body } = await shop.submit(shop.from, {
    type: 'reverse_consumption',
    consumption,
    amount: null,
  })
  if (status !== 201) expect(body.code).toBe('consumption_moved')
  return status === 201 ? -CONSUMED : 0
}

const DEEDS = { consume, reserve, 'reserve and commit': reserveAndCommit, commit, release, reverse } as const

const CONSUMED = 10
const HELD = 20

/** A move at one moment of which something is done, and of which its Worker dies then or goes on. */
async function moveMeanwhile(way: Way, moment: number, deed: Deed, end: 'dies' | 'goes on') {
  const shop = await aMovingShop(way)
  const consumed = await shop.consume(shop.from, CONSUMED)
  const reserved = await shop.reserve(shop.from, HELD)
  await shop.prepare()
  const begun = { consumption: consumed.body.version, reservation: reserved.body.version }
  let spent = CONSUMED
  let isReached = false
  const dying = new Dying(moment, async () => {
    isReached = true
    spent += await deed(shop, begun)
    return end
  })
  const by = { ...shop.deps, d1: dying.d1(), ledgers: (user: string) => dying.ledger(user) }
  await Promise.race([shop.move(by), dying.death])
  await shop.rest()
  // Whoever dies before the word is written has said nothing.
  if (end === 'dies') await shop.move()
  await shop.rest()
  return { shop, spent, isReached }
}

/** Every deed at every moment of the plainest way; by the other ways, spending. Usually at every sixth moment. */
function deedsOf(way: Way) {
  const spending = { name: 'consume', deed: consume }
  const step = IS_WHOLE ? 1 : 6
  if (way !== 'PUT /v4/purchases') return [{ ...spending, end: 'goes on' as const, step }]
  const all = Object.entries(DEEDS).map(([name, deed]) => {
    return { name, deed, end: 'goes on' as const, step }
  })
  return [...all, { ...spending, end: 'dies' as const, step }]
}

describe.each(WAYS)('a move by %s', (way) => {
  it.each(deedsOf(way))(
    'spends nothing twice and loses nothing, whenever it is met by: $name, and $end',
    { timeout: 300_000 },
    async ({ deed, end, step }) => {
      let moment = 0
      for (; moment < MOMENTS_MAX; moment += step) {
        const { shop, spent, isReached } = await moveMeanwhile(way, moment, deed, end)
        const [old, now] = [await shop.balance(shop.from), await shop.balance(shop.to)]
        const right = { granted: GIVEN, used: spent, reserved: 0, remaining: GIVEN - spent }
        expect({ moment, old: old.granted, now }).toEqual({ moment, old: 0, now: right })
        expect((await shop.consume(shop.from, 1)).status).toBe(409)
        expect((await shop.consume(shop.to, GIVEN - spent + 1)).status).toBe(409)
        expect(await shop.onItsWay()).toEqual([])
        expect(await shop.areIntact()).toBe(true)
        if (!isReached) break
      }
      expect(moment).toBeGreaterThan(8)
      expect(moment).toBeLessThan(MOMENTS_MAX)
    },
  )

  it('of what is wholly held refuses the commit at the old user, and the use at the new until it lapses', async () => {
    const shop = await aMovingShop(way)
    const { body } = await shop.reserve(shop.from, GIVEN)
    await shop.prepare()
    await shop.move()
    const command = { type: 'commit_reservation', reservation: body.version, amount: null } as const
    expect(await shop.submit(shop.from, command)).toMatchObject({
      status: 409,
      body: { code: 'reservation_moved' },
    })
    expect((await shop.consume(shop.to, GIVEN)).status).toBe(409)
    await shop.rest()
    expect((await shop.consume(shop.to, GIVEN + 1)).status).toBe(409)
    expect((await shop.consume(shop.to, GIVEN)).status).toBe(201)
  })
})
