import type { Env, EventRow } from './env.ts'

/** How long an event is left to who has taken it in. */
const LEASE_MS = 60_000

/** Inserts the row of an event that the ledger wrote, under another name. */
export async function insertEvent({ DB }: Env, sample: EventRow, eventId: string): Promise<void> {
  await insertion(DB, sample, eventId).statement.all()
}

/** The same of one that is still to be applied, and whose its purchase is in the same batch. Answers its id in the inbox. */
export async function insertDueEvent(
  { DB }: Env,
  sample: EventRow,
  { id: eventId, purchaseId }: { readonly id: string; readonly purchaseId: string },
): Promise<string> {
  const due = { state: 'received', user_id: null, versions: '[]', next_attempt_at: Date.now() + LEASE_MS }
  const { id, statement } = insertion(DB, { ...sample, ...due }, eventId)
  const lookUp = DB.prepare(`SELECT user_id, source_ref, customer_id FROM refs
    WHERE provider = 'stripe' AND account = '' AND id IN (SELECT value FROM json_each(?1))`)
  await DB.batch([statement, lookUp.bind(JSON.stringify([purchaseId]))])
  return id
}

function insertion(d1: D1Database, sample: EventRow, eventId: string) {
  const id = `inb_${crypto.randomUUID()}`
  const row = { ...sample, id, event_id: eventId }
  const columns = Object.keys(row)
  const values = columns.map((name) => (name === 'body' ? 'CAST(? AS BLOB)' : '?'))
  const sql = `INSERT INTO inbox (${columns.join(', ')}) VALUES (${values.join(', ')})
    ON CONFLICT (provider, account, event_id) DO UPDATE SET deliveries = deliveries + 1 RETURNING id`
  return { id, statement: d1.prepare(sql).bind(...Object.values(row)) }
}
