import { sent } from '../requests.mjs'
import { forEach, send } from '../shop.mjs'

/** How much each lot of a user with many gives. */
export const AMOUNT = 100_000

const filled = new Set()

/** The features of a type of the shop are numbered. */
export function named(type, index) {
  return `${type}-${String(index).padStart(3, '0')}`
}

export async function fillFeatures(port, type, count) {
  const keys = Array.from({ length: count }, (_, index) => named(type, index)).filter(
    (key) => !filled.has(key),
  )
  await forEach(keys, async (key) => {
    await send(port, sent('PUT', `/v4/features/${key}`, { type: type === 'first' ? 'boolean' : type }))
    filled.add(key)
  })
}

/** Gives a user so many rights, each as it is told by its number; nobody is given twice. */
export async function give(port, user, count, rightOf) {
  if (filled.has(user)) return
  filled.add(user)
  await forEach(
    Array.from({ length: count }, (_, index) => index),
    (index) => send(port, post(`/v4/users/${user}/entitlements`, rightOf(index))),
  )
}

/** One lot gives as much as many together. */
export function giveLots(port, user, count) {
  const amount = count > 2 ? AMOUNT : 1000 * AMOUNT
  return give(port, user, count, () => ({ feature: named('metered', 0), amount }))
}

/** So many reservations, of a day each. */
export function reserveOf(port, user, count, amount) {
  return forEach(Array.from({ length: count }), () =>
    send(
      port,
      post(`/v4/users/${user}/reservations`, { feature: named('metered', 0), amount, ttlSeconds: 86_400 }),
    ),
  )
}

export function consumption(user) {
  return post(`/v4/users/${user}/consumptions`, { feature: named('metered', 0), amount: 1 })
}

/** A change that is recorded once. */
export function post(path, body) {
  return sent('POST', path, body, { 'Idempotency-Key': crypto.randomUUID() })
}
