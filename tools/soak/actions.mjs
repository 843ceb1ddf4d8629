import { CREDITS, FLAG, HOT, newKey, get, post, purchase, renewal, USERS } from './shop.mjs'

/** How often the hot user is the one. */
const HOT_SHARE = 0.3

/** What clients do, and how often beside each other. */
const ACTIONS = [
  [30, check],
  [15, grant],
  [10, topUp],
  [25, consume],
  [10, reserve],
  [10, buy],
  [5, renew],
]

const TOTAL = ACTIONS.reduce((sum, [weight]) => sum + weight, 0)

/** Does something for some user, to its end: a client leaves nothing unanswered. */
export async function act(client, journal) {
  const userId = Math.random() < HOT_SHARE ? HOT : USERS[below(USERS.length)]
  let left = Math.random() * TOTAL
  for (const [weight, action] of ACTIONS) {
    left -= weight
    if (left < 0) return action({ client, journal, userId })
  }
}

async function check({ client, journal, userId }) {
  const known = journal.versionOf(userId)
  const [kind, query] = oneOf([
    ['check', ''],
    ['check', ''],
    ['check, minVersion', `?minVersion=${known}`],
    ['check, strong', '?consistency=strong'],
  ])
  const { status, text, json } = await client.send(kind, get(`/v4/users/${userId}/access/${FLAG}${query}`))
  if (status !== 200 || !json.allowed) journal.surprises.push(`${kind} of ${userId} was answered ${text}`)
  if (query !== '' && json.version < known) {
    journal.surprises.push(`${kind} of ${userId} says ${json.version} after ${known} was told`)
  }
}

async function grant({ client, userId }) {
  // A user has at most 1,000 entitlements, and the hot one would have them soon.
  if (userId !== HOT) await write(client, 'grant', userId, 'entitlements', { feature: FLAG })
}

async function topUp({ client, userId }) {
  const amount = 1 + below(5)
  if (userId !== HOT) await write(client, 'top-up', userId, 'entitlements', { feature: CREDITS, amount })
}

async function consume({ client, userId }) {
  const amount = 1 + below(4)
  const { status, json } = await write(client, 'consumption', userId, 'consumptions', {
    feature: CREDITS,
    amount,
  })
  if (status === 201 && Math.random() < 0.2) {
    await write(client, 'reversal', userId, `consumptions/${json.id}/reversals`, {
      amount: 1 + below(amount),
    })
  }
}

async function reserve({ client, userId }) {
  const body = { feature: CREDITS, amount: 1 + below(4), ttlSeconds: 3600 }
  const { status, json } = await write(client, 'reservation', userId, 'reservations', body)
  if (status !== 201) return
  const path = `reservations/${json.id}`
  const end = Math.random()
  if (end < 0.6) await write(client, 'commit', userId, `${path}/commit`, { amount: 1 + below(body.amount) })
  else if (end < 0.9) await write(client, 'release', userId, `${path}/release`)
}

async function buy({ client, userId }) {
  await delivered(client, 'webhook, purchase', userId, purchase(userId))
}

async function renew({ client, userId }) {
  await delivered(client, 'webhook, renewal', userId, renewal(userId))
}

/** Providers deliver some events more than once, and do not wait for one delivery before the next. */
async function delivered(client, kind, userId, delivery) {
  const deliveries = Math.random() < 0.2 ? 2 : 1
  await Promise.all(Array.from({ length: deliveries }, () => client.deliver(kind, userId, delivery)))
}

function write(client, kind, userId, tail, body) {
  const key = newKey()
  return client.write(kind, userId, key, post(`/v4/users/${userId}/${tail}`, body, key))
}

function oneOf(list) {
  return list[below(list.length)]
}

function below(count) {
  return Math.floor(Math.random() * count)
}
