import { waitUntil } from 'cloudflare:workers'
import { Hono } from 'hono'
import { answer } from './answer.ts'
import type { Env } from './env.ts'
import { insertDueEvent, insertEvent } from './insert-event.ts'

/** Hono, the verification of a signature, and the insert of one row. */
export const webhookIgnored = new Hono<{ Bindings: Env }>().post('/webhooks/stripe', async (c) => {
  const { id } = await received(c.req.raw, c.env)
  await insertEvent(c.env, c.env.SAMPLES.ignoredEvent, id)
  return answer(c.env, 'webhook')
})

let applying = 0

/** The same, and after the answer an object that writes what the ledger writes. */
export const webhookApplied = new Hono<{ Bindings: Env }>()
  .post('/webhooks/stripe', async (c) => {
    const { id, data } = await received(c.req.raw, c.env)
    const purchaseId = data.object.id
    const inboxId = await insertDueEvent(c.env, c.env.SAMPLES.renewalEvent, { id, purchaseId })
    applying += 1
    const object = c.env.OBJECTS.getByName(purchaseId.replace('sub_', ''))
    waitUntil(Promise.resolve(object.renew(inboxId)).finally(() => (applying -= 1)))
    return answer(c.env, 'webhook')
  })
  // So that the time of the work after the answers can be counted.
  .get('/applying', (c) => c.json(applying))

interface StripeEvent {
  readonly id: string
  readonly data: { readonly object: { readonly id: string } }
}

async function received(request: Request, env: Env): Promise<StripeEvent> {
  const body = await request.text()
  if (!(await isSigned(request.headers.get('Stripe-Signature') ?? '', body, env.STRIPE_SECRET))) {
    throw new Error('Not signed by the secret')
  }
  return JSON.parse(body) as StripeEvent
}

async function isSigned(signature: string, body: string, secret: string): Promise<boolean> {
  const [, signedAt = '', hex = ''] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(signature) ?? []
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['verify'])
  const presented = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  return crypto.subtle.verify('HMAC', key, presented, encoder.encode(`${signedAt}.${body}`))
}
