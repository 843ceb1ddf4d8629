import { ignoredDelivery, renewalDelivery } from './stripe-events.mjs'
import { signTokens } from './tokens.mjs'
import { FEATURE, METERED, STREAMS, ring, users } from './users.mjs'

/** More than an isolate remembers: of 5,000 tokens, none is known when all are shown in turn. */
const STRANGE_TOKENS = 6000

const [known] = signTokens(1)
const strange = signTokens(STRANGE_TOKENS)

let keys = 0
let newcomers = 0

// Each stands for one server, and goes through its tokens and users by itself. It is told how many users there are to
// be, which matters where they are changed: as many as one turn changes, each once, and warm from the turn before.

export function checks({ of, query = '', token = () => known }) {
  const user = ring(of)
  return () => () => check(user(), query, token())
}

/** Tokens that nobody remembers. */
export function strangeTokens() {
  return ring(strange)
}

export function manyChecks() {
  const checks = users.checked.map((userId) => ({ userId, feature: FEATURE }))
  return () => () => sent('POST', '/v4/checks', { checks })
}

export function passports() {
  const user = ring(users.checked)
  return () => () => passport(user())
}

export function grants() {
  const token = ring(strange)
  return (count) => {
    const user = ring(users.granted.slice(0, count))
    return () => grant(user(), token())
  }
}

/** Each of somebody who has nothing yet, whose object starts with it. */
export function firstGrants() {
  const token = ring(strange)
  return () => () => {
    newcomers += 1
    return grant(`newcomer-${String(newcomers).padStart(8, '0')}`, token())
  }
}

/** Changes to entitlements of one user. */
export function changes(entitlementIds) {
  const id = ring(entitlementIds)
  let priority = 0
  return () => () => {
    priority = (priority + 1) % 1_000_000
    return sent('PATCH', `/v4/users/${users.hot}/entitlements/${id()}`, { priority })
  }
}

/** Consumptions of one, each of the next user. */
export function consumptions(userIds, feature = METERED) {
  const user = ring(userIds)
  return () => () => sent('POST', `/v4/users/${user()}/consumptions`, { feature, amount: 1 }, newKey())
}

/** Renewals of one user's leases, of the next one each. */
export function leaseRenewals(userId, leaseIds) {
  const id = ring(leaseIds)
  return () => () => sent('PATCH', `/v4/users/${userId}/reservations/${id()}`, { ttlSeconds: 3600 })
}

export function ignoredWebhooks() {
  return () => ignoredDelivery
}

export function renewals() {
  return (count) => {
    const user = ring(users.subscribed.slice(0, count))
    return () => renewalDelivery(user())
  }
}

export function check(userId, query = '', token = known) {
  return asked(`/v4/users/${userId}/access/${FEATURE}${query}`, token)
}

export function passport(userId) {
  return sent('POST', `/v4/users/${userId}/passports`, { audience: 'bench' })
}

export function grant(userId, token = known) {
  return sent('POST', `/v4/users/${userId}/entitlements`, { feature: FEATURE }, newKey(), token)
}

export function lease(userId, holder) {
  const body = { feature: STREAMS, amount: 1, holder, ttlSeconds: 3600 }
  return sent('POST', `/v4/users/${userId}/reservations`, body, newKey())
}

export function grantStreams(userId, amount) {
  return sent('POST', `/v4/users/${userId}/entitlements`, { feature: STREAMS, amount }, newKey())
}

/** More than anybody consumes here. */
export function grantLot(userId) {
  return sent(
    'POST',
    `/v4/users/${userId}/entitlements`,
    { feature: METERED, amount: 1_000_000_000 },
    newKey(),
  )
}

function newKey() {
  keys += 1
  return { 'Idempotency-Key': `bench-${String(keys).padStart(8, '0')}` }
}

/** A request without a body. */
export function asked(path, token = known) {
  return { method: 'GET', path, headers: { Authorization: `Bearer ${token}` } }
}

/** A request with a JSON body. */
export function sent(method, path, body, headers = {}, token = known) {
  return {
    method,
    path,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  }
}
