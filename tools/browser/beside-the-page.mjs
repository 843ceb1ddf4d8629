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

/** The seat that the example of letting go of one names: the page creates no feature but the one of its example. */
export async function takeASeat({ url, token }, { userId, feature, holder }) {
  const send = (method, path, body) =>
    succeeding(
      fetch(`${url}/v4/${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          ...(method === 'POST' ? { 'Idempotency-Key': path } : {}),
        },
        body: JSON.stringify(body),
      }),
    )
  await send('PUT', `features/${feature}`, { type: 'metered', held: true })
  await send('POST', `users/${userId}/entitlements`, { feature, amount: 5 })
  await send('POST', `users/${userId}/consumptions`, { feature, holder })
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
