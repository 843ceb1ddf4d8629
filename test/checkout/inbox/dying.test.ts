import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { processEvent } from '../../../src/checkout/process.ts'
import { verify } from '../../../src/ledger/verify.ts'
import { Dying } from '../../support/dying.ts'
import { recordedOf } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { aShop, featuresOf, inInbox } from './a-shop.ts'

/** More moments than an event has; the test fails if that is not so. */
const MOMENTS_MAX = 60

/** Lets the Worker die at one moment between the insert of an event and its settling, and then sweeps. */
async function dieAndSweep(moment: number) {
  const [shop, userId] = [aShop(), aUser()]
  await shop.map(`course-${shop.name}`, 'lessons')
  const lines = [{ line_id: '1', product: `course-${shop.name}`, quantity: 1 }]
  const purchase = { purchase_id: shop.name, user_id: userId, lines }
  const how = { id: crypto.randomUUID(), isProcessed: false }
  const { id } = await shop.send('purchase.completed', purchase, how)

  const dying = new Dying(moment)
  const deps = { ...shop.deps, d1: dying.d1(), ledgers: (user: string) => dying.ledger(user) }
  const state = await Promise.race([processEvent(deps, id), dying.death])

  await shop.send('purchase.completed', purchase, how) // the provider has heard nothing, and says it again
  shop.pass(10 * 60_000)
  await shop.sweep()
  await shop.sweep()
  return { died: state === 'died', userId, event: await inInbox(id) }
}

describe('a Worker that dies', () => {
  it('at any moment of processing an event leaves exactly one effect, once the sweep has come by', async () => {
    let moment = 0
    for (; moment < MOMENTS_MAX; moment += 1) {
      const { died, userId, event } = await dieAndSweep(moment)
      expect({ moment, state: event.state }).toEqual({ moment, state: 'applied' })
      expect({ moment, seqs: (await recordedOf(userId)).seqs }).toEqual({ moment, seqs: [1, 2] })
      expect(await featuresOf(userId)).toEqual(['lessons'])
      expect(await verify(env.DB, userId)).toMatchObject({ intact: true, version: 2 })
      if (!died) break
    }
    expect(moment).toBeGreaterThan(8) // reading, linking, claiming, settling, before and after each
    expect(moment).toBeLessThan(MOMENTS_MAX)
  })
})
