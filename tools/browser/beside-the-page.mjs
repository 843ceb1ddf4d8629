import { createHmac } from 'node:crypto'

/** What no page can send: an event as a shop of one's own signs it (Standard Webhooks). */
export async function deliver({ url }, secret, { path, body }) {
  const text = JSON.stringify(body)
  const at = String(Math.floor(Date.now() / 1000))
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', key).update(`msg_1001.${at}.${text}`).digest('base64')
  const headers = {
    'Content-Type': 'application/json',
    'webhook-id': 'msg_1001',
    'webhook-timestamp': at,
    'webhook-signature': `v1,${signature}`,
  }
  await succeeding(fetch(`${url}/webhooks/${path.provider}`, { method: 'POST', headers, body: text }))
}

/** The reservation that the example of releasing one names is another than that of committing one. */
export async function reserveAnother({ url, token }, { path, body }) {
  const headers = {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    'Idempotency-Key': 'render-2',
  }
  const address = `${url}/v4/users/${path.userId}/reservations`
  await succeeding(fetch(address, { method: 'POST', headers, body: JSON.stringify(body) }))
}

async function succeeding(asked) {
  const answer = await asked
  if (!answer.ok) throw new Error(`${answer.url} answers ${answer.status}: ${await answer.text()}`)
}
