import { setTimeout as sleep } from 'node:timers/promises'
import { asked, grant, grantLot, grantStreams, lease, manyChecks, sent } from './requests.mjs'
import { PRICE, customerOf, renewalDelivery } from './stripe-events.mjs'
import { FEATURE, METERED, PRICED, STREAMS, users } from './users.mjs'

/** How many requests are under way while the shop is filled. */
const AT_ONCE = 16

/** How many entitlements the hot user has, so that a group changes more than one. */
const HOT_ENTITLEMENTS = 20

/** With the four that are asked for they fill the catalog. */
const OTHER_FEATURES = Array.from({ length: 996 }, (_, index) => `other-feature-${index}`)

/** Sends a request, and answers its answer. Throws unless it is a good one. */
export async function send(port, { path, ...request }) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, request)
  const text = await response.text()
  if (!response.ok) throw new Error(`${request.method} ${path} answers ${response.status}: ${text}`)
  return { status: response.status, headers: Object.fromEntries(response.headers), text }
}

/** Gives a ledger a catalog. */
export async function openShop({ sockets: { default: port } }) {
  await send(port, sent('PUT', `/v4/features/${FEATURE}`, { type: 'boolean' }))
  await send(port, sent('PUT', `/v4/features/${METERED}`, { type: 'metered' }))
  await send(port, sent('PUT', `/v4/features/${STREAMS}`, { type: 'metered', held: true }))
  const priced = { type: 'metered', spends: METERED, cost: { amount: 3, per: 2 } }
  await send(port, sent('PUT', `/v4/features/${PRICED}`, priced))
  await forEach(OTHER_FEATURES, (key) => send(port, sent('PUT', `/v4/features/${key}`, { type: 'boolean' })))
  const product = {
    name: 'Bench',
    features: [{ feature: FEATURE }],
    references: [{ provider: 'stripe', ref: PRICE }],
  }
  await send(port, sent('PUT', '/v4/products/bench', product))
}

/** Gives a ledger a catalog, and users that have what they are asked for. */
export async function fillLedger(ledger) {
  const { default: port } = ledger.sockets
  await openShop(ledger)
  await forEach([...users.checked, ...users.granted], (userId) => send(port, grant(userId)))
  await forEach(users.subscribed, async (userId) => {
    await send(port, sent('PUT', `/v4/customers/stripe/${customerOf(userId)}`, { userId }))
    await send(port, renewalDelivery(userId))
  })
  while (!(await isInboxIdle(ledger))) await sleep(20)
  await send(port, manyChecks()()()) // from then on they are in memory
}

/** Whether every event that was taken in is settled. */
export async function isInboxIdle({ sockets: { default: port } }) {
  const { text } = await send(port, asked('/v4/inbox?state=received&limit=1'))
  return JSON.parse(text).items.length === 0
}

/** Grants the hot user what is changed, and answers the ids. */
export async function fillHotUser({ sockets: { default: port } }) {
  const ids = []
  for (let count = 0; count < HOT_ENTITLEMENTS; count += 1) {
    ids.push(JSON.parse((await send(port, grant(users.hot))).text).id)
  }
  return ids
}

/** Gives users a lot each. */
export async function fillLots({ sockets: { default: port } }, userIds) {
  await forEach(userIds, (userId) => send(port, grantLot(userId)))
}

/** Gives a user so many leases, and returns their ids. */
export async function fillLeases({ sockets: { default: port } }, userId, count) {
  await send(port, grantStreams(userId, count))
  const ids = []
  for (let held = 0; held < count; held += 1) {
    ids.push(JSON.parse((await send(port, lease(userId, `device-${held}`))).text).id)
  }
  return ids
}

/** Lays a copy of a published snapshot into KV for each of many others, as if confirmed now. */
export async function fillKv(kv, { userId, key, text }, others) {
  const confirmed = text.replace(/"confirmedAt":\d+/, `"confirmedAt":${Date.now()}`)
  await forEach(others, (other) => kv.put(key.replace(userId, other), confirmed.replaceAll(userId, other)))
}

/** The snapshot of a user as it lies in KV, once it does. */
export async function publishedSnapshot({ kv }, userId) {
  for (let tries = 0; tries < 100; tries += 1) {
    const { keys } = await kv.list({ prefix: 'snapshot:', limit: 1 })
    const key = keys[0]?.name.replace(/[^:]+$/, userId)
    const text = key === undefined ? null : await kv.get(key)
    if (text !== null) return { userId, key, text }
    await sleep(50)
  }
  throw new Error(`No snapshot of ${userId} is in KV`)
}

/** Does work for all of a list, for some at once. */
export async function forEach(list, work) {
  const rest = list.values()
  const worker = async () => {
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
