import { setTimeout as sleep } from 'node:timers/promises'
import { check, grant, passport } from './requests.mjs'
import { fillKv, isInboxIdle, publishedSnapshot, send } from './shop.mjs'
import { ignoredDelivery, renewalDelivery } from './stripe-events.mjs'
import { users } from './users.mjs'

/** What one change may write; the inbox is not the user's. */
const TABLES = ['entries', 'notes', 'entitlements', 'receipts', 'sources', 'source_references']

/** Asks the ledger each question once: what it answers and writes is what its limits answer and write. */
export async function takeSamples(ledger) {
  const { default: port } = ledger.sockets
  const [checked] = users.checked
  const [granted] = users.granted
  const [subscribed] = users.subscribed
  const stranger = 'stranger-other' // none of those who will be asked for
  const ask = (request) =>
    send(port, request).then(({ status, headers, text }) => ({ status, headers: kept(headers), body: text }))

  const memory = await ask(check(checked))
  const published = await publishedSnapshot(ledger, checked)
  await fillKv(ledger.kv, published, [stranger])
  const kv = await ask(check(stranger))
  const strong = await ask(check(checked, '?consistency=strong'))

  const signed = await ask(passport(checked))

  const beforeGrant = await rowsOf(ledger, granted)
  const grantAnswer = await ask(grant(granted))
  const grantRows = changedRows(beforeGrant, await rowsOf(ledger, granted))

  const ignored = ignoredDelivery()
  await ask(ignored)
  const beforeRenewal = await rowsOf(ledger, subscribed)
  const renewal = renewalDelivery(subscribed)
  const webhook = await ask(renewal)
  while (!(await isInboxIdle(ledger))) await sleep(20)
  const renewalRows = changedRows(beforeRenewal, await rowsOf(ledger, subscribed))

  return {
    answers: { memory, kv, ledger: strong, passport: signed, grant: grantAnswer, webhook },
    snapshot: published.text,
    granted: grantRows,
    renewed: renewalRows,
    ignoredEvent: await eventRow(ledger, ignored),
    renewalEvent: await eventRow(ledger, renewal),
  }
}

/** The headers that the Worker sets; the rest is the server's. */
function kept(headers) {
  const { 'transfer-encoding': _chunked, 'content-length': _length, ...others } = headers
  return others
}

async function rowsOf({ db }, userId) {
  const found = await db.batch(
    TABLES.map((table) => db.prepare(`SELECT * FROM ${table} WHERE user_id = ?`).bind(userId)),
  )
  return Object.fromEntries(TABLES.map((table, index) => [table, found[index].results]))
}

/** The rows that are new or other than before, and whatever of the sources was written again as it was. */
function changedRows(before, after) {
  const changed = TABLES.map((table) => {
    const known = new Set(before[table].map((row) => JSON.stringify(row)))
    return [
      table,
      after[table].filter((row) => table.startsWith('source_') || !known.has(JSON.stringify(row))),
    ]
  })
  return Object.fromEntries(changed.filter(([, rows]) => rows.length > 0))
}

/** With its body as a text, which small ones are kept as. */
async function eventRow({ db }, delivery) {
  const { id } = JSON.parse(delivery.body)
  const { body, ...row } = await db.prepare('SELECT * FROM inbox WHERE event_id = ?').bind(id).first()
  return { ...row, body: new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(body)) }
}
