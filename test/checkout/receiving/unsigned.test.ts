import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { receive } from '../../../src/checkout/receive.ts'
import { bytesOf, lemonsqueezy, type Sender, stripe } from '../signatures/senders.ts'
import { NOW, type Received } from '../a-shop.ts'

function receiving(sender: Sender, headers: Headers, body: Uint8Array | ReadableStream): Promise<Response> {
  const url = `https://ledger.test/webhooks/${sender.provider}`
  return receive(new Request(url, { method: 'POST', headers, body }), {
    d1: env.DB,
    secrets: new Map([[sender.provider, [sender.secret]]]),
    mode: 'test',
    now: () => NOW,
    waitUntil: () => undefined,
    process: () => Promise.resolve(),
    processAgain: () => Promise.resolve(),
  })
}

describe('a body', () => {
  it.each([
    ['missing', {}],
    ['malformed', { 'Stripe-Signature': 't=1' }],
    ['malformed', { 'Stripe-Signature': `t=${NOW / 1000}${`,v1=${'0'.repeat(64)}`.repeat(6)}` }],
    ['stale', { 'Stripe-Signature': `t=${NOW / 1000 - 301},v1=${'0'.repeat(64)}` }],
  ])('is not read where the signature is %s', async (verdict, headers) => {
    let isRead = false
    const body = new ReadableStream(
      {
        pull(controller) {
          isRead = true
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const response = await receiving(stripe, new Headers(headers), body)
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ detail: `The signature is ${verdict}` })
    expect(isRead).toBe(false)
  })
})

describe('a header that nobody signed', () => {
  it('makes no other event of the same', async () => {
    const attributes = { updated_at: '2030-01-01T00:00:00Z' }
    const meta = { event_name: 'order_created', test_mode: true }
    const body = bytesOf(JSON.stringify({ meta, data: { id: crypto.randomUUID(), attributes } }))
    const answers: Received[] = []
    for (const hash of [null, 'one', 'two']) {
      const headers = await lemonsqueezy.sign(body)
      if (hash !== null) headers.set('x-body-sha256', hash)
      answers.push(await (await receiving(lemonsqueezy, headers, body)).json<Received>())
    }
    expect(answers.map(({ status }) => status)).toEqual(['accepted', 'duplicate', 'duplicate'])
  })
})
