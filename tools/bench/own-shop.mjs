import { Webhook } from 'standardwebhooks'
import { sent } from './requests.mjs'
import { send } from './shop.mjs'

/** What a shop of one's own signs with. */
export const OWN_SHOP_SECRET = `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64')}`

/** Maps a product of the shop to one that is called as it is, and gives these features. */
export function map(port, id, features) {
  const references = [{ provider: 'standard-webhooks', ref: id }]
  const body = { name: id, features: features.map((feature) => ({ feature })), references }
  return send(port, sent('PUT', `/v4/products/${id}`, body))
}

/** A delivery of a purchase that names its user, who is called as it is. */
export function purchase(name, product) {
  const [id, at] = [`msg_${name}`, new Date()]
  const lines = [{ line_id: '1', product, quantity: 1 }]
  const data = { purchase_id: name, user_id: name, mode: 'test', lines }
  const body = JSON.stringify({ type: 'purchase.completed', timestamp: at.toISOString(), data })
  const headers = {
    'Content-Type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(OWN_SHOP_SECRET).sign(id, at, body),
  }
  return { method: 'POST', path: '/webhooks/standard-webhooks', headers, body }
}
