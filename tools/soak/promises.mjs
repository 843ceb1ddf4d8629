import { PACK } from './shop.mjs'

/**
 * What must hold after any number of kills. Each looks at what the clients were told and at what the ledger says, and
 * answers what is wrong, as sentences.
 */
export const PROMISES = [
  ['every acknowledged write is in the ledger exactly once', acknowledgedOnce],
  ['the ledger holds nothing that nobody asked for, and nothing that was refused', nothingElse],
  ['versions are 1, 2, 3… without a gap', withoutGap],
  ['every chain verifies, from the newest head that was told, and projection = fold', intact],
  ['every balance is what was given, spent, given back and held', conserved],
  ['every accepted event was applied exactly once', eventsOnce],
  ['the newest renewal is the one that counts', newestRenewal],
]

function acknowledgedOnce({ journal, users }) {
  const entries = new Map()
  for (const { commandId } of users.flatMap((user) => user.entries)) {
    entries.set(commandId, (entries.get(commandId) ?? 0) + 1)
  }
  return [...journal.writes]
    .filter(([key, { answer }]) => answer.status < 300 && entries.get(`api:${key}`) !== 1)
    .map(([key, { kind, userId }]) => `${kind} ${key} of ${userId}: ${entries.get(`api:${key}`) ?? 0} times`)
}

function nothingElse({ journal, users, inbox }) {
  const arrived = new Set(inbox.map(({ id }) => id))
  const isAskedFor = ({ commandId, cause }) =>
    commandId.startsWith('api:')
      ? journal.writes.get(commandId.slice('api:'.length))?.answer.status < 300
      : cause.kind === 'checkout' && arrived.has(cause.ref)
  return users.flatMap(({ userId, entries }) =>
    entries
      .filter((entry) => !isAskedFor(entry))
      .map(({ seq, commandId }) => `${userId} ${seq}: ${commandId}`),
  )
}

function withoutGap({ users }) {
  return users
    .filter(({ entries }) => entries.some(({ seq }, index) => seq !== index + 1))
    .map(({ userId }) => userId)
}

function intact({ users }) {
  return users
    .filter(({ verdict, entries }) => !verdict.intact || verdict.version !== entries.length)
    .map(({ userId, verdict }) => `${userId}: ${JSON.stringify(verdict)}`)
}

function conserved({ journal, users }) {
  const events = [...journal.events.values()]
  return users.flatMap(({ userId, balance }) => {
    const total = (kind) =>
      journal.done(userId, kind).reduce((sum, { answer: { json } }) => sum + json.amount, 0)
    const packs = events.filter((event) => event.userId === userId && event.kind === 'webhook, purchase')
    const resolved = new Set(
      ['commit', 'release'].flatMap((kind) => journal.done(userId, kind).map(reservationOf)),
    )
    const open = journal.done(userId, 'reservation').filter((write) => !resolved.has(reservationOf(write)))

    const granted = total('top-up') + PACK * packs.length
    const used = total('consumption') + total('commit') - total('reversal')
    const reserved = open.reduce((sum, { answer: { json } }) => sum + json.amount, 0)
    const expected = JSON.stringify({ granted, used, reserved, remaining: granted - used - reserved })
    const { granted: g = 0, used: u = 0, reserved: r = 0, remaining = 0 } = balance ?? {}
    const found = JSON.stringify({ granted: g, used: u, reserved: r, remaining })
    return found === expected ? [] : [`${userId}: ${found}, expected ${expected}`]
  })
}

function reservationOf({ answer: { json } }) {
  return json.reservationId ?? json.id
}

function eventsOnce({ journal, users, inbox }) {
  const ledgers = new Map(users.map(({ userId, entries }) => [userId, entries]))
  const rows = new Map(inbox.map((row) => [row.eventId, row]))
  const wrong = [...journal.events.keys()]
    .filter((id) => !rows.has(id))
    .map((id) => `${id} is not in the inbox`)
  for (const { id, eventId, state, userId, versions } of inbox) {
    const event = journal.events.get(eventId)
    const recorded = (ledgers.get(userId) ?? []).filter(({ cause }) => cause.ref === id).map(({ seq }) => seq)
    const isSettled = state === 'applied' || (state === 'superseded' && event?.kind === 'webhook, renewal')
    if (event?.userId !== userId || event.inboxId !== id || !isSettled) {
      wrong.push(`${eventId} of ${userId} is ${state}`)
    } else if (recorded.join() !== versions.join()) {
      wrong.push(`${eventId} of ${userId} says ${versions}, and in the ledger are ${recorded}`)
    }
  }
  return wrong
}

function newestRenewal({ journal, users }) {
  const events = [...journal.events.values()].filter(({ kind }) => kind === 'webhook, renewal')
  return users.flatMap(({ userId, plans }) => {
    const ends = events
      .filter((event) => event.userId === userId)
      .map(({ object }) => object.items.data[0].current_period_end)
    const expected = ends.length === 0 ? '' : new Date(1000 * Math.max(...ends)).toISOString()
    const found = plans.map(({ endsAt }) => endsAt).join()
    return found === expected ? [] : [`${userId}: ${found}, expected ${expected}`]
  })
}
