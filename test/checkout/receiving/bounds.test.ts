import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { unpackBody } from '../../../src/checkout/events/pack-body.ts'
import { eventById } from '../../../src/inbox/inbox-event.ts'
import { aUser } from '../../support/user.ts'
import { type Received, aShop, eventText, featuresOf, inInbox } from '../a-shop.ts'

const purchase = (shop: { name: string }, userId: string) => ({
  purchase_id: shop.name,
  user_id: userId,
  lines: [{ line_id: '1', product: `course-${shop.name}`, quantity: 1 }],
})

describe('a signed event', () => {
  it('that is nested deeper than anybody could write it again is kept as it came, and not read', async () => {
    const [shop, userId] = [aShop(), aUser()]
    await shop.map(`course-${shop.name}`, 'lessons')
    const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`
    const body = eventText('purchase.completed', purchase(shop, userId)).replace('{', `{"extra":${deep},`)
    const response = await shop.deliver(body)
    const { status, id, problem } = await response.json<Received>()
    expect([status, problem]).toEqual(['accepted', 'body: is nested too deep'])
    expect(await inInbox(id)).toMatchObject({
      state: 'quarantined',
      reason: 'malformed',
      flags: JSON.stringify([problem]),
    })
    const event = (await eventById(env.DB, id)) ?? expect.fail()
    expect(new TextDecoder().decode(await unpackBody(event.body ?? expect.fail()))).toBe(body)
    expect(await featuresOf(userId)).toEqual([])
  })

  it('that names a moment at the end of all time waits for somebody to look', async () => {
    const [shop, userId] = [aShop(), aUser()]
    await shop.map(`course-${shop.name}`, 'lessons')
    const { id } = await shop.send('subscription.changed', {
      subscription_id: shop.name,
      user_id: userId,
      version: 1,
      status: 'active',
      period: { starts_at: '2030-01-01T00:00:00Z', ends_at: '9999-12-31T23:59:59Z' },
      items: [{ item_id: '1', product: `course-${shop.name}`, quantity: 1 }],
    })
    expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'unknown_value' })
    expect(await featuresOf(userId)).toEqual([])
  })
})
