import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { processArrival, processEvent } from '../../../src/checkout/processing/process.ts'
import { receive } from '../../../src/checkout/receive.ts'
import { replay } from '../../../src/inbox/inbox-event.ts'
import { sha256 } from '../../../src/platform/sha256.ts'
import { ask } from '../../support/api.ts'
import { aUser } from '../../support/user.ts'
import { bytesOf, type Sender, senders, standardWebhooks, stripe } from '../signatures/senders.ts'
import { NOW, type Received, aShop, eventText, featuresOf, inInbox } from '../a-shop.ts'

interface Sent {
  readonly body: string
  readonly headers?: Record<string, string>
  readonly id?: string
}

async function deliver(sender: Sender, { body, headers = {}, id = crypto.randomUUID() }: Sent) {
  const signed = await sender.sign(bytesOf(body), { at: NOW, id })
  const pending: Promise<unknown>[] = []
  const { deps } = aShop()
  const request = new Request(`https://ledger.test/webhooks/${sender.provider}`, {
    method: 'POST',
    headers: { ...headers, ...Object.fromEntries(signed) },
    body: bytesOf(body),
  })
  const response = await receive(request, {
    ...deps,
    secrets: new Map([[sender.provider, [sender.secret]]]),
    waitUntil: (work) => pending.push(work),
    process: (event, atHand) => processArrival(deps, event, atHand),
    processAgain: (id) => processEvent(deps, id),
  })
  await Promise.all(pending)
  // Of a refusal the status is that of the answer, of a receipt what it says.
  return response.json<Received>()
}

/** Of each provider an event that says what it is, and nothing of what it should. */
const HOLLOW: Readonly<
  Record<string, { body: object; headers?: Record<string, string>; type: string; account?: string }>
> = {
  stripe: { body: { type: 'invoice.paid', account: 'acct_1' }, type: 'invoice.paid', account: 'acct_1' },
  paddle: { body: { event_type: 'transaction.completed' }, type: 'transaction.completed' },
  polar: { body: { type: 'order.paid' }, type: 'order.paid' },
  shopify: {
    body: {},
    headers: { 'X-Shopify-Topic': 'orders/paid', 'X-Shopify-Shop-Domain': 'a.myshopify.com' },
    type: 'orders/paid',
    account: 'a.myshopify.com',
  },
  lemonsqueezy: { body: { meta: { event_name: 'order_created' } }, type: 'order_created' },
  revenuecat: { body: { event: { type: 'RENEWAL' } }, type: 'RENEWAL' },
  'standard-webhooks': { body: { type: 'purchase.completed' }, type: 'purchase.completed' },
}

describe.each(senders)('A signed event of $provider that is malformed', (sender) => {
  const { body: hollow, headers = {}, type, account = '' } = HOLLOW[sender.provider] ?? expect.fail()

  it('is kept with its reason, its type and the moment of its arrival, and once when it comes again', async () => {
    const body = JSON.stringify({ ...hollow, nonce: crypto.randomUUID() })
    const sent = { body, headers, id: crypto.randomUUID() }
    const first = await deliver(sender, sent)
    expect(first).toMatchObject({ status: 'accepted', problem: expect.stringMatching(/^\S.*: /) })
    const hasId = ['polar', 'standard-webhooks'].includes(sender.provider)
    const eventId = hasId ? sent.id : `sha256:${await sha256(body)}`
    const kept = { type, account, eventId, mode: null, occurredAt: NOW, receivedAt: NOW, reason: 'malformed' }
    expect(await inInbox(first.id)).toMatchObject({
      ...kept,
      state: 'quarantined',
      flags: JSON.stringify([first.problem]),
      attempts: 0,
      nextAttemptAt: null,
    })
    const { problem, id } = first
    expect(await deliver(sender, sent)).toMatchObject({ status: 'duplicate', id, problem })
    const { deps } = aShop({ now: () => NOW })
    await processEvent(deps, id)
    expect(await inInbox(id)).toMatchObject({ ...kept, state: 'quarantined', deliveries: 2, versions: '[]' })
  })

  it.each(['null', '0', '"text"', '[]', '{}', `{"type":"${'x'.repeat(1001)}"}`, '{"type":7}'])(
    'is kept though it is only %s',
    async (json) => {
      // Spaces in front: the same body is the same event.
      const body = ' '.repeat(Number(crypto.getRandomValues(new Uint16Array(1))[0])) + json
      const { id } = await deliver(sender, { body })
      expect(await inInbox(id)).toMatchObject({ state: 'quarantined', reason: 'malformed', type: 'unknown' })
      await replay(env.DB, id, NOW)
      expect(await processEvent(aShop().deps, id)).toMatchObject({ state: 'quarantined' })
      expect(await inInbox(id)).toMatchObject({ reason: 'malformed' })
    },
  )

  it.each(['', '{', 'purchase', '{"a":1,}', '\0'])('is refused where %j is all of it', async (body) => {
    const count = () => env.DB.prepare('SELECT count(*) AS count FROM inbox').first('count')
    const before = await count()
    expect(await deliver(sender, { body })).toMatchObject({ status: 400, code: 'malformed_request' })
    expect(await count()).toBe(before)
  })
})

describe('An event of a shop of one’s own', () => {
  const purchase = (name: string, userId: string, quantity: unknown) =>
    eventText('purchase.completed', {
      purchase_id: name,
      user_id: userId,
      lines: [{ line_id: '1', product: `course-${name}`, quantity }],
    })

  it('tells its sender at once which field is wrong, and gives nothing', async () => {
    const [shop, user] = [aShop(), aUser()]
    await shop.map(`course-${shop.name}`, 'lessons')
    const answer = await deliver(standardWebhooks, { body: purchase(shop.name, user, 'two') })
    expect(answer.problem).toBe('data.lines.0.quantity: must be a number, not a text')
    expect(await featuresOf(user)).toEqual([])
    const { json } = await ask('GET', `/v4/inbox/${answer.id}`)
    expect(json).toMatchObject({
      reason: 'malformed',
      flags: [answer.problem],
      facts: null,
      body: { type: 'purchase.completed' },
    })
  })

  it('that was malformed is told its type, moment and mode, and applied, once the code can read it', async () => {
    const [shop, user] = [aShop(), aUser()]
    await shop.map(`course-${shop.name}`, 'lessons')
    const readable = purchase(shop.name, user, 1)
    const { id } = await deliver(standardWebhooks, { body: purchase(shop.name, user, 'one') })
    // What would be another reading of the same bytes after an update is here the same reading of other bytes.
    await env.DB.prepare('UPDATE inbox SET body = CAST(? AS BLOB) WHERE id = ?').bind(readable, id).run()
    await replay(env.DB, id, NOW)
    expect(await processEvent(shop.deps, id)).toMatchObject({ state: 'applied' })
    expect(await inInbox(id)).toMatchObject({
      type: 'purchase.completed',
      occurredAt: Date.parse('2030-01-01T11:00:00Z'),
      reason: null,
      flags: '[]',
      userId: user,
    })
    expect(await featuresOf(user)).toEqual(['lessons'])
  })

  it('that was malformed is held to its mode once it can be read', async () => {
    const [shop, user] = [aShop({ mode: 'live' }), aUser()]
    const { id } = await deliver(standardWebhooks, { body: purchase(shop.name, user, 'one') })
    const readable = JSON.stringify({ ...JSON.parse(purchase(shop.name, user, 1)) })
    const ofTest = readable.replace('"data":{', '"data":{"mode":"test",')
    await env.DB.prepare('UPDATE inbox SET body = CAST(? AS BLOB) WHERE id = ?').bind(ofTest, id).run()
    await replay(env.DB, id, NOW)
    expect(await processEvent(shop.deps, id)).toMatchObject({ state: 'quarantined' })
    expect(await inInbox(id)).toMatchObject({ mode: 'test', reason: 'mode', versions: '[]' })
  })

  it('that is nested too deep is shown as the text that came', async () => {
    const body = `{"type":"${crypto.randomUUID()}","deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
    const { id } = await deliver(standardWebhooks, { body })
    const { status, json } = await ask('GET', `/v4/inbox/${id}`)
    expect([status, json.reason, json.body]).toEqual([200, 'malformed', body])
  })
})

it('An event of an account that nobody could read is never processed as one of another account', async () => {
  const told = (account: unknown) =>
    JSON.stringify({
      id: 'evt_1',
      object: 'event',
      type: 'customer.created',
      created: 1,
      account,
      nonce: crypto.randomUUID(),
      data: { object: {} },
    })
  const { id } = await deliver(stripe, { body: told(7) })
  await env.DB.prepare('UPDATE inbox SET body = CAST(? AS BLOB) WHERE id = ?').bind(told('acct_1'), id).run()
  await replay(env.DB, id, NOW)
  expect(await processEvent(aShop().deps, id)).toMatchObject({ state: 'quarantined' })
  expect(await inInbox(id)).toMatchObject({
    account: '',
    reason: 'malformed',
    flags: '["account: is another than when it came"]',
  })
})
