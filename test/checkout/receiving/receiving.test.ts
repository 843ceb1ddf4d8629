import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { packBody, unpackBody } from '../../../src/checkout/events/pack-body.ts'
import { bodyOf } from '../../../src/checkout/events/read-event.ts'
import { receive } from '../../../src/checkout/receive.ts'
import { eventById } from '../../../src/inbox/inbox-event.ts'
import { recordedOf } from '../../support/ledger.ts'
import { aBrokenD1 } from '../../support/isolate.ts'
import { aUser } from '../../support/user.ts'
import { type Received, aShop, eventText, featuresOf, inInbox } from '../a-shop.ts'

function purchase(shop: { name: string }, userId: string, says: object = {}) {
  return {
    purchase_id: shop.name,
    user_id: userId,
    lines: [{ line_id: '1', product: `course-${shop.name}`, quantity: 1 }],
    ...says,
  }
}

/** A secret that tells of itself when anybody uses it. */
function revealing(): string {
  return {
    trim: () => {
      throw new Error('s3cret')
    },
  } as unknown as string
}

/** With a byte that no UTF-8 has. */
function latin1(text: string): Uint8Array {
  return new Uint8Array([...new TextEncoder().encode(text), 0xfc])
}

describe('a webhook', () => {
  it('is taken in, answered and processed, and a second delivery is only counted', async () => {
    const [shop, user] = [aShop(), aUser()]
    await shop.map(`course-${shop.name}`, 'lessons')
    const first = await shop.send('purchase.completed', purchase(shop, user), { id: 'msg-a' + shop.name })
    const second = await shop.send('purchase.completed', purchase(shop, user), { id: 'msg-a' + shop.name })
    expect(first.status).toBe('accepted')
    expect(second).toEqual({ status: 'duplicate', id: first.id })
    expect(await inInbox(first.id)).toMatchObject({
      state: 'applied',
      deliveries: 2,
      versions: '[1,2]',
      userId: user,
    })
    expect(await featuresOf(user)).toEqual(['lessons'])
  })

  it.each(['jane+news@example.com', 'gid://shopify/Customer/1', "github|o'brien", 'AbC+/=', '%41'])(
    'may name any user that the API may: %s',
    async (user) => {
      const shop = aShop()
      const userId = `${shop.name}${user}`
      await shop.map(`course-${shop.name}`, 'lessons')
      const { id } = await shop.send('purchase.completed', purchase(shop, userId))
      expect(await inInbox(id)).toMatchObject({ state: 'applied', userId })
      expect(await featuresOf(userId)).toEqual(['lessons'])
    },
  )

  it('keeps no header that opens a door', async () => {
    const [shop, user] = [aShop(), aUser()]
    const { id } = await shop.send('purchase.completed', purchase(shop, user))
    const row = await env.DB.prepare('SELECT headers FROM inbox WHERE id = ?').bind(id).first('headers')
    expect(row).toContain('webhook-id')
    expect(row).not.toMatch(/authorization|signature/)
  })

  it('has one effect when it is delivered fifty times at once', async () => {
    const [shop, user] = [aShop(), aUser()]
    await shop.map(`course-${shop.name}`, 'lessons')
    const id = crypto.randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => shop.send('purchase.completed', purchase(shop, user), { id })),
    )
    await shop.sweep()
    expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(1)
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1)
    // What the source is known by, and what it gives.
    expect((await recordedOf(user)).seqs).toEqual([1, 2])
    expect(await inInbox(answers[0]?.id ?? '')).toMatchObject({ state: 'applied', deliveries: 50 })
  })

  it('that says the same in other bytes is the same event, as when a provider counts its deliveries in it', async () => {
    const [shop, user] = [aShop(), aUser()]
    const id = crypto.randomUUID()
    const told = eventText('purchase.completed', purchase(shop, user))
    const again = JSON.stringify(JSON.parse(told), null, 2)
    const answers = [await shop.deliver(told, { id }), await shop.deliver(again, { id })]
    const statuses = await Promise.all(answers.map((answer) => answer.json<Received>()))
    expect(statuses.map(({ status }) => status)).toEqual(['accepted', 'duplicate'])
  })

  it('with the id of another is kept as a conflict and not applied', async () => {
    const [shop, user, other] = [aShop(), aUser(), aUser()]
    await shop.map(`course-${shop.name}`, 'lessons')
    const id = crypto.randomUUID()
    const first = await shop.send('purchase.completed', purchase(shop, user), { id })
    const second = await shop.send('purchase.completed', purchase(shop, other), { id })
    expect(second).toEqual({ status: 'conflict', id: first.id })
    const { conflicts } = await inInbox(first.id)
    expect(JSON.parse(conflicts)).toHaveLength(1)
    expect(await featuresOf(other)).toEqual([])
  })

  it('is refused when it is not signed, no JSON, too large, of nobody, or cannot be kept', async () => {
    const shop = aShop()
    const to = (provider: string, body = '{}', headers: Record<string, string> = {}, d1 = env.DB) =>
      receive(new Request(`https://ledger.test/webhooks/${provider}`, { method: 'POST', body, headers }), {
        ...shop.deps,
        d1,
        secrets: new Map([['revenuecat', ['s3cret']]]),
        waitUntil: () => undefined,
        process: () => Promise.resolve(),
        processAgain: () => Promise.resolve(),
      })
    const code = async (answer: Promise<Response>) => {
      const response = await answer
      return [response.status, (await response.json<{ code: string }>()).code]
    }
    const known = { Authorization: 's3cret' }
    expect(await code(to('revenuecat'))).toEqual([401, 'signature_invalid'])
    expect(await code(to('revenuecat', '{', known))).toEqual([400, 'malformed_request'])
    expect(await code(to('revenuecat', 'x'.repeat(2 * 1024 * 1024 + 1), known))).toEqual([413, 'too_large'])
    expect(await code(to('stripe'))).toEqual([404, 'not_found'])
    expect(await code(to('nobody'))).toEqual([404, 'not_found'])
    const event = { id: 'e', type: 'TEST', event_timestamp_ms: 1, app_user_id: 'u', environment: 'SANDBOX' }
    const broken = aBrokenD1('D1_ERROR: Network connection lost.') as unknown as D1Database
    const body = JSON.stringify({ api_version: '1.0', event })
    expect(await code(to('revenuecat', body, known, broken))).toEqual([503, 'ledger_unavailable'])
  })

  it('that meets what nobody expected is answered with the id under which that is logged, and nothing else', async () => {
    const shop = aShop()
    const secrets = { get: () => [revealing()] } as unknown as Map<string, readonly string[]>
    const request = new Request('https://ledger.test/webhooks/lemonsqueezy', {
      method: 'POST',
      body: '{}',
      headers: { 'X-Signature': '0'.repeat(64) },
    })
    const response = await receive(request, {
      ...shop.deps,
      secrets,
      waitUntil: () => undefined,
      process: () => Promise.resolve(),
      processAgain: () => Promise.resolve(),
    })
    expect(response.status).toBe(500)
    const problem = await response.json()
    expect(problem).toMatchObject({
      code: 'internal_error',
      requestId: response.headers.get('X-Request-Id'),
    })
    expect(JSON.stringify(problem)).not.toContain('s3cret')
  })

  it('comes back as the bytes that came, be it small or large or not quite UTF-8', async () => {
    const shop = aShop()
    const encoder = new TextEncoder()
    for (const note of ['ü', 'x'.repeat(10_000), '\uFEFF', '\uFFFD']) {
      const text = eventText('shop.opened', { note })
      const sent = [encoder.encode(text), encoder.encode(`\uFEFF${text}`), latin1(text)]
      for (const bytes of sent) {
        const kept = await env.DB.prepare('SELECT CAST(? AS BLOB) AS body')
          .bind((await packBody(bytes)) ?? expect.fail())
          .first<{
            body: number[]
          }>()
        expect(await unpackBody(new Uint8Array(kept?.body ?? []))).toEqual(bytes)
      }
      const { id } = await shop.send('shop.opened', { note })
      expect(await bodyOf((await eventById(env.DB, id)) ?? expect.fail())).toMatchObject({ data: { note } })
    }
  })

  it('of the other mode is quarantined and does nothing', async () => {
    const [shop, user] = [aShop({ mode: 'live' }), aUser()]
    await shop.map(`course-${shop.name}`, 'lessons')
    const { id } = await shop.send('purchase.completed', purchase(shop, user, { mode: 'test' }))
    expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'mode', nextAttemptAt: null })
    expect(await featuresOf(user)).toEqual([])
  })

  it('that nobody knows is ignored', async () => {
    const shop = aShop()
    const response = await shop.deliver(eventText('shop.opened', {}))
    const { id } = await response.json<Received>()
    expect(await inInbox(id)).toMatchObject({ state: 'ignored', versions: '[]' })
  })
})
