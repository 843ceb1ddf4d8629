import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { processEvent } from '../../../src/checkout/processing/process.ts'
import type { SweepDeps } from '../../../src/checkout/jobs/sweep.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { Dying } from '../../support/dying.ts'
import { recordedOf } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { aShop, featuresOf, inInbox } from '../a-shop.ts'

/** More moments than an event has; the test fails if that is not so. */
const MOMENTS_MAX = 60

/** What a Worker does of which it may die. */
type Work = (worker: SweepDeps, send: Send) => Promise<unknown>

type Send = (how?: { isProcessed?: boolean; by?: SweepDeps }) => Promise<{ id: string }>

/** Lets a Worker die at one moment of its work with an event, and then sweeps. */
async function dieAndSweep(work: Work, moment: number) {
  const [shop, userId] = [aShop(), aUser()]
  await shop.map(`course-${shop.name}`, 'lessons')
  const lines = [{ line_id: '1', product: `course-${shop.name}`, quantity: 1 }]
  const purchase = { purchase_id: shop.name, user_id: userId, lines }
  const eventId = crypto.randomUUID()
  const send: Send = (how) => shop.send('purchase.completed', purchase, { id: eventId, ...how })

  const dying = new Dying(moment)
  const worker = { ...shop.deps, d1: dying.d1(), ledgers: (user: string) => dying.ledger(user) }
  const ended = await Promise.race([work(worker, send), dying.death])

  const { id } = await send() // the provider may have heard nothing, and says it again
  shop.pass(10 * 60_000)
  await shop.sweep()
  await shop.sweep()
  return { died: ended === 'died', userId, event: await inInbox(id) }
}

describe('a Worker that dies', () => {
  it.each<[string, Work]>([
    ['taking in an event and processing it', (by, send) => send({ by })],
    [
      'processing an event that was left',
      async (worker, send) => processEvent(worker, (await send({ isProcessed: false })).id),
    ],
  ])('at any moment of %s leaves exactly one effect, once the sweep has come by', async (_name, work) => {
    let moment = 0
    for (; moment < MOMENTS_MAX; moment += 1) {
      const { died, userId, event } = await dieAndSweep(work, moment)
      expect({ moment, state: event.state }).toEqual({ moment, state: 'applied' })
      expect({ moment, seqs: (await recordedOf(userId)).seqs }).toEqual({ moment, seqs: [1, 2] })
      expect(await featuresOf(userId)).toEqual(['lessons'])
      expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 2 })
      if (!died) break
    }
    expect(moment).toBeGreaterThan(8) // taking in or up, linking, claiming, settling, before and after each
    expect(moment).toBeLessThan(MOMENTS_MAX)
  })
})
