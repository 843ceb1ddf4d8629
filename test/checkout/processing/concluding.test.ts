import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { SweepDeps } from '../../../src/checkout/jobs/sweep.ts'
import { processEvent } from '../../../src/checkout/processing/process.ts'
import { replay } from '../../../src/inbox/inbox-event.ts'
import { wakeForProduct } from '../../../src/inbox/waits.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import type { Submission } from '../../../src/ledger/submission.ts'
import { Dying } from '../../support/dying.ts'
import { type Fault, FaultyD1 } from '../../support/faulty-d1.ts'
import { recordedOf, withinObject } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { type Received, type Sending, inInbox } from '../a-shop.ts'
import { type Shop, aShopThatSells, customerOf, link, productOf, subscribe } from '../a-trade.ts'

const MONTH_MS = 30 * 86_400_000
const TEN_MINUTES_MS = 10 * 60_000

/** More moments than an event has; the test fails if that is not so. */
const MOMENTS_MAX = 60

/** The entries of a renewal: what was told, and the right that it gives for longer. */
function renewalAfter(version: number): readonly number[] {
  return [version + 1, version + 2]
}

/** A shop with one subscriber, who is in the first month. */
async function aSubscriber() {
  const [shop, userId] = [await aShopThatSells(), aUser()]
  await link(shop, userId)
  await subscribe(shop)
  return { shop, userId, before: (await recordedOf(userId)).seqs.length }
}

/** Another version of the subscription, of which each ends a month later. */
function renew(shop: Shop, version: number, how: Sending = {}, product = productOf(shop)): Promise<Received> {
  const startsAt = Date.parse('2030-01-01T00:00:00Z') + version * MONTH_MS
  const period = {
    starts_at: new Date(startsAt).toISOString(),
    ends_at: new Date(startsAt + MONTH_MS).toISOString(),
  }
  const items = [{ item_id: '1', product, quantity: 1 }]
  const subscription = { subscription_id: shop.name, customer: customerOf(shop), status: 'active' }
  return shop.send('subscription.changed', { ...subscription, version, period, items }, how)
}

/** The objects of the version before, which know of no event. */
const ledgersOfBefore: SweepDeps['ledgers'] = (userId) => {
  const ledger = env.USERS.getByName(userId)
  return {
    submit: ({ event: _event, ...submission }: Submission) => ledger.submit(submission),
    snapshot: (copy) => ledger.snapshot(copy),
  }
}

/** A shop’s Worker whose batches are counted. */
function counting(shop: Shop, ledgers = shop.deps.ledgers) {
  let batches = 0
  const d1 = new Proxy(env.DB, {
    get(target, property) {
      if (property === 'batch') batches += 1
      const value: unknown = Reflect.get(target, property)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { by: { ...shop.deps, d1, ledgers }, batches: () => batches }
}

/** What became of an event, whosever it is. */
async function endOf(id: string) {
  const { state, reason, flags, versions, attempts, replays, nextAttemptAt } = await inInbox(id)
  return { state, reason, flags, versions, attempts, replays, nextAttemptAt }
}

describe('an event of one purchase whose owner is known', () => {
  it.each([
    ['a renewal', { state: 'applied', version: 2, product: undefined, batches: 1 }],
    ['what is older than what is known', { state: 'superseded', version: 0, product: undefined, batches: 1 }],
    ['what nobody has mapped', { state: 'quarantined', version: 2, product: 'unmapped', batches: 2 }],
  ])('is concluded by the ledger, where nothing is left to do: %s', async (_what, told) => {
    const { shop, userId } = await aSubscriber()
    const worker = counting(shop)
    const { id } = await renew(shop, told.version, worker, told.product)
    expect(await inInbox(id)).toMatchObject({ state: told.state, userId })
    expect(worker.batches()).toBe(told.batches)

    const { shop: other } = await aSubscriber()
    const workerOfBefore = counting(other, ledgersOfBefore)
    const { id: idOfBefore } = await renew(other, told.version, workerOfBefore, told.product)
    expect(await endOf(id)).toEqual(await endOf(idOfBefore))
    expect(workerOfBefore.batches()).toBe(2)
  })

  it('of which many come at once is concluded each by what came of it', async () => {
    const { shop, userId, before } = await aSubscriber()
    const sent = await Promise.all(Array.from({ length: 20 }, (_, index) => renew(shop, index + 2)))
    const ends = await Promise.all(sent.map(({ id }) => endOf(id)))
    const versions = ends.flatMap((end) => JSON.parse(end.versions) as number[])
    const { seqs } = await recordedOf(userId)
    expect(versions.toSorted((a, b) => a - b)).toEqual(seqs.slice(before))
    expect(ends.map(({ state }) => state)).toEqual(
      ends.map((end) => (end.versions === '[]' ? 'superseded' : 'applied')),
    )
  })
})

describe('an event that waited, and whose owner is known since', () => {
  /** One that is due, as what it waited for has come, and still waits for something else. */
  async function aWokenEvent() {
    const { shop, userId } = await aSubscriber()
    const ref = `late-${shop.name}`
    const { id } = await renew(shop, 2, {}, ref)
    await env.DB.prepare("INSERT INTO inbox_waits VALUES ('standard-webhooks', '', 'ref:other', ?)")
      .bind(id)
      .run()
    await shop.map(ref, 'lessons')
    await wakeForProduct(env.DB, { provider: 'standard-webhooks', ref }, shop.deps.now())
    return { shop, userId, id }
  }

  const waitsOf = async (id: string) =>
    (await env.DB.prepare('SELECT key FROM inbox_waits WHERE inbox_id = ?').bind(id).all()).results.length

  it('is concluded by the ledger, and waits for nothing any more', async () => {
    const { shop, userId, id } = await aWokenEvent()
    const worker = counting(shop)
    await processEvent(worker.by, id)
    expect(await inInbox(id)).toMatchObject({ state: 'applied', reason: null, userId, nextAttemptAt: null })
    expect([worker.batches(), await waitsOf(id)]).toEqual([0, 0])
  })

  it('keeps what it waits for where it was replayed meanwhile', async () => {
    const { shop, userId, id } = await aWokenEvent()
    const d1 = new FaultyD1(env.DB)
    d1.beforeAppend = async () => void (await replay(env.DB, id, shop.deps.now()))
    await withinObject(userId, async (make) => {
      const ledger = make({ DB: d1.db })
      await processEvent({ ...shop.deps, ledgers: () => ledger }, id)
    })
    expect([(await endOf(id)).state, await waitsOf(id)]).toEqual(['received', 1])
  })
})

describe('an event is concluded with its facts, and never without them', () => {
  it.each<[string, readonly Fault[]]>([
    ['lost on its way', ['lost on the way']],
    ['lost each time that it is sent', ['lost on the way', 'lost on the way', 'lost on the way']],
    ['recorded, and nobody hears of it', ['reply lost']],
    ['recorded late', ['late', 'late', 'late']],
    ['refused for want of room', ['full']],
  ])('where the batch is %s', async (_how, faults) => {
    const { shop, userId, before } = await aSubscriber()
    const d1 = new FaultyD1(env.DB)
    const expectBothOrNone = async (id: string) => {
      const { state, nextAttemptAt } = await inInbox(id)
      const isRecorded = (await recordedOf(userId)).seqs.length > before
      expect([state === 'applied', nextAttemptAt === null]).toEqual([isRecorded, isRecorded])
    }
    const { id } = await withinObject(userId, (make) => {
      const ledger = make({ DB: d1.db })
      d1.faults.push(...faults)
      return renew(shop, 2, { by: { ...shop.deps, ledgers: () => ledger } })
    })
    await expectBothOrNone(id)
    await d1.arriveLate()
    await expectBothOrNone(id)
    shop.pass(TEN_MINUTES_MS)
    await shop.sweep()
    expect(await endOf(id)).toMatchObject({
      state: 'applied',
      versions: JSON.stringify(renewalAfter(before)),
    })
    expect((await recordedOf(userId)).seqs.slice(before)).toEqual(renewalAfter(before))
  })

  it('unless it was replayed meanwhile: then it is processed once more', async () => {
    const { shop, userId, before } = await aSubscriber()
    const d1 = new FaultyD1(env.DB)
    const eventId = crypto.randomUUID()
    d1.beforeAppend = async () => {
      const id = await env.DB.prepare('SELECT id FROM inbox WHERE event_id = ?').bind(eventId).first('id')
      await replay(env.DB, String(id), shop.deps.now())
    }
    const { id } = await withinObject(userId, (make) => {
      const ledger = make({ DB: d1.db })
      return renew(shop, 2, { id: eventId, by: { ...shop.deps, ledgers: () => ledger } })
    })
    expect(await endOf(id)).toMatchObject({ state: 'received', replays: 1, nextAttemptAt: shop.deps.now() })
    await shop.sweep()
    expect(await endOf(id)).toMatchObject({ state: 'superseded', replays: 1, nextAttemptAt: null })
    expect((await recordedOf(userId)).seqs.slice(before)).toEqual(renewalAfter(before))
  })

  it.each<[string, (dying: Dying, shop: Shop, userId: string, send: Send) => Promise<unknown>]>([
    [
      'the Worker',
      (dying, shop, _userId, send) =>
        send({ ...shop.deps, d1: dying.d1(), ledgers: (user) => dying.ledger(user) }),
    ],
    [
      'the user’s object',
      (dying, shop, userId, send) =>
        withinObject(userId, (make, state) => {
          const ledger = dying.object(state, make)
          return Promise.race([send({ ...shop.deps, ledgers: () => ledger }), dying.death])
        }),
    ],
  ])('whenever %s dies', async (_who, work) => {
    let moment = 0
    for (; moment < MOMENTS_MAX; moment += 1) {
      const { shop, userId, before } = await aSubscriber()
      const eventId = crypto.randomUUID()
      const dying = new Dying(moment)
      const send: Send = (by) => renew(shop, 2, { id: eventId, by })
      const ended = await Promise.race([work(dying, shop, userId, send), dying.death])
      const { id } = await send(shop.deps) // the provider may have heard nothing, and says it again
      shop.pass(TEN_MINUTES_MS)
      await shop.sweep()
      const end = { moment, ...(await endOf(id)) }
      expect(end).toMatchObject({ moment, state: 'applied', versions: JSON.stringify(renewalAfter(before)) })
      expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: before + 2 })
      if (ended !== 'died') break
    }
    expect(moment).toBeGreaterThan(3)
    expect(moment).toBeLessThan(MOMENTS_MAX)
  })
})

type Send = (by: SweepDeps) => Promise<Received>
