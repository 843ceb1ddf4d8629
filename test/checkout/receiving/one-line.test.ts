import { describe, expect, it } from 'vitest'
import { aUser } from '../../support/user.ts'
import { gatherTheLog, loggedDuring } from '../../support/logged.ts'
import { aShop } from '../a-shop.ts'

gatherTheLog()

describe('the log of a webhook', () => {
  it('has one line of what is processed, under the id of its delivery and its own, and one of a delivery again', async () => {
    const [shop, user] = [aShop(), aUser()]
    await shop.map(`course-${shop.name}`, 'lessons')
    const data = {
      purchase_id: shop.name,
      user_id: user,
      lines: [{ line_id: '1', product: `course-${shop.name}`, quantity: 1 }],
    }
    const id = `msg-${shop.name}`
    const logged = await loggedDuring(() => shop.send('purchase.completed', data, { id }))
    expect(logged).toEqual([
      expect.objectContaining({
        event: 'inbox_event',
        state: 'applied',
        requestId: expect.stringMatching(/^req_\S+ inb_\S+$/),
      }),
    ])
    const again = await loggedDuring(() => shop.send('purchase.completed', data, { id }))
    expect(again).toEqual([
      expect.objectContaining({
        event: 'webhook',
        status: 200,
        receipt: 'duplicate',
        id: expect.stringMatching(/^inb_/),
        requestId: expect.stringMatching(/^req_\S+$/),
      }),
    ])
  })

  it('has few lines of deliveries that bring nothing, however many are made, and each of one that contradicts another', async () => {
    const shop = aShop()
    const id = `msg-${shop.name}`
    const sent = (price: number) => shop.send('price.changed', { price }, { id })
    const quiet = await loggedDuring(async () => {
      for (let delivery = 0; delivery < 15; delivery += 1) await sent(1)
    })
    expect(new Set(quiet.map(({ event }) => event))).toEqual(new Set(['webhook']))
    expect(quiet.length).toBeLessThanOrEqual(10)
    expect(await loggedDuring(() => sent(2))).toEqual([
      expect.objectContaining({ event: 'webhook', receipt: 'conflict' }),
    ])
  })
})
