import { waitUntil } from 'cloudflare:workers'
import { Hono } from 'hono'
import { answer } from './answer.ts'
import { insertEvent } from './insert-event.ts'
import type { Env, EventRow } from './env.ts'

/** Hono, the verification of a signature, and the insert of one row. */
export const webhookIgnored = new Hono<{ Bindings: Env }>().post('/webhooks/stripe', async (c) => {
  await received(c.req.raw, c.env, c.env.SAMPLES.ignoredEvent)
  return answer(c.env, 'webhook')
})

let applying = 0

/** The same, and after the answer an object that writes what the ledger writes. */
export const webhookApplied = new Hono<{ Bindings: Env }>()
  .post('/webhooks/stripe', async (c) => {
    const event = await received(c.req.raw, c.env, c.env.SAMPLES.renewalEvent)
    applying += 1
    waitUntil(renew(c.env, event).finally(() => (applying -= 1)))
    return answer(c.env, 'webhook')
  })
  // So that the time of the work after the answers can be counted.
  .get('/applying', (c) => c.json(applying))

interface StripeEvent {
  readonly id: string
  readonly data: { readonly object: { readonly id: string } }
}

async function renew({ OBJECTS }: Env, { data }: StripeEvent): Promise<void> {
  await OBJECTS.getByName(data.object.id.replace('sub_', '')).renew()
}

async function received(request: Request, env: Env, row: EventRow): Promise<StripeEvent> {
  const body = await request.text()
  if (!(await isSigned(request.headers.get('Stripe-Signature') ?? '', body, env.STRIPE_SECRET))) {
    throw new Error('Not signed by the secret')
  }
  const event = JSON.parse(body) as StripeEvent
  await insertEvent(env, row, event.id)
  return event
}

async function isSigned(signature: string, body: string, secret: string): Promise<boolean> {
  const [, signedAt = '', hex = ''] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(signature) ?? []
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['verify'])
  const presented = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  return crypto.subtle.verify('HMAC', key, presented, encoder.encode(`${signedAt}.${body}`))
}
