import { deliveryOf, customerOf, PRICE, renewalDelivery } from '../bench/stripe-events.mjs'
import { sent } from '../bench/requests.mjs'
import { signTokens } from '../bench/tokens.mjs'

const [TOKEN] = signTokens(
  1,
  'access:check entitlements:read entitlements:write usage:write ledger:read catalog:write inbox:manage',
)

/** What everybody has, and has for ever. */
export const FLAG = 'soak-flag'

/** What is used up. */
export const CREDITS = 'soak-credits'

/** What a subscription gives. */
export const PLAN = 'soak-plan'

/** What one pack gives of it. */
export const PACK = 5

const PACK_PRICE = 'price_soak_pack'

/** One user whom everybody is after. */
export const HOT = 'soak-hot'

export const USERS = [HOT, ...Array.from({ length: 40 }, (_, index) => `soak-${index}`)]

let count = 0

/** An Idempotency-Key that no request has had. */
export function newKey() {
  count += 1
  return `soak-${String(count).padStart(7, '0')}`
}

export function get(path) {
  return { method: 'GET', path, headers: { Authorization: `Bearer ${TOKEN}` } }
}

export function put(path, body) {
  return sent('PUT', path, body, {}, TOKEN)
}

export function post(path, body, key) {
  return sent('POST', path, body, { 'Idempotency-Key': key }, TOKEN)
}

/** A user buys a pack. */
export function purchase(userId) {
  const id = `cs_${newKey()}`
  return deliveryOf('checkout.session.completed', {
    id,
    object: 'checkout.session',
    mode: 'payment',
    payment_status: 'paid',
    payment_intent: `pi_${id}`,
    client_reference_id: userId,
    metadata: { product: PACK_PRICE },
  })
}

/** A user's subscription goes on for longer than ever. */
export function renewal(userId) {
  return renewalDelivery(userId)
}

/** Gives the ledger its catalog, and every user what they begin with. */
export async function openShop(client) {
  await client.send('open', put(`/v4/features/${FLAG}`, { type: 'boolean' }))
  await client.send('open', put(`/v4/features/${PLAN}`, { type: 'boolean' }))
  await client.send('open', put(`/v4/features/${CREDITS}`, { type: 'metered' }))
  await client.send(
    'open',
    put('/v4/products/soak-plan', {
      name: 'Plan',
      features: [{ feature: PLAN }],
      references: [{ provider: 'stripe', ref: PRICE }],
    }),
  )
  await client.send(
    'open',
    put('/v4/products/soak-pack', {
      name: 'Pack',
      features: [{ feature: CREDITS, amount: PACK }],
      references: [{ provider: 'stripe', ref: PACK_PRICE }],
    }),
  )
  for (const userId of USERS) {
    await client.send('open', put(`/v4/customers/stripe/${customerOf(userId)}`, { userId }))
    const key = newKey()
    await client.write('grant', userId, key, post(`/v4/users/${userId}/entitlements`, { feature: FLAG }, key))
  }
}
