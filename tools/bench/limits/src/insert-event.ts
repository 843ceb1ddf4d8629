import type { Env, EventRow } from './env.ts'

/** Inserts the row of an event that the ledger wrote, under another name. */
export async function insertEvent({ DB }: Env, sample: EventRow, eventId: string): Promise<void> {
  const row = { ...sample, id: `inb_${crypto.randomUUID()}`, event_id: eventId }
  const columns = Object.keys(row)
  const values = columns.map((name) => (name === 'body' ? 'CAST(? AS BLOB)' : '?'))
  await DB.prepare(
    `INSERT INTO inbox (${columns.join(', ')}) VALUES (${values.join(', ')})
     ON CONFLICT (provider, account, event_id) DO UPDATE SET deliveries = deliveries + 1 RETURNING id`,
  )
    .bind(...Object.values(row))
    .all()
}
